/**
 * The store's key before there is a store: from the header's file and one slot's answer. The vault itself stays as it is; the entry of the
 * audit log is written when the store is open (`storeOpenedWith`).
 */
import type { VaultAnswer } from '#contract'
import { TroupeError } from '#core'
import { loadCore } from './open-core.ts'
import type { VaultPorts } from './ports.ts'
import type { VaultCore } from './seal/core.ts'
import { derive, zeroKeys } from './seal/keys.ts'
import { askKeyring, tryAnswer } from './seal/try-answer.ts'

export type StoreKeyPorts = Omit<VaultPorts, 'store' | 'announce' | 'keyInUse' | 'storeOpenedWith'>

export interface StoreKey {
  /** The caller zeroes it. */
  readonly key: Uint8Array
  /** The label of the slot that gave it. */
  readonly slot: string
}

/** SEALED, with what the slot said: a wrong passphrase counts as a try, as it does later. */
export async function openStoreKey(ports: StoreKeyPorts, answer: VaultAnswer): Promise<StoreKey> {
  const core = await coreWithoutStore(ports)
  const tried = await tryAnswer(core, answer, await askKeyring(core, answer))
  if (!tried.ok) throw new TroupeError('SEALED', `The store is sealed, and its key is not there. ${tried.message}`, { hint: tried.hint })
  try {
    await core.tries.clear(null)
    return { key: derive(tried.keys[0].master, core.header?.vaultId ?? '', 'store'), slot: tried.slot.label }
  } finally {
    tried.keys.forEach(zeroKeys)
  }
}

/** Which kinds of slots the header has; empty when there is none that can be read. */
export async function storeKeySlots(ports: StoreKeyPorts): Promise<readonly VaultAnswer['kind'][]> {
  return ((await coreWithoutStore(ports)).header?.slots ?? []).map(({ kind }) => kind)
}

function coreWithoutStore(ports: StoreKeyPorts): Promise<VaultCore> {
  const store = {
    read: async () => [],
    write: () => Promise.reject(new TroupeError('INTERNAL', 'The vault wrote before there was a store.')),
  }
  return loadCore({ ...ports, store, announce: () => undefined })
}
