/** The vault: made, opened, locked, looked at, and its master key exchanged. */
import type { NewSlot, VaultChange, VaultStatus } from '#contract'
import { EXIT, type SlotKind } from '#contract/plain'
import { askNewSecret } from '../ask-secret.ts'
import { WrongUse } from '../failure.ts'
import type { Engine } from '../link/connect.ts'
import { askAnswer, prove, tellFailure, usualKind } from '../prove.ts'
import type { Session } from '../session.ts'
import { ago, facts, moment } from '../show/words.ts'
import { sealStore } from './store-seal.ts'

export interface InitOptions {
  readonly passphrase: boolean
  readonly keyring: boolean
  readonly recovery: boolean
  readonly sealStore: boolean
}

export async function initVault(session: Session, options: InitOptions): Promise<number> {
  if (!options.passphrase && !options.keyring)
    throw new WrongUse('A vault needs a passphrase or the keyring.', 'Leave out --no-passphrase, or add --keyring.')
  const engine = await session.engine()
  const before = await engine.vault.status()
  if (before.state !== 'none') {
    await session.io.err(
      before.damage ? `${before.damage.message}\n${before.damage.hint}\n` : 'There is a vault already; nothing is made over it.\n',
    )
    return EXIT.refused
  }
  const slots: NewSlot[] = []
  if (options.passphrase) slots.push({ kind: 'passphrase', passphrase: await askNewSecret(session.io, 'New passphrase') })
  if (options.keyring) slots.push({ kind: 'keyring' })
  if (options.recovery) slots.push({ kind: 'recovery' })
  const made = await engine.vault.init({ slots })
  const told = await tellChange(session, made, 'The vault is made, and open.')
  if (!made.ok || !options.sealStore) return told
  // After the code was shown: should the sealing fail, it is not lost with it.
  const { next } = await sealStore(session, options.keyring ? 'keyring' : 'passphrase')
  if (!session.json) await session.io.err(`The store is sealed; the engine runs again.${next}\n`)
  return told
}

export async function unlockVault(session: Session, options: { readonly keyring?: boolean; readonly recovery?: boolean }): Promise<number> {
  const engine = await session.engine()
  const status = await engine.vault.status()
  if (status.state === 'open') {
    await session.print({ ok: true, status }, () => 'The vault is open already.\n')
    return EXIT.ok
  }
  const asked: SlotKind | undefined = options.keyring ? 'keyring' : options.recovery ? 'recovery' : undefined
  const hopeless = status.state === 'none' || status.damage !== null
  const answer = hopeless ? ({ kind: 'keyring' } as const) : await askAnswer(session, asked ?? usualKind(status))
  return tellChange(session, await engine.vault.unlock({ answer }), 'The vault is open.')
}

export async function lockVault(session: Session): Promise<number> {
  const engine = await session.engine()
  const status = await engine.vault.lock()
  await session.print(status, () => (status.state === 'none' ? 'There is no vault yet.\n' : 'The vault is locked.\n'))
  return EXIT.ok
}

export async function vaultStatus(session: Session): Promise<number> {
  const engine = await session.engine()
  const status = await engine.vault.status()
  await session.print(status, () => statusWords(status, session))
  return status.damage ? EXIT.failed : EXIT.ok
}

function statusWords(status: VaultStatus, session: Session): string {
  const { out } = session.io.paint
  if (status.state === 'none') return 'There is no vault yet. Make one: troupe vault init\n'
  const because = {
    start: 'since the start',
    person: 'on request',
    idle: 'after idleness',
    suspend: 'after a suspend',
    stopping: 'at the stop',
  }
  const sealed = status.sealedBecause === null ? '' : `, ${because[status.sealedBecause]}`
  const lines: [string, string][] = [
    ['Vault', `${status.state === 'open' ? out.green('open') : out.bold(`sealed${sealed}`)}  ${out.dim(status.vaultId ?? '')}`],
    ['Values', String(status.fields)],
    [
      'Ways in',
      status.slots.map(({ label, confirmed }) => label + (confirmed === false ? ' (its code was not typed back yet)' : '')).join(', '),
    ],
    ['Locks', `${lockWords(status)}${status.autoLock.onSuspend ? ', and on suspend' : ''}`],
  ]
  if (status.tries.failed > 0)
    lines.push([
      'Wrong tries',
      `${status.tries.failed} in a row${status.tries.nextAt === null ? '' : `; the next is taken from ${moment(status.tries.nextAt)}`}`,
    ])
  if (status.rotation) lines.push(['Rotation', rotationWords(status.rotation)])
  const damage = status.damage ? `${out.red(status.damage.message)}\n${status.damage.hint}\n` : ''
  return damage + facts(lines, out.dim)
}

function lockWords({ autoLock, locksAt }: VaultStatus): string {
  if (autoLock.idleMinutes === null) return 'never by idleness'
  return `after ${autoLock.idleMinutes} idle minutes${locksAt === null ? '' : ` (${moment(locksAt)})`}`
}

function rotationWords(rotation: NonNullable<VaultStatus['rotation']>): string {
  const how = rotation.running ? 'goes on' : `stands still${rotation.stoppedBecause === null ? '' : `: ${rotation.stoppedBecause}`}`
  return `${rotation.done} of ${rotation.total} values, begun ${ago(rotation.startedAt)}; ${how}`
}

export async function rotateKey(session: Session, options: { readonly stop: boolean; readonly detach: boolean }): Promise<number> {
  const engine = await session.engine()
  if (options.stop) {
    const status = await engine.vault.stopRotation()
    await session.print(status, () => 'Stopped. Both keys stay; troupe vault rotate goes on.\n')
    return EXIT.ok
  }
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  let status = await engine.vault.rotate({ proof })
  while (!options.detach && status.rotation?.running) status = await nextStatus(engine)
  await session.print(status, () =>
    status.rotation === null ? `Every value is sealed with a new master key (${status.keyId}).\n` : `${rotationWords(status.rotation)}.\n`,
  )
  return options.detach || status.rotation === null ? EXIT.ok : EXIT.failed
}

async function nextStatus(engine: Engine): Promise<VaultStatus> {
  await new Promise((resolve) => setTimeout(resolve, 100))
  return engine.vault.status()
}

export async function setAutoLock(
  session: Session,
  options: { readonly idle?: number | null; readonly suspend?: boolean },
): Promise<number> {
  const engine = await session.engine()
  const { autoLock } = await engine.vault.status()
  const next = {
    idleMinutes: options.idle === undefined ? autoLock.idleMinutes : options.idle,
    onSuspend: options.suspend ?? autoLock.onSuspend,
  }
  const proof = await prove(session, engine)
  if (typeof proof === 'number') return proof
  const status = await engine.vault.setAutoLock({ autoLock: next, proof })
  await session.print(status, () => `Locks ${lockWords(status)}${status.autoLock.onSuspend ? ', and on suspend' : ''}.\n`)
  return EXIT.ok
}

/** The outcome of a change; a recovery code goes to standard output, what to do with it to standard error. */
export async function tellChange(session: Session, change: VaultChange, done: string): Promise<number> {
  if (!change.ok) return tellFailure(session, change)
  const { kit } = change
  if (kit && !session.json) {
    await session.io.err(`${done}\nThe recovery code, shown this once. Write it down or print it, and keep it away from this machine:\n`)
    await session.io.out(`${kit.code}\n`)
    await session.io.err('Then type it back: troupe vault slots confirm\n')
  } else await session.print(change, () => `${done}\n`)
  return EXIT.ok
}
