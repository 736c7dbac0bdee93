/**
 * The code of a recovery kit: 25 bytes as 40 signs of Crockford's base32 (no I, L, O, U), in ten groups of four.
 * 20 bytes of chance (160 bits), 2 bytes that name the vault, 3 bytes of checksum.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { joined, sameBytes, zero } from './bytes.ts'

export const RECOVERY_BYTES = 20
const TAG = 2
const SUM = 3
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** `kit`: its key. mistyped: not 40 signs, or the checksum does not fit. other-vault: a sound code, of another vault. */
export type ReadCode = { readonly kit: Uint8Array } | { readonly wrong: 'mistyped' | 'other-vault' }

export function recoveryCode(kit: Uint8Array, vaultId: string): string {
  const bytes = new Uint8Array(RECOVERY_BYTES + TAG + SUM)
  bytes.set(kit)
  bytes.set(vaultTag(vaultId), RECOVERY_BYTES)
  bytes.set(checksum(bytes.subarray(0, RECOVERY_BYTES + TAG)), RECOVERY_BYTES + TAG)
  const signs = encode(bytes)
  zero(bytes)
  return signs.match(/.{4}/g)?.join('-') ?? signs
}

/** Spaces, dashes and case do not matter; O is read as 0, I and L as 1. */
export function readRecoveryCode(typed: string, vaultId: string): ReadCode {
  const bytes = decode(typed.toUpperCase().replace(/[\s-]/g, '').replaceAll('O', '0').replace(/[IL]/g, '1'))
  if (bytes?.length !== RECOVERY_BYTES + TAG + SUM) return { wrong: 'mistyped' }
  const body = bytes.subarray(0, RECOVERY_BYTES + TAG)
  if (!sameBytes(checksum(body), bytes.subarray(RECOVERY_BYTES + TAG))) return { wrong: 'mistyped' }
  if (!sameBytes(vaultTag(vaultId), body.subarray(RECOVERY_BYTES))) return { wrong: 'other-vault' }
  const kit = bytes.slice(0, RECOVERY_BYTES)
  zero(bytes)
  return { kit }
}

const vaultTag = (vaultId: string) => sha256(joined('troupe-vault/kit-of', vaultId)).subarray(0, TAG)
const checksum = (body: Uint8Array) => sha256(joined('troupe-vault/kit-sum', body)).subarray(0, SUM)

function encode(bytes: Uint8Array): string {
  let out = ''
  let held = 0
  let bits = 0
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) out += SIGNS[(held >> (bits - 5)) & 31]
    held &= (1 << bits) - 1
  }
  return out
}

/** undefined: a sign that is none of ours, or bits left over. */
function decode(signs: string): Uint8Array | undefined {
  if (signs.length % 8 !== 0) return undefined
  const out = new Uint8Array((signs.length * 5) / 8)
  let at = 0
  let held = 0
  let bits = 0
  for (const sign of signs) {
    const value = SIGNS.indexOf(sign)
    if (value < 0) return undefined
    held = (held << 5) | value
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out[at] = held >> bits
      at += 1
      held &= (1 << bits) - 1
    }
  }
  return out
}
