/**
 * A snapshot: all pages of the database (so that any SQLite tool can open the file), then their checksums, then a footer.
 * Written whole under a temporary name, synced, renamed, and the folder synced. Little-endian; the byte layout stands in SPEC.md.
 */
import { crc32 } from 'node:zlib'
import { damaged } from './damage.ts'
import { PAGE_BYTES, type PageImage } from './image.ts'
import type { Disk } from './ports.ts'
import { beginSealed, openPieces, sealedSizes, sealPiece } from './sealed-snapshot.ts'

const FOOTER_BYTES = 64
const MAGIC = 'TROUPES\n'
const VERSION = 1
/** The pages are sealed, and what opens them follows. */
const SEALED_VERSION = 2
/** Of the footer: what every box of a sealed snapshot is bound to. */
const BOUND_BYTES = 40
/** Written and synced piece by piece: one sync of 100 MB would hold up the journal's syncs behind it. */
const SYNC_BYTES = 4 * 1024 * 1024

export interface SnapshotInfo {
  /** It holds everything before the journal of this generation. */
  readonly generation: number
  /** Sequence number of the last frame in it. */
  readonly seq: number
  readonly createdAt: number
}

export function snapshotName(generation: number): string {
  return `snapshot-${String(generation).padStart(8, '0')}`
}

export function writeSnapshot(disk: Disk, name: string, info: SnapshotInfo, image: PageImage): void {
  const tail = makeTail(disk, info, image)
  const file = disk.open(`${name}.new`, 'create')
  try {
    let [at, synced] = [0, 0]
    for (const piece of image.pieces()) {
      file.write(at, tail.take(piece))
      at += piece.length
      if (at - synced < SYNC_BYTES) continue
      file.sync()
      synced = at
    }
    file.write(at, tail.bytes())
    file.sync()
  } catch (thrown) {
    removeDraft(disk, `${name}.new`)
    throw thrown
  } finally {
    file.close()
  }
  disk.rename(`${name}.new`, name)
  disk.syncFolder()
}

/** Where a disk is full, half a draft is in the way. */
export function removeDraft(disk: Disk, name: string): void {
  try {
    disk.remove(name)
  } catch {
    // It means nothing, and the next start removes it; what made the draft fail is the error to tell.
  }
}

/** Takes each piece of pages in order, answers it as it is written, and afterwards what follows them all. */
function makeTail(disk: Disk, info: SnapshotInfo, image: PageImage) {
  const count = image.pageCount
  const footer = new Uint8Array(FOOTER_BYTES)
  const view = new DataView(footer.buffer)
  footer.set(Buffer.from(MAGIC, 'latin1'))
  view.setUint32(8, disk.seal?.writes ? SEALED_VERSION : VERSION, true)
  view.setUint32(12, PAGE_BYTES, true)
  view.setUint32(16, count, true)
  view.setUint32(20, info.generation, true)
  view.setBigUint64(24, BigInt(info.seq), true)
  view.setBigUint64(32, BigInt(Math.round(info.createdAt)), true)
  const sealing = beginSealed(disk, footer.slice(0, BOUND_BYTES))
  const { boxes } = placesOf(count, sealing !== null)
  const table = new Uint8Array(boxes + count * 4 + (sealing?.block.length ?? 0))
  const sums = new DataView(table.buffer, boxes)
  let page = 0
  let place = 0
  return {
    take(piece: Uint8Array): Uint8Array {
      const written = sealing ? sealPiece(sealing.file, place++, piece, table) : piece
      for (let at = 0; at < written.length; at += PAGE_BYTES) sums.setUint32(page++ * 4, crc32(written.subarray(at, at + PAGE_BYTES)), true)
      return written
    },
    bytes(): Uint8Array {
      if (sealing) table.set(sealing.block, boxes + count * 4)
      view.setUint32(40, crc32(table), true)
      view.setUint32(60, crc32(footer.subarray(0, 60)), true)
      const bytes = new Uint8Array(table.length + FOOTER_BYTES)
      bytes.set(table)
      bytes.set(footer, table.length)
      return bytes
    },
  }
}

/** Bytes between the pages and the footer: nonces and tags, checksums, and the block that names the key. */
function placesOf(count: number, sealed: boolean): { readonly boxes: number; readonly block: number } {
  return sealed ? sealedSizes(count) : { boxes: 0, block: 0 }
}

/** Reads and checks every byte. DAMAGED names the file and the offset. */
export function readSnapshot(disk: Disk, name: string): { readonly info: SnapshotInfo; readonly pages: Uint8Array } {
  const bytes = readWhole(disk, name)
  const footer = bytes.length - FOOTER_BYTES
  if (footer < 0) throw damaged(name, bytes.length, 'its end is missing')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (crc32(bytes.subarray(footer, footer + 60)) !== view.getUint32(footer + 60, true))
    throw damaged(name, footer, 'its end is missing, or the checksum of its footer is wrong')
  if (Buffer.from(bytes.subarray(footer, footer + 8)).toString('latin1') !== MAGIC) throw damaged(name, footer, 'it is no snapshot')
  const version = view.getUint32(footer + 8, true)
  if ((version !== VERSION && version !== SEALED_VERSION) || view.getUint32(footer + 12, true) !== PAGE_BYTES)
    throw damaged(name, footer + 8, `it has format ${version}, and this build knows ${VERSION}`)
  const count = view.getUint32(footer + 16, true)
  const end = count * PAGE_BYTES
  const { boxes, block } = placesOf(count, version === SEALED_VERSION)
  const table = end + boxes
  if (table + count * 4 + block !== footer) throw damaged(name, footer + 16, `it claims ${count} pages, which do not fit its size`)
  if (crc32(bytes.subarray(end, footer)) !== view.getUint32(footer + 40, true))
    throw damaged(name, end, 'the checksum of its checksums is wrong')
  for (let page = 0; page < count; page++) {
    const at = page * PAGE_BYTES
    if (crc32(bytes.subarray(at, at + PAGE_BYTES)) !== view.getUint32(table + page * 4, true))
      throw damaged(name, at, `the checksum of page ${page} is wrong`)
  }
  const pages = bytes.subarray(0, end)
  if (version === VERSION) return { info: infoOf(view, footer), pages }
  const parts = {
    sealed: pages,
    boxes: bytes.subarray(end, table),
    block: bytes.subarray(footer - block, footer),
    head: bytes.slice(footer, footer + BOUND_BYTES),
  }
  return { info: infoOf(view, footer), pages: openPieces(disk, name, parts) }
}

/** Only its end; whether the rest is whole is for `readSnapshot` to say. undefined: the end cannot be read. */
export function readSnapshotInfo(
  disk: Disk,
  name: string,
): { readonly info: SnapshotInfo | undefined; readonly bytes: number; readonly sealed: boolean } {
  const file = disk.open(name, 'read')
  try {
    const footer = new Uint8Array(FOOTER_BYTES)
    const { bytes } = file
    const whole = bytes >= FOOTER_BYTES && file.read(bytes - FOOTER_BYTES, footer) === FOOTER_BYTES
    const view = new DataView(footer.buffer)
    if (!whole || crc32(footer.subarray(0, 60)) !== view.getUint32(60, true)) return { info: undefined, bytes, sealed: false }
    return { info: infoOf(view, 0), bytes, sealed: view.getUint32(8, true) === SEALED_VERSION }
  } finally {
    file.close()
  }
}

function infoOf(view: DataView, footer: number): SnapshotInfo {
  return {
    generation: view.getUint32(footer + 20, true),
    seq: Number(view.getBigUint64(footer + 24, true)),
    createdAt: Number(view.getBigUint64(footer + 32, true)),
  }
}

export function readWhole(disk: Disk, name: string): Uint8Array {
  const file = disk.open(name, 'read')
  try {
    const bytes = new Uint8Array(file.bytes)
    return bytes.subarray(0, file.read(0, bytes))
  } finally {
    file.close()
  }
}
