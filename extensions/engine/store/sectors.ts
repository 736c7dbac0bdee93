/**
 * A journal is sectors of 512 bytes, the unit that disks write whole. Sector 0 is the header; a frame is one or more whole sectors,
 * so no sector that holds acknowledged data is ever changed again. Little-endian; the byte layout stands in SPEC.md.
 *
 * One checksum proves a frame, another its head (which says how long it is). Each sector begins with the mark of its frame, which is never
 * zero: so a frame that was only partly written (some sectors still blank) is told from one that was damaged afterwards (none blank).
 */
import { crc32 } from 'node:zlib'
import { damaged } from './damage.ts'
import { PAGE_BYTES } from './image.ts'
import type { Seal } from './ports.ts'
import { BOX_BYTES, type SealedHead } from './seal-words.ts'

export const SECTOR_BYTES = 512
const MARK_BYTES = 4
const BODY_BYTES = SECTOR_BYTES - MARK_BYTES
/** Behind the mark of the first sector: checksum of the next three, number of the frame, bytes of content, checksum of what follows. */
const HEAD_BYTES = 16
const MAGIC = 'TROUPEJ\n'
const JOURNAL_VERSION = 2
/** The same, and the content of every frame is a box. */
const SEALED_VERSION = 3
const KEY_ID_AT = 56
const CHECK_AT = 64
/** Its header is read, its frames are not: a journal of it that holds none is passed by, any other refused. */
const OLD_VERSION = 1

const OLD_HINT =
  'Nothing was changed. Start the build that wrote it once more and stop it in order: it then writes a snapshot, which this build reads.'

export interface JournalHeader {
  readonly version: number
  readonly generation: number
  /** Sequence number of its first frame, whether or not there is one yet. */
  readonly firstSeq: number
  readonly salt: Uint8Array
  readonly createdAt: number
  /** null: a plain one. */
  readonly sealed: SealedHead | null
}

/** With a seal, a sealed journal's. */
export function encodeHeader(header: Omit<JournalHeader, 'version' | 'sealed'>, seal?: Seal): Uint8Array {
  const bytes = new Uint8Array(SECTOR_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(Buffer.from(MAGIC, 'latin1'))
  view.setUint32(8, seal ? SEALED_VERSION : JOURNAL_VERSION, true)
  view.setUint32(12, PAGE_BYTES, true)
  view.setUint32(16, header.generation, true)
  view.setBigUint64(24, BigInt(header.firstSeq), true)
  bytes.set(header.salt, 32)
  view.setBigUint64(48, BigInt(Math.round(header.createdAt)), true)
  if (seal) {
    bytes.set(seal.id, KEY_ID_AT)
    bytes.set(seal.file('journal', header.salt, sealedHead(bytes).head).check(), CHECK_AT)
  }
  view.setUint32(508, crc32(bytes.subarray(0, 508)), true)
  return bytes
}

export function decodeHeader(bytes: Uint8Array, file: string): JournalHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < SECTOR_BYTES) throw damaged(file, bytes.length, 'its header is cut off')
  if (crc32(bytes.subarray(0, 508)) !== view.getUint32(508, true)) throw damaged(file, 0, 'the checksum of its header is wrong')
  if (Buffer.from(bytes.subarray(0, 8)).toString('latin1') !== MAGIC) throw damaged(file, 0, 'it is no journal')
  const version = view.getUint32(8, true)
  if (![JOURNAL_VERSION, SEALED_VERSION, OLD_VERSION].includes(version) || view.getUint32(12, true) !== PAGE_BYTES)
    throw damaged(file, 8, `it has format ${version}, and this build knows ${JOURNAL_VERSION}`)
  return {
    version,
    generation: view.getUint32(16, true),
    firstSeq: Number(view.getBigUint64(24, true)),
    salt: bytes.slice(32, 48),
    createdAt: Number(view.getBigUint64(48, true)),
    sealed: version === SEALED_VERSION ? sealedHead(bytes) : null,
  }
}

/** Whether this build writes such journals, in the form that the store is in. */
export function isWritable({ version }: JournalHeader, sealed: boolean): boolean {
  return version === (sealed ? SEALED_VERSION : JOURNAL_VERSION)
}

function sealedHead(header: Uint8Array): SealedHead {
  return {
    kind: 'journal',
    salt: header.slice(32, 48),
    keyId: header.slice(KEY_ID_AT, CHECK_AT),
    check: header.slice(CHECK_AT, CHECK_AT + BOX_BYTES),
    head: header.slice(0, CHECK_AT),
  }
}

function sectorsFor(contentBytes: number): number {
  return Math.ceil((HEAD_BYTES + contentBytes) / BODY_BYTES)
}

/** What all sectors of frame number `frame` (from 0) of a journal begin with. More than one bit is set, so that one flipped bit never blanks it. */
function markOf(frame: number, saltCrc: number): number {
  return ((saltCrc ^ Math.imul(frame + 1, 0x9e3779b1)) | 0x80000001) >>> 0
}

/** Frame number `frame` of its journal (from 0) as whole sectors. */
export function encodeFrame(content: Uint8Array, frame: number, saltCrc: number): Uint8Array {
  const bytes = new Uint8Array(sectorsFor(content.length) * SECTOR_BYTES)
  const view = new DataView(bytes.buffer)
  const mark = markOf(frame, saltCrc)
  const first = BODY_BYTES - HEAD_BYTES
  bytes.set(content.length <= first ? content : content.subarray(0, first), MARK_BYTES + HEAD_BYTES)
  for (let at = SECTOR_BYTES, done = first; at < bytes.length; at += SECTOR_BYTES, done += BODY_BYTES) {
    view.setUint32(at, mark, true)
    bytes.set(content.subarray(done, done + BODY_BYTES), at + MARK_BYTES)
  }
  view.setUint32(0, mark, true)
  view.setUint32(8, frame, true)
  view.setUint32(12, content.length, true)
  view.setUint32(16, crc32(bytes.subarray(MARK_BYTES + HEAD_BYTES), saltCrc), true)
  view.setUint32(4, crc32(bytes.subarray(8, 20), saltCrc), true)
  return bytes
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
  header: Pick<JournalHeader, 'salt' | 'version'>,
  file: string,
  limit: number | null,
  take: (content: Uint8Array) => void,
): ScanResult {
  if (header.version === OLD_VERSION) return passOldJournal(bytes, header.version, file)
  const saltCrc = crc32(header.salt)
  const whole = bytes.subarray(0, bytes.length - (bytes.length % SECTOR_BYTES))
  let at = SECTOR_BYTES
  let frames = 0
  while (limit === null || frames < limit) {
    const length = contentBytes(whole, at, frames, saltCrc)
    const end = at + sectorsFor(length ?? 0) * SECTOR_BYTES
    if (length === null || end > whole.length || !proven(whole, at, end, frames, saltCrc)) break
    take(contentOf(whole, at, length))
    at = end
    frames++
  }
  if (limit !== null && frames < limit) throw damaged(file, at, `${limit - frames} acknowledged frames are missing or unreadable from here`)
  const cutBytes = limit === null ? checkTail(bytes, at, frames, saltCrc, file) : 0
  return { frames, endBytes: at, cutBytes }
}

/** How many bytes of content the frame that begins here claims; null when its head does not prove itself. */
function contentBytes(bytes: Uint8Array, at: number, frame: number, saltCrc: number): number | null {
  if (at >= bytes.length) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, SECTOR_BYTES)
  if (view.getUint32(0, true) !== markOf(frame, saltCrc) || view.getUint32(8, true) !== frame) return null
  return crc32(bytes.subarray(at + 8, at + 20), saltCrc) === view.getUint32(4, true) ? view.getUint32(12, true) : null
}

function proven(bytes: Uint8Array, at: number, end: number, frame: number, saltCrc: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, end - at)
  for (let sector = SECTOR_BYTES; sector < end - at; sector += SECTOR_BYTES)
    if (view.getUint32(sector, true) !== markOf(frame, saltCrc)) return false
  return crc32(bytes.subarray(at + MARK_BYTES + HEAD_BYTES, end), saltCrc) === view.getUint32(16, true)
}

function contentOf(bytes: Uint8Array, start: number, length: number): Uint8Array {
  const begin = start + MARK_BYTES + HEAD_BYTES
  const first = BODY_BYTES - HEAD_BYTES
  if (length <= first) return bytes.subarray(begin, begin + length)
  const content = new Uint8Array(length)
  content.set(bytes.subarray(begin, begin + first))
  for (let done = first, at = start + SECTOR_BYTES; done < length; done += BODY_BYTES, at += SECTOR_BYTES)
    content.set(bytes.subarray(at + MARK_BYTES, at + MARK_BYTES + Math.min(BODY_BYTES, length - done)), done)
  return content
}

/** Answers the bytes of the one frame that may have been in flight; everything else behind the last whole frame is damage. */
function checkTail(bytes: Uint8Array, start: number, frame: number, saltCrc: number, file: string): number {
  const odd = bytes.length - (bytes.length % SECTOR_BYTES)
  if (!isBlank(bytes, odd, bytes.length)) throw damaged(file, odd, 'it ends in the middle of a sector')
  const length = contentBytes(bytes.subarray(0, odd), start, frame, saltCrc)
  // Without its first sector a frame does not say how long it is: all sectors with its mark may be its own.
  const end = length === null ? odd : Math.min(odd, start + sectorsFor(length) * SECTOR_BYTES)
  if (length === null && start < odd && !isBlank(bytes, start, start + SECTOR_BYTES))
    throw damaged(file, start, 'a sector is neither blank nor the begin of the next frame')
  let cut = 0
  let blank = odd < bytes.length ? 1 : 0
  for (let at = start; at < odd; at += SECTOR_BYTES) {
    if (isBlank(bytes, at, at + SECTOR_BYTES)) {
      blank++
      continue
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset + at, SECTOR_BYTES)
    const [mark, later] = [view.getUint32(0, true), view.getUint32(8, true)]
    if (mark !== markOf(frame, saltCrc)) {
      if (later > frame && mark === markOf(later, saltCrc)) throw damaged(file, start, 'a frame is unreadable, and a later one is not')
      throw damaged(file, at, 'a sector is neither blank nor what was written')
    }
    if (at >= end) throw damaged(file, start, 'a frame is unreadable, and something was written behind it')
    cut += SECTOR_BYTES
  }
  if (length !== null && cut === end - start) throw damaged(file, start, 'the checksum of a frame is wrong')
  // A journal is extended before it is full, so an end without a blank sector means that a part of it was cut away.
  if (blank === 0) throw damaged(file, bytes.length, 'its end is missing')
  return cut
}

/** A store of an earlier build that was stopped in order has nothing in its newest journal: everything is in the snapshot. */
function passOldJournal(bytes: Uint8Array, version: number, file: string): ScanResult {
  if (!isBlank(bytes, SECTOR_BYTES, bytes.length))
    throw damaged(file, 8, `it has format ${version} and holds writes, and this build reads format ${JOURNAL_VERSION}`, OLD_HINT)
  return { frames: 0, endBytes: SECTOR_BYTES, cutBytes: 0 }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at] !== 0) return false
  return true
}
