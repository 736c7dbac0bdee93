/** Bytes and their spellings. */
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

const text = new TextEncoder()

/** Several parts as one string of bytes that no other parts give: each is its length (u32, big-endian) and its bytes. */
export function joined(...parts: readonly (string | Uint8Array)[]): Uint8Array {
  const all = parts.map((part) => (typeof part === 'string' ? text.encode(part) : part))
  const out = new Uint8Array(all.reduce((sum, part) => sum + 4 + part.length, 0))
  const view = new DataView(out.buffer)
  let at = 0
  for (const part of all) {
    view.setUint32(at, part.length)
    out.set(part, at + 4)
    at += 4 + part.length
  }
  return out
}

export const utf8 = (value: string): Uint8Array => text.encode(value)
export const toHex = bytesToHex
export const fromHex = hexToBytes
export const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64')

/** undefined: it is no base64 in its one canonical spelling. */
export function fromBase64(value: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Buffer.from(value, 'base64'))
  return toBase64(bytes) === value ? bytes : undefined
}

/** Overwrites what must not stay. The engine of JavaScript may have moved a copy; this takes away the one that we know. */
export function zero(...all: readonly (Uint8Array | undefined)[]): void {
  for (const bytes of all) bytes?.fill(0)
}

/** In a time that does not depend on where they differ. */
export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false
  let difference = 0
  for (let i = 0; i < one.length; i += 1) difference |= (one[i] ?? 0) ^ (other[i] ?? 0)
  return difference === 0
}
