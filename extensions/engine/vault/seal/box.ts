/** AES-256-GCM as the format uses it: nonce (12 bytes), ciphertext, tag (16 bytes). */
import { gcm } from '@noble/ciphers/aes.js'
import type { Chance } from '#core'

export const NONCE_BYTES = 12
export const TAG_BYTES = 16
/** What sealing adds to the length. */
export const BOX_BYTES = NONCE_BYTES + TAG_BYTES

/** A nonce is chance, new for each box: with 2^32 boxes under one key, two of them meet with a probability of 2^-33 (NIST SP 800-38D, 8.3). */
export function sealBox(chance: Chance, key: Uint8Array, associated: Uint8Array, plain: Uint8Array): Uint8Array {
  const nonce = chance.bytes(NONCE_BYTES)
  const sealed = gcm(key, nonce, associated).encrypt(plain)
  const box = new Uint8Array(NONCE_BYTES + sealed.length)
  box.set(nonce)
  box.set(sealed, NONCE_BYTES)
  return box
}

/** undefined: another key, another place, or changed bytes; which of them cannot be told from a box alone. */
export function openBox(key: Uint8Array, associated: Uint8Array, box: Uint8Array): Uint8Array | undefined {
  if (box.length < BOX_BYTES) return undefined
  try {
    return gcm(key, box.subarray(0, NONCE_BYTES), associated).decrypt(box.subarray(NONCE_BYTES))
  } catch {
    return undefined
  }
}
