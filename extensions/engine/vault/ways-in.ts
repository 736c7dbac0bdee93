/** The vault's ways in at its door: each change of a slot is told, and answered with the status after it and with the kit that it made. */
import type { NewSlot, VaultChange, VaultStatus } from '#contract'
import type { CallContext } from '#core'
import type { VaultCore } from './seal/core.ts'
import { initVault } from './seal/init.ts'
import { addSlot, changeSlot, confirmRecovery, removeSlot, type SlotChange } from './seal/slot-changes.ts'

/** The new slot, its new label, or both. */
export interface ChangeOfSlot {
  readonly slot?: NewSlot | undefined
  readonly label?: string | undefined
}

export interface WaysIn {
  init(slots: readonly NewSlot[], caller: CallContext): Promise<VaultChange>
  addSlot(slot: NewSlot, caller: CallContext): Promise<VaultChange>
  changeSlot(id: string, change: ChangeOfSlot, caller: CallContext): Promise<VaultChange>
  removeSlot(id: string, caller: CallContext): Promise<VaultChange>
  confirmRecovery(code: string, caller: CallContext): Promise<VaultChange>
}

export function waysIn(core: VaultCore, status: () => Promise<VaultStatus>): WaysIn {
  const changed = async (change: SlotChange): Promise<VaultChange> => {
    const made = await change
    core.changed('slots')
    return made.ok ? { ok: true, status: await status(), kit: made.kit } : made
  }
  return {
    init: (slots, { clientName }) => changed(initVault(core, slots, clientName)),
    addSlot: (slot, { clientName }) => changed(addSlot(core, slot, clientName)),
    changeSlot: (id, change, { clientName }) => changed(changeSlot(core, id, change, clientName)),
    removeSlot: (id, { clientName }) => changed(removeSlot(core, id, clientName)),
    confirmRecovery: (code, { clientName }) => changed(confirmRecovery(core, code, clientName)),
  }
}
