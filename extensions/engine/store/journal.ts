/**
 * The journal that is being written. fresh → open → broken; broken never ends: after a failed write or sync nobody can say what is on
 * the disk behind the last acknowledged frame, so the next frame goes to a new journal, and this one is never appended to again.
 */
import { crc32 } from 'node:zlib'
import { TroupeError } from '#core'
import type { Disk, DiskFile, FileSeal } from './ports.ts'
import { openSealed } from './seal-words.ts'
import { decodeHeader, encodeFrame, encodeHeader, type JournalHeader, SECTOR_BYTES } from './sectors.ts'
import { removeDraft } from './snapshot.ts'

export function journalName(generation: number): string {
  return `journal-${String(generation).padStart(8, '0')}`
}

export type { JournalHeader }

type JournalStart = Omit<JournalHeader, 'version' | 'sealed'>

export function readHeader(disk: Disk, name: string): JournalHeader {
  const bytes = new Uint8Array(SECTOR_BYTES)
  const file = disk.open(name, 'read')
  try {
    return decodeHeader(bytes.subarray(0, file.read(0, bytes)), name)
  } finally {
    file.close()
  }
}

export class Journal {
  readonly header: JournalStart
  readonly #disk: Disk
  readonly #file: DiskFile
  readonly #blockBytes: number
  readonly #saltCrc: number
  readonly #seal: FileSeal | null
  #frames = 0
  #end = SECTOR_BYTES
  #bytes: number
  #broken = false

  /** The file is there. It is opened as a log: each write of a frame is durable when it returns. */
  constructor(header: JournalStart & Pick<JournalHeader, 'sealed'>, disk: Disk, blockBytes: number) {
    this.header = header
    this.#disk = disk
    this.#file = disk.open(journalName(header.generation), 'log')
    this.#blockBytes = blockBytes
    this.#saltCrc = crc32(header.salt)
    this.#seal = header.sealed && openSealed(disk, journalName(header.generation), 0, header.sealed)
    this.#bytes = this.#file.bytes
  }

  get broken(): boolean {
    return this.#broken
  }
  /** Sequence number that the next frame will have. */
  get nextSeq(): number {
    return this.header.firstSeq + this.#frames
  }
  get frameBytes(): number {
    return this.#end - SECTOR_BYTES
  }

  /** False: its file was removed, moved, or replaced by another of its name. Only while it is open. */
  get inPlace(): boolean {
    return this.#file.isInPlace()
  }

  /** Never appended to again. */
  giveUp(): void {
    this.#broken = true
  }

  /** Returns when the frame is durable. When it throws the journal is broken, and the frame may or may not be there after a crash. */
  append(content: Uint8Array): void {
    if (this.#broken) throw new TroupeError('INTERNAL', 'A broken journal was appended to.')
    const frame = encodeFrame(this.#seal?.seal(this.#frames, content) ?? content, this.#frames, this.#saltCrc)
    this.#broken = true
    this.#extend(this.#end + frame.length + SECTOR_BYTES)
    this.#file.write(this.#end, frame)
    this.#broken = false
    this.#end += frame.length
    this.#frames++
  }

  close(): void {
    this.#file.close()
  }

  /** Blank blocks are made durable before they are used: a frame then changes no metadata, and the file always ends blank. */
  #extend(needed: number): void {
    if (needed <= this.#bytes) return
    const blocks = Math.ceil((needed - this.#bytes) / this.#blockBytes)
    const file = this.#disk.open(journalName(this.header.generation), 'write')
    try {
      writeBlank(file, this.#bytes, blocks * this.#blockBytes)
      file.sync()
    } finally {
      file.close()
    }
    this.#bytes += blocks * this.#blockBytes
  }
}

/** In small pieces: a file system caches what came in one call as one large page, and each frame would then be written out through it. */
const BLANK_BYTES = 64 * 1024

function writeBlank(file: DiskFile, offset: number, bytes: number): void {
  const blank = new Uint8Array(Math.min(bytes, BLANK_BYTES))
  for (let done = 0; done < bytes; done += blank.length) file.write(offset + done, blank.subarray(0, Math.min(blank.length, bytes - done)))
}

/** Writes an empty journal under a temporary name. Until `publish` is called it means nothing. */
export function draftJournal(disk: Disk, header: JournalStart, blockBytes: number): { readonly publish: () => Journal } {
  const name = journalName(header.generation)
  const first = encodeHeader(header, disk.seal?.writes ? disk.seal : undefined)
  const { sealed } = decodeHeader(first, name)
  const file = disk.open(`${name}.new`, 'create')
  try {
    file.write(0, first)
    writeBlank(file, SECTOR_BYTES, blockBytes - SECTOR_BYTES)
    file.sync()
  } catch (thrown) {
    removeDraft(disk, `${name}.new`)
    throw thrown
  } finally {
    file.close()
  }
  return {
    publish() {
      disk.rename(`${name}.new`, name)
      disk.syncFolder()
      return new Journal({ ...header, sealed }, disk, blockBytes)
    },
  }
}
