/** What a sealed snapshot has between its pages and its footer, and how its pages are sealed: piece by piece, as they are written. */
import { PAGE_BYTES } from './image.ts'
import type { Disk, FileSeal } from './ports.ts'
import { BOX_BYTES, brokenSeal, NONCE_BYTES, openSealed } from './seal-words.ts'

/** Pages that are sealed together: 256 kB. */
export const PIECE_PAGES = 64
const PIECE_BYTES = PIECE_PAGES * PAGE_BYTES
/** Salt, key id, check, zeros. */
export const BLOCK_BYTES = 64
const SALT_BYTES = 16
const KEY_ID_AT = 16
const CHECK_AT = 24

export interface SealedSizes {
  readonly boxes: number
  readonly block: number
}

/** Of the boxes' nonces and tags, and of the block. */
export function sealedSizes(pages: number): SealedSizes {
  return { boxes: Math.ceil(pages / PIECE_PAGES) * BOX_BYTES, block: BLOCK_BYTES }
}

/** Puts nonce and tag at their place in `boxes`; answers the ciphertext, as long as the piece. */
export function sealPiece(file: FileSeal, place: number, piece: Uint8Array, boxes: Uint8Array): Uint8Array {
  const box = file.seal(place, piece)
  const at = place * BOX_BYTES
  boxes.set(box.subarray(0, NONCE_BYTES), at)
  boxes.set(box.subarray(NONCE_BYTES + piece.length), at + NONCE_BYTES)
  return box.subarray(NONCE_BYTES, NONCE_BYTES + piece.length)
}

/** null: the disk's files are plain. */
export function beginSealed(disk: Disk, head: Uint8Array): { readonly file: FileSeal; readonly block: Uint8Array } | null {
  if (!disk.seal?.writes) return null
  const salt = disk.seal.salt()
  const file = disk.seal.file('snapshot', salt, head)
  const block = new Uint8Array(BLOCK_BYTES)
  block.set(salt)
  block.set(disk.seal.id, KEY_ID_AT)
  block.set(file.check(), CHECK_AT)
  return { file, block }
}

/** The plain pages. SEALED, DAMAGED. */
export function openPieces(
  disk: Disk,
  name: string,
  parts: { readonly sealed: Uint8Array; readonly boxes: Uint8Array; readonly block: Uint8Array; readonly head: Uint8Array },
): Uint8Array {
  const { sealed, boxes, block, head } = parts
  const file = openSealed(disk, name, sealed.length + boxes.length, {
    kind: 'snapshot',
    salt: block.subarray(0, SALT_BYTES),
    keyId: block.subarray(KEY_ID_AT, CHECK_AT),
    check: block.subarray(CHECK_AT, CHECK_AT + BOX_BYTES),
    head,
  })
  const pages = new Uint8Array(sealed.length)
  for (let at = 0, place = 0; at < sealed.length; at += PIECE_BYTES, place++) {
    const piece = sealed.subarray(at, at + PIECE_BYTES)
    const box = new Uint8Array(piece.length + BOX_BYTES)
    const stored = boxes.subarray(place * BOX_BYTES, (place + 1) * BOX_BYTES)
    box.set(stored.subarray(0, NONCE_BYTES))
    box.set(piece, NONCE_BYTES)
    box.set(stored.subarray(NONCE_BYTES), NONCE_BYTES + piece.length)
    const plain = file.open(place, box)
    if (!plain) throw brokenSeal(name, at, `pages ${place * PIECE_PAGES} and on`)
    pages.set(plain, at)
  }
  return pages
}
