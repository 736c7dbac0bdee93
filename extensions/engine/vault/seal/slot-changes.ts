/** Slots of an open vault: added, changed, renamed, removed, confirmed. Each writes the header once, and no sealed value. [VT10–VT16] */
import type { NewSlot, RecoveryKit, VaultFailure } from '#contract'
import { TroupeError } from '#core'
import { fromBase64, zero } from './bytes.ts'
import type { VaultCore } from './core.ts'
import { failure } from './failures.ts'
import type { Slot } from './header.ts'
import { zeroKeys } from './keys.ts'
import { forgetKeyringEntry, makeSlot } from './make-slot.ts'
import { readRecoveryCode } from './recovery-code.ts'
import { keysFromSlot, kitKey } from './slot.ts'

export type SlotChange = Promise<{ readonly ok: true; readonly kit: RecoveryKit | null } | VaultFailure>

export function addSlot(core: VaultCore, wanted: NewSlot, by: string): SlotChange {
  return core.turn(async () => {
    const header = core.openHeader()
    core.roomForSlot()
    const made = await makeSlot(core, wanted, { vaultId: header.vaultId, keys: core.state.keys() })
    if (!made.ok) return made
    const { slot, kit } = made
    await core.entered({ kind: 'slot-add', by, subject: { slotId: slot.id }, note: `Added ${slot.label} (${slot.kind}).` }, () =>
      core.replaceHeader({ slots: [...header.slots, slot] }),
    )
    return { ok: true, kit }
  })
}

export function changeSlot(
  core: VaultCore,
  id: string,
  change: { readonly slot?: NewSlot | undefined; readonly label?: string | undefined },
  by: string,
): SlotChange {
  return core.turn(async () => {
    const header = core.openHeader()
    const before = header.slots.find((slot) => slot.id === id)
    if (!before) return failure('no-slot')
    if (change.slot && change.slot.kind !== before.kind)
      throw new TroupeError('INVALID', `This slot is a ${before.kind} slot, and cannot become a ${change.slot.kind} slot.`, {
        hint: 'Add one of that kind, then remove this one.',
      })
    const made = change.slot
      ? await makeSlot(core, change.slot, { vaultId: header.vaultId, keys: core.state.keys(), instead: before })
      : undefined
    if (made && !made.ok) return made
    const label = change.label ?? change.slot?.label ?? before.label
    const after = { ...(made?.slot ?? before), label }
    const note = made ? `Changed ${before.label} (${before.kind}).` : `Renamed ${before.label} to ${label}.`
    await core.entered({ kind: 'slot-change', by, subject: { slotId: id }, note }, () =>
      core.replaceHeader({ slots: core.slotsWith(after) }),
    )
    core.fault('slot:changed')
    if (made) await forgetKeyringEntry(core, before)
    return { ok: true, kit: made?.kit ?? null }
  })
}

export function removeSlot(core: VaultCore, id: string, by: string): SlotChange {
  return core.turn(async () => {
    const { slots } = core.openHeader()
    const gone = slots.find((slot) => slot.id === id)
    if (!gone) return failure('no-slot')
    const entry = { kind: 'slot-remove', by, subject: { slotId: id }, note: `${gone.label} (${gone.kind}).` } as const
    if (!canDoWithout(slots, gone)) {
      await core.log.append({ ...entry, outcome: 'refused' })
      return failure('last-slot')
    }
    await core.entered(entry, () => core.replaceHeader({ slots: slots.filter((slot) => slot !== gone) }))
    core.fault('slot:removed')
    await forgetKeyringEntry(core, gone)
    return { ok: true, kit: null }
  })
}

/** A kit whose code nobody typed back is no way in that one may rely on. */
function canDoWithout(slots: readonly Slot[], gone: Slot): boolean {
  return slots.some((slot) => slot !== gone && (slot.kind !== 'recovery' || slot.confirmed))
}

export function confirmRecovery(core: VaultCore, code: string, by: string): SlotChange {
  return core.turn(async () => {
    const header = core.openHeader()
    const read = readRecoveryCode(code, header.vaultId)
    if ('wrong' in read) return failure(read.wrong === 'mistyped' ? 'mistyped-code' : 'other-vault')
    const slot = header.slots.find((one) => one.kind === 'recovery' && opens(one.salt, read.kit))
    zero(read.kit)
    if (slot?.kind !== 'recovery') return failure('wrong-code')
    await core.entered({ kind: 'slot-change', by, subject: { slotId: slot.id }, note: `The code of ${slot.label} was typed back.` }, () =>
      core.replaceHeader({ slots: core.slotsWith({ ...slot, confirmed: true }) }),
    )
    return { ok: true, kit: null }

    function opens(salt: string, kit: Uint8Array): boolean {
      const found = header.slots.find((one) => one.kind === 'recovery' && one.salt === salt)
      const slotKey = kitKey(kit, fromBase64(salt) ?? new Uint8Array(), header.vaultId)
      const keys = found && keysFromSlot(header, found, slotKey)
      zero(slotKey)
      keys?.forEach(zeroKeys)
      return keys !== undefined
    }
  })
}
