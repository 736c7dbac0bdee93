/** The vault as it stands, for clients. */
import type { VaultSlot, VaultStatus } from '#contract'
import { locksAt } from './seal/auto-lock.ts'
import type { VaultCore } from './seal/core.ts'
import type { Slot } from './seal/header.ts'
import type { Rotations } from './seal/rotate.ts'
import type { SecretTable } from './secret/secrets.ts'

export async function vaultStatus(
  core: VaultCore,
  parts: { readonly rotations: Rotations; readonly secrets: SecretTable; readonly autoLock: VaultStatus['autoLock'] },
): Promise<VaultStatus> {
  const [rotation, fields] = await Promise.all([parts.rotations.status(), parts.secrets.count()])
  const { header, state, tries, damage } = core
  return {
    state: state.state,
    damage: damage ? { failure: damage.failure, message: damage.message, hint: damage.hint } : null,
    vaultId: header?.vaultId ?? null,
    keyId: header?.keys[0]?.id ?? null,
    createdAt: header?.createdAt ?? null,
    slots: header?.slots.map(slotRow) ?? [],
    autoLock: parts.autoLock,
    openedAt: state.openedAt,
    locksAt: locksAt(state, parts.autoLock),
    sealedBecause: state.because,
    tries: { failed: tries.failed, nextAt: tries.nextAt() ?? null },
    deriving: core.deriving,
    rotation,
    fields,
  }
}

function slotRow(slot: Slot): VaultSlot {
  const { id, kind, label, createdAt, lastUsedAt } = slot
  return {
    id,
    kind,
    label,
    createdAt,
    lastUsedAt,
    iterations: slot.kind === 'passphrase' ? slot.iterations : null,
    confirmed: slot.kind === 'recovery' ? slot.confirmed : null,
  }
}
