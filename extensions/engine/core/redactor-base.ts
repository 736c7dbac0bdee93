/** Hexadecimal and base64 (RFC 4648) of bytes, and what of base64 is certain when the bytes lie within others. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Padded. */
export function base64(bytes: Uint8Array): string {
  let text = ''
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b = 0, c = 0] = bytes.subarray(at, at + 3)
    const bits = (a << 16) | (b << 8) | c
    for (let sign = 0; sign < 4; sign++) text += at + sign > bytes.length ? '=' : ALPHABET[(bits >> (18 - 6 * sign)) & 63]
  }
  return text
}

/** The signs that depend on these bytes alone, when `offset` (0, 1 or 2, modulo 3) other bytes stand before them and any may follow. */
export function base64Inside(bytes: Uint8Array, offset: number): string {
  const padded = new Uint8Array(offset + bytes.length)
  padded.set(bytes, offset)
  return base64(padded).slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6))
}
