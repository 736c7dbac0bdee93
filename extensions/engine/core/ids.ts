import { customRandom } from 'nanoid'
import type { Chance } from './clock.ts'

/** 34 signs: no l and no o, so that an id can be read aloud. */
const ALPHABET = '0123456789abcdefghijkmnpqrstuvwxyz'

/** A new id, `prefix_` and 16 signs: 81 bits of chance (16 × log2 34), enough that two never meet on one machine. */
export function newId(chance: Chance, prefix: string): string {
  const signs = customRandom(ALPHABET, 16, (count) => chance.bytes(count))
  return `${prefix}_${signs()}`
}
