/**
 * The database's file inside sql.js, watched. Before a page is overwritten for the first time in a group of commits its old content
 * is kept: what changed is the difference to it, and when the group cannot be made durable it is the way back.
 */
import { TroupeError } from '#core'

export const PAGE_BYTES = 4096

/** What is needed from the WASM instance. */
export interface RawFiles {
  /** Reads up to PAGE_BYTES at an offset of an open file into `into`; answers the count. */
  read(fd: number, offset: number, into: Uint8Array): number
}

export interface ChangedPage {
  /** From 0. */
  readonly number: number
  readonly before: Uint8Array
  readonly after: Uint8Array
}

export interface PageGroup {
  /** Pages of the database after the group. */
  readonly pageCount: number
  /** Changed pages that still exist, ascending. A page that did not exist before is compared with zeros. */
  readonly pages: readonly ChangedPage[]
}

const ZEROS = new Uint8Array(PAGE_BYTES)

export class PageFile {
  readonly #raw: RawFiles
  readonly #fd: number
  #bytes: number
  /** As it was when the group began. */
  #bytesBefore: number
  readonly #before = new Map<number, Uint8Array>()
  #defect: string | null = null

  constructor(raw: RawFiles, fd: number, bytes: number) {
    this.#raw = raw
    this.#fd = fd
    this.#bytes = bytes
    this.#bytesBefore = bytes
  }

  get bytes(): number {
    return this.#bytes
  }

  beforeWrite(offset: number, length: number): void {
    if (offset < 0 || offset % PAGE_BYTES !== 0 || length !== PAGE_BYTES) {
      this.#defect ??= `SQLite wrote ${length} bytes at ${offset}, which is no whole page`
      return
    }
    this.#keep(offset / PAGE_BYTES)
    this.#bytes = Math.max(this.#bytes, offset + length)
  }

  beforeTruncate(bytes: number): void {
    if (bytes % PAGE_BYTES !== 0) this.#defect ??= `SQLite cut its file to ${bytes} bytes, which are no whole pages`
    for (let page = Math.floor(bytes / PAGE_BYTES); page < this.#bytes / PAGE_BYTES; page++) this.#keep(page)
    this.#bytes = bytes
  }

  /** Ends the group: its changes, or null when nothing changed. `settle` or `original` must follow. */
  group(): PageGroup | null {
    if (this.#defect !== null) throw new TroupeError('INTERNAL', `${this.#defect}. The store cannot tell any more what changed.`)
    const pages: ChangedPage[] = []
    for (const number of [...this.#before.keys()].sort((a, b) => a - b)) {
      if (number * PAGE_BYTES >= this.#bytes) continue
      const after = this.#page(number)
      const before = this.#before.get(number) as Uint8Array
      if (Buffer.compare(before, after) !== 0) pages.push({ number, before, after })
    }
    if (pages.length === 0 && this.#bytes === this.#bytesBefore) return null
    return { pageCount: this.#bytes / PAGE_BYTES, pages }
  }

  /** The group stands: forget the way back. */
  settle(): void {
    this.#before.clear()
    this.#bytesBefore = this.#bytes
  }

  takeGroup(): PageGroup | null {
    const group = this.group()
    this.settle()
    return group
  }

  /** The whole file as it is now. */
  copy(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes)
    for (let offset = 0; offset < bytes.length; offset += PAGE_BYTES)
      this.#raw.read(this.#fd, offset, bytes.subarray(offset, offset + PAGE_BYTES))
    return bytes
  }

  /** The whole file as it was when the group began. */
  original(): Uint8Array {
    const bytes = new Uint8Array(this.#bytesBefore)
    bytes.set(this.copy().subarray(0, bytes.length))
    for (const [number, before] of this.#before) {
      if (number * PAGE_BYTES < bytes.length) bytes.set(before, number * PAGE_BYTES)
    }
    return bytes
  }

  #keep(number: number): void {
    if (this.#before.has(number)) return
    this.#before.set(number, number * PAGE_BYTES < this.#bytes ? this.#page(number) : ZEROS)
  }

  #page(number: number): Uint8Array {
    const page = new Uint8Array(PAGE_BYTES)
    this.#raw.read(this.#fd, number * PAGE_BYTES, page)
    return page
  }
}
