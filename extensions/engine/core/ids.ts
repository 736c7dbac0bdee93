import type { Chance } from './clock.ts'

const ALPHABET = '0123456789abcdefghijkmnpqrstuvwxyz' // 34 signs: no l and no o, so an id can be read aloud

/** A new id, `prefix_` and 16 signs: 81 bits of chance (16 × log2 34), enough that two never meet on one machine. */
export function newId(chance: Chance, prefix: string): string {
  let id = ''
  while (id.length < 16) {
    for (const byte of chance.bytes(24)) {
      // 238 is the largest multiple of 34 below 256: bytes above it would favour the first signs.
      if (byte < 238 && id.length < 16) id += ALPHABET[byte % 34]
    }
  }
  return `${prefix}_${id}`
}
