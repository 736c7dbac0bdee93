/**
 * PBKDF2-HMAC-SHA256 (RFC 8018 section 5.2) for a key of one block, told round by round. The library's own function cannot say how far it is,
 * so the loop is here and the hash is the library's; the tests hold it to RFC 7914 section 11, to the library's function and to Node's.
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'

const BYTES = 32
const TELL_EVERY = 20_000

export function pbkdf2(
  passphrase: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  onProgress: (done: number) => void = () => undefined,
): Uint8Array {
  const keyed = hmac.create(sha256, passphrase)
  const work = keyed.clone()
  const block = new Uint8Array(BYTES)
  // U1 = HMAC(passphrase, salt || 1), and the number of the block is big-endian.
  work
    .update(salt)
    .update(Uint8Array.of(0, 0, 0, 1))
    .digestInto(block)
  const key = block.slice()
  for (let round = 1; round < rounds; round += 1) {
    keyed._cloneInto(work).update(block).digestInto(block)
    for (let i = 0; i < BYTES; i += 1) key[i] = (key[i] as number) ^ (block[i] as number)
    if (round % TELL_EVERY === 0) onProgress(round)
  }
  keyed.destroy()
  block.fill(0)
  return key
}
