/** One slot: how its own key wraps the master keys. The slot's parameters are associated data, so that none of them can be exchanged. */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import type { Chance } from '#core'
import { openBox, sealBox } from './box.ts'
import { fromBase64, fromHex, joined, toBase64, utf8, zero } from './bytes.ts'
import type { Header, Slot } from './header.ts'
import { type KeySet, keySet, zeroKeys } from './keys.ts'

/** A slot before it wraps anything. */
export type BareSlot = Slot extends infer S ? (S extends Slot ? Omit<S, 'wraps' | 'carry'> : never) : never

/** The slot with the master keys of `keys` in it, the newest of which carries the slot's own key. */
export function wrapInSlot(
  chance: Chance,
  vaultId: string,
  slot: BareSlot,
  slotKey: Uint8Array,
  keys: readonly [KeySet, ...KeySet[]],
): Slot {
  const wraps = Object.fromEntries(
    keys.map(({ id, master }) => [id, toBase64(sealBox(chance, slotKey, wrapPlace('wrap', vaultId, slot, id), master))]),
  )
  const carry = toBase64(sealBox(chance, keys[0].carry, wrapPlace('carry', vaultId, slot, keys[0].id), slotKey))
  return { ...slot, wraps, carry }
}

/** The vault's keys, in the header's order; undefined: the slot's key opens nothing here. */
export function keysFromSlot(header: Header, slot: Slot, slotKey: Uint8Array): readonly [KeySet, ...KeySet[]] | undefined {
  const opened: KeySet[] = []
  for (const { id } of header.keys) {
    const box = fromBase64(slot.wraps[id] ?? '')
    const master = box && openBox(slotKey, wrapPlace('wrap', header.vaultId, slot, id), box)
    const keys = master && keySet(master, header.vaultId)
    if (keys) opened.push(keys)
    if (keys?.id !== id) {
      opened.forEach(zeroKeys)
      return undefined
    }
  }
  const [first, ...rest] = opened
  return first && [first, ...rest]
}

/** The slot's own key, from the master key; the caller zeroes it. undefined: the box was changed. */
export function carriedKey(vaultId: string, slot: Slot, keys: KeySet): Uint8Array | undefined {
  const box = fromBase64(slot.carry)
  return box && openBox(keys.carry, wrapPlace('carry', vaultId, slot, keys.id), box)
}

/** A recovery slot's own key. */
export function kitKey(kit: Uint8Array, salt: Uint8Array, vaultId: string): Uint8Array {
  return hkdf(sha256, kit, salt, joined('troupe-vault/kit', vaultId), 32)
}

/** The wraps anew for other keys, e.g. when a rotation begins or ends; label, times and parameters stay. */
export function rewrapSlot(
  chance: Chance,
  vaultId: string,
  slot: Slot,
  held: KeySet,
  keys: readonly [KeySet, ...KeySet[]],
): Slot | undefined {
  const slotKey = carriedKey(vaultId, slot, held)
  if (!slotKey) return undefined
  const made = wrapInSlot(chance, vaultId, slot, slotKey, keys)
  zero(slotKey)
  return made
}

function wrapPlace(what: 'wrap' | 'carry', vaultId: string, slot: BareSlot, keyId: string): Uint8Array {
  return joined(`troupe-vault/${what}`, Uint8Array.of(1), vaultId, slot.id, slot.kind, parameters(slot), fromHex(keyId))
}

function parameters(slot: BareSlot): Uint8Array {
  switch (slot.kind) {
    case 'passphrase':
      return joined(slot.kdf, String(slot.iterations), slot.salt)
    case 'keyring':
      return utf8(slot.account)
    case 'recovery':
      return utf8(slot.salt)
  }
}
