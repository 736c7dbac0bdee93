/**
 * A snapshot: all pages of the database (so that any SQLite tool can open the file), then their checksums, then a footer.
 * Written whole under a temporary name, synced, renamed, and the folder synced. Little-endian; the byte layout stands in SPEC.md.
 */
import { crc32 } from 'node:zlib'
import { damaged } from './damage.ts'
import { PAGE_BYTES, type PageImage } from './image.ts'
import type { Disk } from './ports.ts'

const FOOTER_BYTES = 64
const MAGIC = 'TROUPES\n'
const VERSION = 1
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
  const tail = encodeTail(info, image)
  const file = disk.open(`${name}.new`, 'create')
  try {
    let [at, synced] = [0, 0]
    for (const piece of image.pieces()) {
      file.write(at, piece)
      at += piece.length
      if (at - synced < SYNC_BYTES) continue
      file.sync()
      synced = at
    }
    file.write(at, tail)
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

function encodeTail(info: SnapshotInfo, image: PageImage): Uint8Array {
  const count = image.pageCount
  const bytes = new Uint8Array(count * 4 + FOOTER_BYTES)
  const view = new DataView(bytes.buffer)
  for (let page = 0; page < count; page++) view.setUint32(page * 4, crc32(image.page(page)), true)
  const footer = count * 4
  bytes.set(Buffer.from(MAGIC, 'latin1'), footer)
  view.setUint32(footer + 8, VERSION, true)
  view.setUint32(footer + 12, PAGE_BYTES, true)
  view.setUint32(footer + 16, count, true)
  view.setUint32(footer + 20, info.generation, true)
  view.setBigUint64(footer + 24, BigInt(info.seq), true)
  view.setBigUint64(footer + 32, BigInt(Math.round(info.createdAt)), true)
  view.setUint32(footer + 40, crc32(bytes.subarray(0, footer)), true)
  view.setUint32(footer + 60, crc32(bytes.subarray(footer, footer + 60)), true)
  return bytes
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
  if (version !== VERSION || view.getUint32(footer + 12, true) !== PAGE_BYTES)
    throw damaged(name, footer + 8, `it has format ${version}, and this build knows ${VERSION}`)
  const count = view.getUint32(footer + 16, true)
  const table = count * PAGE_BYTES
  if (table + count * 4 !== footer) throw damaged(name, footer + 16, `it claims ${count} pages, which do not fit its size`)
  if (crc32(bytes.subarray(table, footer)) !== view.getUint32(footer + 40, true))
    throw damaged(name, table, 'the checksum of its checksums is wrong')
  for (let page = 0; page < count; page++) {
    const at = page * PAGE_BYTES
    if (crc32(bytes.subarray(at, at + PAGE_BYTES)) !== view.getUint32(table + page * 4, true))
      throw damaged(name, at, `the checksum of page ${page} is wrong`)
  }
  return { info: infoOf(view, footer), pages: bytes.subarray(0, table) }
}

/** Only its end; whether the rest is whole is for `readSnapshot` to say. undefined: the end cannot be read. */
export function readSnapshotInfo(disk: Disk, name: string): { readonly info: SnapshotInfo | undefined; readonly bytes: number } {
  const file = disk.open(name, 'read')
  try {
    const footer = new Uint8Array(FOOTER_BYTES)
    const { bytes } = file
    const whole = bytes >= FOOTER_BYTES && file.read(bytes - FOOTER_BYTES, footer) === FOOTER_BYTES
    const view = new DataView(footer.buffer)
    if (!whole || crc32(footer.subarray(0, 60)) !== view.getUint32(60, true)) return { info: undefined, bytes }
    return { info: infoOf(view, 0), bytes }
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
