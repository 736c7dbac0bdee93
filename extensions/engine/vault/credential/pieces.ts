/**
 * A sealed stream of pieces: AES-256-GCM over 64 KiB each, under a key that is used for this one stream only, so the nonce may count.
 *
 *     nonce  4 bytes of zero, 8 bytes big-endian: number of the piece, from 0
 *     data   the caller's `context`, then one byte: 1 for the last piece, else 0
 *     text   up to 65,536 bytes; only the last may be shorter, and it may be empty only when it is the first
 *
 * Pieces that are changed, swapped, left out, doubled or cut off do not open. (The way of age and of STREAM, Hoang et al. 2015.)
 */
import { gcm } from '@noble/ciphers/aes.js'
import { TroupeError } from '#core'

export const PIECE_BYTES = 64 * 1024
const TAG_BYTES = 16
const SEALED_BYTES = PIECE_BYTES + TAG_BYTES

/** Gives the main thread back between two pieces, each of which takes about a millisecond. */
const breathe = () => new Promise<void>((resolve) => setImmediate(resolve))

export function sealedLength(bytes: number): number {
  return bytes + Math.max(1, Math.ceil(bytes / PIECE_BYTES)) * TAG_BYTES
}

export async function sealPieces(plain: Uint8Array, key: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
  const sealed = new Uint8Array(sealedLength(plain.length))
  const count = Math.max(1, Math.ceil(plain.length / PIECE_BYTES))
  for (let number = 0; number < count; number += 1) {
    const piece = plain.subarray(number * PIECE_BYTES, (number + 1) * PIECE_BYTES)
    sealed.set(cipher(key, context, number, number === count - 1).encrypt(piece), number * SEALED_BYTES)
    await breathe()
  }
  return sealed
}

/** DAMAGED when it is not exactly what was sealed with this key and context. */
export async function openPieces(sealed: Uint8Array, key: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
  const count = Math.max(1, Math.ceil(sealed.length / SEALED_BYTES))
  const plain = new Uint8Array(Math.max(0, sealed.length - count * TAG_BYTES))
  for (let number = 0; number < count; number += 1) {
    const piece = sealed.subarray(number * SEALED_BYTES, (number + 1) * SEALED_BYTES)
    plain.set(openPiece(piece, cipher(key, context, number, number === count - 1)), number * PIECE_BYTES)
    await breathe()
  }
  return plain
}

function openPiece(piece: Uint8Array, { decrypt }: ReturnType<typeof cipher>): Uint8Array {
  try {
    return decrypt(piece)
  } catch (cause) {
    throw new TroupeError('DAMAGED', 'What was sealed was changed or cut off since, or the key is another.', { cause })
  }
}

function cipher(key: Uint8Array, context: Uint8Array, number: number, last: boolean) {
  const nonce = new Uint8Array(12)
  new DataView(nonce.buffer).setBigUint64(4, BigInt(number))
  const data = new Uint8Array(context.length + 1)
  data.set(context)
  data[context.length] = last ? 1 : 0
  return gcm(key, nonce, data)
}
