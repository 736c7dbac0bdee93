/** Makes a slot for the vault's keys: the slot's own key, and what a person or the keyring has to give to get it again. */
import type { NewSlot, RecoveryKit, VaultFailure } from '#contract'
import { newId } from '#core'
import { toBase64, zero } from './bytes.ts'
import type { VaultCore } from './core.ts'
import { failure } from './failures.ts'
import type { Slot } from './header.ts'
import { secretOfKey } from './keyring-secret.ts'
import { KEY_BYTES } from './keys.ts'
import { RECOVERY_BYTES, recoveryCode } from './recovery-code.ts'
import { type BareSlot, kitKey, wrapInSlot } from './slot.ts'
import type { Keys } from './state.ts'
import { deriveTold } from './try-answer.ts'

const SALT_BYTES = 32
const LABELS = { passphrase: 'Passphrase', keyring: 'Keyring', recovery: 'Recovery kit' } as const

export interface MadeSlot {
  readonly ok: true
  readonly slot: Slot
  readonly kit: RecoveryKit | null
}

interface Wanted {
  readonly vaultId: string
  readonly keys: Keys
  /** The slot whose place it takes: id and label stay. */
  readonly instead?: Slot | undefined
}

export async function makeSlot(core: VaultCore, wanted: NewSlot, place: Wanted): Promise<MadeSlot | VaultFailure> {
  const { chance, clock } = core.ports
  const base = {
    id: place.instead?.id ?? newId(chance, 'slot'),
    label: wanted.label ?? place.instead?.label ?? LABELS[wanted.kind],
    createdAt: clock.now(),
    lastUsedAt: null,
  }
  const wrap = (bare: BareSlot, slotKey: Uint8Array): Slot => {
    const slot = wrapInSlot(chance, place.vaultId, bare, slotKey, place.keys)
    zero(slotKey)
    return slot
  }
  switch (wanted.kind) {
    case 'passphrase': {
      const salt = chance.bytes(SALT_BYTES)
      const slotKey = await deriveTold(core, { passphrase: wanted.passphrase, salt, rounds: core.rounds })
      const bare = { ...base, kind: 'passphrase', kdf: 'PBKDF2-HMAC-SHA256', iterations: core.rounds, salt: toBase64(salt) } as const
      return { ok: true, slot: wrap(bare, slotKey), kit: null }
    }
    case 'keyring': {
      // A new account each time: the entry before it stays until the header no longer needs it.
      const account = `${place.vaultId}/${newId(chance, 'key')}`
      const slotKey = chance.bytes(KEY_BYTES)
      const said = await core.keyring.ask({ op: 'set', account, secret: secretOfKey(slotKey, place.vaultId) })
      if (said.kind !== 'done') {
        zero(slotKey)
        const detail = 'detail' in said ? said.detail : 'it did not keep the entry'
        return failure(said.kind === 'locked' ? 'locked-keyring' : 'missing-keyring', { detail })
      }
      core.fault('slot:keyring-stored')
      return { ok: true, slot: wrap({ ...base, kind: 'keyring', account }, slotKey), kit: null }
    }
    case 'recovery': {
      const kit = chance.bytes(RECOVERY_BYTES)
      const salt = chance.bytes(SALT_BYTES)
      const code = recoveryCode(kit, place.vaultId)
      const slotKey = kitKey(kit, salt, place.vaultId)
      zero(kit)
      const slot = wrap({ ...base, kind: 'recovery', salt: toBase64(salt), confirmed: false }, slotKey)
      return { ok: true, slot, kit: { slotId: slot.id, code, vaultId: place.vaultId, createdAt: base.createdAt } }
    }
  }
}

/** The keyring forgets what no slot needs any more; that it could not is no failure. */
export async function forgetKeyringEntry(core: VaultCore, slot: Slot): Promise<void> {
  if (slot.kind === 'keyring') await core.keyring.ask({ op: 'remove', account: slot.account })
}
