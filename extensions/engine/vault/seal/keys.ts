/** One master key, and what is made of it. The master key itself seals nothing: each purpose has its own key (HKDF-SHA256, RFC 5869). */
import { hkdf } from '@noble/hashes/hkdf.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { toHex, utf8, zero } from './bytes.ts'

export const KEY_BYTES = 32
const KEY_ID_BYTES = 8

export interface KeySet {
  /** 16 signs of hex, made from the key: who has the key can tell that it is the one that is named. */
  readonly id: string
  readonly master: Uint8Array
  /** Seals values. */
  readonly field: Uint8Array
  /** Signs the header. */
  readonly header: Uint8Array
  /** Signs the head of the audit log. */
  readonly audit: Uint8Array
  /** Carries the slots' own keys over a rotation. */
  readonly carry: Uint8Array
}

/** Takes the master key over: `zeroKeys` ends it too. */
export function keySet(master: Uint8Array, vaultId: string): KeySet {
  const made = (purpose: string, bytes = KEY_BYTES) => derive(master, vaultId, purpose, bytes)
  return {
    id: toHex(made('key-id', KEY_ID_BYTES)),
    master,
    field: made('field'),
    header: made('header'),
    audit: made('audit'),
    carry: made('carry'),
  }
}

export function derive(master: Uint8Array, vaultId: string, purpose: string, bytes = KEY_BYTES): Uint8Array {
  return hkdf(sha256, master, utf8(vaultId), utf8(`troupe-vault/1/${purpose}`), bytes)
}

export function zeroKeys(keys: KeySet): void {
  zero(keys.master, keys.field, keys.header, keys.audit, keys.carry)
}
