/** Makes the vault. Never over another: [VT3]. */
import type { NewSlot, RecoveryKit, VaultFailure } from '#contract'
import { newId, TroupeError } from '#core'
import { setFact } from '../facts.ts'
import { registerKey } from '../secret/secrets.ts'
import type { VaultCore } from './core.ts'
import { failure } from './failures.ts'
import { type Slot, writeHeader } from './header.ts'
import { KEY_BYTES, type KeySet, keySet, zeroKeys } from './keys.ts'
import { makeSlot } from './make-slot.ts'

export function initVault(
  core: VaultCore,
  wanted: readonly NewSlot[],
  by: string,
): Promise<{ readonly ok: true; readonly kit: RecoveryKit | null } | VaultFailure> {
  return core.turn(async () => {
    if (core.state.state !== 'none') return core.damage ?? failure('exists')
    if (wanted.every(({ kind }) => kind === 'recovery'))
      throw new TroupeError('INVALID', 'A vault needs a passphrase or the keyring besides its recovery kit.', {
        hint: 'The kit is shown once; if it were lost before it is printed, nobody could open the vault.',
      })
    const { chance, clock } = core.ports
    const vaultId = newId(chance, 'vault')
    const keys = keySet(chance.bytes(KEY_BYTES), vaultId)
    const made = await makeSlots(core, wanted, vaultId, keys)
    if ('failure' in made) {
      zeroKeys(keys)
      return made
    }
    const createdAt = clock.now()
    const header = { vaultId, createdAt, revision: 1, keys: [{ id: keys.id, createdAt }], slots: made.slots }
    await core.createHeader(writeHeader(header, keys))
    core.fault('init:header')
    const entry = { kind: 'init', by, note: `The vault was made, with ${made.slots.map(({ label }) => label).join(', ')}.` } as const
    try {
      await core.log.appendWith(keys, [entry], [setFact('vault_id', vaultId), registerKey(keys.id, createdAt)])
    } catch (thrown) {
      await core.uncreateHeader()
      zeroKeys(keys)
      throw thrown
    }
    core.state.open([keys])
    return { ok: true, kit: made.kit }
  })
}

/** The keyring last: what fails before it has left nothing there. */
async function makeSlots(core: VaultCore, wanted: readonly NewSlot[], vaultId: string, keys: KeySet) {
  const slots: Slot[] = []
  let kit: RecoveryKit | null = null
  for (const one of [...wanted].sort((a, b) => Number(a.kind === 'keyring') - Number(b.kind === 'keyring'))) {
    const made = await makeSlot(core, one, { vaultId, keys: [keys] })
    if (!made.ok) return made
    slots.push(made.slot)
    kit ??= made.kit
  }
  return { slots, kit }
}
