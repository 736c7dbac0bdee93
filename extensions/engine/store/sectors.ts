/**
 * A journal is sectors of 512 bytes, the unit that disks write whole. Sector 0 is the header; a frame is one or more whole sectors,
 * so no sector that holds acknowledged data is ever written again. Little-endian; the byte layout stands in SPEC.md.
 *
 * Each sector proves itself (checksum seeded with the journal's salt, number of its frame, place in it). So a frame that was only
 * partly written (some sectors still blank) is told from one that was damaged afterwards (a sector neither blank nor valid).
 */
import { crc32 } from 'node:zlib'
import { damaged } from './damage.ts'
import { PAGE_BYTES } from './page-file.ts'

export const SECTOR_BYTES = 512
const HEAD_BYTES = 16
const BODY_BYTES = SECTOR_BYTES - HEAD_BYTES
const MAGIC = 'TROUPEJ\n'
const VERSION = 1

export interface JournalHeader {
  readonly generation: number
  /** Sequence number of its first frame, whether or not there is one yet. */
  readonly firstSeq: number
  readonly salt: Uint8Array
  readonly createdAt: number
}

export function encodeHeader(header: JournalHeader): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(Buffer.from(MAGIC, 'latin1'))
  view.setUint32(8, VERSION, true)
  view.setUint32(12, PAGE_BYTES, true)
  view.setUint32(16, header.generation, true)
  view.setBigUint64(24, BigInt(header.firstSeq), true)
  bytes.set(header.salt, 32)
  view.setBigUint64(48, BigInt(Math.round(header.createdAt)), true)
  view.setUint32(508, crc32(bytes.subarray(0, 508)), true)
  return bytes
}

export function decodeHeader(bytes: Uint8Array, file: string): JournalHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < SECTOR_BYTES) throw damaged(file, bytes.length, 'its header is cut off')
  if (crc32(bytes.subarray(0, 508)) !== view.getUint32(508, true)) throw damaged(file, 0, 'the checksum of its header is wrong')
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== MAGIC) throw damaged(file, 0, 'it is no journal')
  const version = view.getUint32(8, true)
  if (version !== VERSION || view.getUint32(12, true) !== PAGE_BYTES)
    throw damaged(file, 8, `it has format ${version}, and this build knows ${VERSION}`)
  return {
    generation: view.getUint32(16, true),
    firstSeq: Number(view.getBigUint64(24, true)),
    salt: bytes.slice(32, 48),
    createdAt: Number(view.getBigUint64(48, true)),
  }
}

export function sectorsFor(contentBytes: number): number {
  return Math.ceil(contentBytes / BODY_BYTES)
}

/** Frame number `frame` of its journal (from 0) as whole sectors. */
export function encodeFrame(content: Uint8Array, frame: number, saltCrc: number): Uint8Array {
  const count = sectorsFor(content.length)
  const bytes = new Uint8Array(count * SECTOR_BYTES)
  const view = new DataView(bytes.buffer)
  for (let index = 0; index < count; index++) {
    const at = index * SECTOR_BYTES
    view.setUint32(at + 4, frame, true)
    view.setUint32(at + 8, index, true)
    view.setUint32(at + 12, count, true)
    bytes.set(content.subarray(index * BODY_BYTES, (index + 1) * BODY_BYTES), at + HEAD_BYTES)
    view.setUint32(at, crc32(bytes.subarray(at + 4, at + SECTOR_BYTES), saltCrc), true)
  }
  return bytes
}

interface Sector {
  readonly frame: number
  readonly index: number
  readonly count: number
}

export interface ScanResult {
  /** Whole frames that were handed over. */
  readonly frames: number
  /** Bytes from the file's begin to the end of the last of them. */
  readonly endBytes: number
  /** Bytes of a frame that was never finished, and so never acknowledged. */
  readonly cutBytes: number
}

/**
 * Hands over each whole frame in order. With `limit` it stops after that many, and fewer are damage: a later journal says that they
 * were acknowledged. Without, everything behind the last whole frame must be blank or part of the one frame that was in flight.
 */
export function scanFrames(
  bytes: Uint8Array,
  salt: Uint8Array,
  file: string,
  limit: number | null,
  take: (content: Uint8Array) => void,
): ScanResult {
  const saltCrc = crc32(salt)
  const sectors = Math.floor(bytes.length / SECTOR_BYTES)
  const at = (sector: number): Sector | 'blank' | 'wrong' => readSector(bytes, sector, saltCrc)
  let next = 1
  let frames = 0
  while (limit === null || frames < limit) {
    const count = wholeFrame(at, next, sectors, frames)
    if (count === 0) break
    take(contentOf(bytes, next, count, file))
    next += count
    frames++
  }
  if (limit !== null && frames < limit)
    throw damaged(file, next * SECTOR_BYTES, `${limit - frames} acknowledged frames are missing or unreadable from here`)
  const cutBytes = limit === null ? checkTail(bytes, at, next, sectors, frames, file) : 0
  return { frames, endBytes: next * SECTOR_BYTES, cutBytes }
}

/** How many sectors the frame that begins here has; 0 when it is not whole. */
function wholeFrame(at: (sector: number) => Sector | 'blank' | 'wrong', start: number, sectors: number, frame: number): number {
  const first = start < sectors ? at(start) : 'blank'
  if (typeof first === 'string' || first.frame !== frame || first.index !== 0 || start + first.count > sectors) return 0
  for (let index = 1; index < first.count; index++) {
    const sector = at(start + index)
    if (typeof sector === 'string' || sector.frame !== frame || sector.index !== index || sector.count !== first.count) return 0
  }
  return first.count
}

function checkTail(
  bytes: Uint8Array,
  at: (sector: number) => Sector | 'blank' | 'wrong',
  start: number,
  sectors: number,
  frame: number,
  file: string,
): number {
  let cut = 0
  let blank = bytes.subarray(sectors * SECTOR_BYTES).length > 0 ? 1 : 0
  if (!isBlank(bytes.subarray(sectors * SECTOR_BYTES))) throw damaged(file, sectors * SECTOR_BYTES, 'it ends in the middle of a sector')
  for (let sector = start; sector < sectors; sector++) {
    const found = at(sector)
    if (found === 'blank') {
      blank++
      continue
    }
    if (found === 'wrong') throw damaged(file, sector * SECTOR_BYTES, 'a sector is neither blank nor what was written')
    if (found.frame !== frame || found.index !== sector - start)
      throw damaged(file, start * SECTOR_BYTES, 'a frame is unreadable, and a later one is not')
    cut += SECTOR_BYTES
  }
  // A journal is extended before it is full, so an end without a blank sector means that a part of it was cut away.
  if (blank === 0) throw damaged(file, bytes.length, 'its end is missing')
  return cut
}

function readSector(bytes: Uint8Array, sector: number, saltCrc: number): Sector | 'blank' | 'wrong' {
  const at = sector * SECTOR_BYTES
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, SECTOR_BYTES)
  const count = view.getUint32(12, true)
  if (count === 0) return isBlank(bytes.subarray(at, at + SECTOR_BYTES)) ? 'blank' : 'wrong'
  if (crc32(bytes.subarray(at + 4, at + SECTOR_BYTES), saltCrc) !== view.getUint32(0, true)) return 'wrong'
  return { frame: view.getUint32(4, true), index: view.getUint32(8, true), count }
}

function contentOf(bytes: Uint8Array, start: number, count: number, file: string): Uint8Array {
  const content = new Uint8Array(count * BODY_BYTES)
  for (let index = 0; index < count; index++) {
    const at = (start + index) * SECTOR_BYTES
    content.set(bytes.subarray(at + HEAD_BYTES, at + SECTOR_BYTES), index * BODY_BYTES)
  }
  const length = new DataView(content.buffer).getUint32(0, true)
  if (sectorsFor(length) !== count) throw damaged(file, start * SECTOR_BYTES, `a frame of ${count} sectors claims ${length} bytes`)
  return content.subarray(0, length)
}

function isBlank(bytes: Uint8Array): boolean {
  for (const byte of bytes) if (byte !== 0) return false
  return true
}
