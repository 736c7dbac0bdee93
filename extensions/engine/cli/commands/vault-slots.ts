/** The ways into the vault. Each change asks for the passphrase again. */
import type { NewSlot, VaultSlot } from '#contract'
import { EXIT, type SlotKind } from '#contract/plain'
import { askNewSecret, askSecret } from '../ask-secret.ts'
import { WrongUse } from '../failure.ts'
import type { Engine } from '../link/connect.ts'
import { prove } from '../prove.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { ago, count } from '../show/words.ts'
import { tellChange } from './vault.ts'

export async function listSlots(session: Session): Promise<number> {
  const engine = await session.engine()
  const { slots } = await engine.vault.status()
  await session.print(slots, () =>
    slots.length === 0 ? 'There is no vault yet. Make one: troupe vault init\n' : slotTable(slots, session),
  )
  return EXIT.ok
}

function slotTable(slots: readonly VaultSlot[], session: Session): Promise<string> {
  const { out } = session.io.paint
  const cells = slots.map((slot) => [
    slot.label,
    slot.kind,
    slot.lastUsedAt === null ? 'never' : ago(slot.lastUsedAt),
    slot.iterations !== null ? `${count(slot.iterations)} rounds` : slot.confirmed === false ? 'its code was not typed back yet' : '',
    slot.id,
  ])
  const columns = [
    { title: 'Way in', paint: out.bold },
    { title: 'Kind' },
    { title: 'Used' },
    { title: '', gives: true },
    { title: 'Id', paint: out.dim },
  ]
  return table(columns, cells, { width: session.io.columns, dim: out.dim })
}

export async function addSlot(session: Session, kind: SlotKind, options: { readonly label?: string }): Promise<number> {
  const engine = await session.engine()
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const slot = await askSlot(session, kind)
  const change = await engine.vault.addSlot({ slot: options.label === undefined ? slot : { ...slot, label: options.label }, proof })
  return tellChange(session, change, 'Added.')
}

export async function changeSlot(session: Session, asked: string, options: { readonly label?: string }): Promise<number> {
  const engine = await session.engine()
  const slot = await findSlot(engine, asked)
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const rename = options.label !== undefined
  const change = rename ? { id: slot.id, label: options.label, proof } : { id: slot.id, slot: await askSlot(session, slot.kind), proof }
  return tellChange(session, await engine.vault.changeSlot(change), rename ? 'Renamed.' : 'Changed.')
}

export async function removeSlot(session: Session, asked: string): Promise<number> {
  const engine = await session.engine()
  const slot = await findSlot(engine, asked)
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  return tellChange(session, await engine.vault.removeSlot({ id: slot.id, proof }), `Removed ${slot.label}.`)
}

export async function confirmSlot(session: Session): Promise<number> {
  const engine = await session.engine()
  const code = await askSecret(session.io, 'Recovery code')
  return tellChange(session, await engine.vault.confirmRecovery({ code }), 'It is the right code.')
}

async function askSlot(session: Session, kind: SlotKind): Promise<NewSlot> {
  return kind === 'passphrase' ? { kind, passphrase: await askNewSecret(session.io, 'New passphrase') } : { kind }
}

/** By id, by label, or by kind when only one is of it. */
async function findSlot(engine: Engine, asked: string): Promise<VaultSlot> {
  const { slots } = await engine.vault.status()
  const lower = asked.toLowerCase()
  for (const fits of [
    (slot: VaultSlot) => slot.id === asked,
    (slot: VaultSlot) => slot.label.toLowerCase() === lower,
    (slot: VaultSlot) => slot.kind === lower,
    (slot: VaultSlot) => slot.label.toLowerCase().startsWith(lower) || slot.id.startsWith(lower),
  ]) {
    const found = slots.filter(fits)
    if (found.length === 1 && found[0]) return found[0]
    if (found.length > 1) throw new WrongUse(`"${asked}" fits ${found.length} slots.`, 'Name it by its id: troupe vault slots.')
  }
  throw new WrongUse(`The vault has no slot "${asked}".`, 'See which there are: troupe vault slots.')
}
