/**
 * The database's file as SQLite sees it: a page image, watched. Before a page is overwritten for the first time in a group of commits
 * its old content is kept: what changed is the difference to it, and when the group cannot be made durable it is the way back.
 */
import { TroupeError } from '#core'
import { PAGE_BYTES, type PageImage, type PageView, viewPage } from './image.ts'

export interface ChangedPage {
  /** From 0. */
  readonly number: number
  /** As it was when the group began; zeros when it did not exist. */
  readonly before: PageView
  readonly after: PageView
}

export interface PageGroup {
  /** Pages of the database after the group. */
  readonly pageCount: number
  readonly resized: boolean
  /** Pages that were written and still exist; some may be as they were. Valid until the next write. */
  readonly pages: readonly ChangedPage[]
}

/** Kept for the next group, so that small groups allocate nothing. */
const SPARE_PAGES = 256
const ZEROS = new Uint8Array(PAGE_BYTES)

export class PageFile {
  /** Where the next read or write takes place. */
  position = 0
  readonly #image: PageImage
  /** As it was when the group began. */
  #countBefore: number
  readonly #before = new Map<number, Uint8Array>()
  readonly #spare: Uint8Array[] = []
  #defect: string | null = null

  constructor(image: PageImage) {
    this.#image = image
    this.#countBefore = image.pageCount
  }

  get bytes(): number {
    return this.#image.byteLength
  }

  get image(): PageImage {
    return this.#image
  }

  /** Reads at the position into `memory`; answers how many bytes there were. */
  read(memory: Uint8Array, to: number, length: number): number {
    const end = Math.min(this.position + length, this.bytes)
    const begin = this.position
    while (this.position < end) {
      const within = this.position % PAGE_BYTES
      const count = Math.min(PAGE_BYTES - within, end - this.position)
      const page = this.#image.page(Math.floor(this.position / PAGE_BYTES))
      memory.set(count === PAGE_BYTES ? page : page.subarray(within, within + count), to + this.position - begin)
      this.position += count
    }
    return Math.max(0, end - begin)
  }

  /** Writes at the position from `memory`. */
  write(memory: Uint8Array, from: number, length: number): void {
    const page = this.position / PAGE_BYTES
    if (length !== PAGE_BYTES || !Number.isInteger(page)) {
      this.#defect ??= `SQLite wrote ${length} bytes at ${this.position}, which is no whole page`
      return
    }
    this.#keep(page)
    if (page >= this.#image.pageCount) this.#image.resize(page + 1)
    this.#image.page(page).set(memory.subarray(from, from + length))
    this.position += length
  }

  truncate(bytes: number): void {
    if (bytes % PAGE_BYTES !== 0) this.#defect ??= `SQLite cut its file to ${bytes} bytes, which are no whole pages`
    const count = Math.floor(bytes / PAGE_BYTES)
    for (let page = count; page < this.#image.pageCount; page++) this.#keep(page)
    this.#image.resize(count)
  }

  /** What the group did so far, or null when it wrote nothing. `settle` or `takeBack` must follow. */
  group(): PageGroup | null {
    if (this.#defect !== null) throw new TroupeError('INTERNAL', `${this.#defect}. The store cannot tell any more what changed.`)
    const pages: ChangedPage[] = []
    for (const [number, kept] of this.#before) {
      if (number >= this.#image.pageCount) continue
      pages.push({ number, before: viewPage(kept.buffer, kept.byteOffset), after: this.#image.view(number) })
    }
    const resized = this.#image.pageCount !== this.#countBefore
    return pages.length === 0 && !resized ? null : { pageCount: this.#image.pageCount, resized, pages }
  }

  /** The group stands: forget the way back. */
  settle(): void {
    this.#countBefore = this.#image.pageCount
    for (const kept of this.#before.values()) if (kept !== ZEROS && this.#spare.length < SPARE_PAGES) this.#spare.push(kept)
    this.#before.clear()
  }

  /** The image becomes what it was when the group began. SQLite's own cache does not know: its connection must be opened anew. */
  takeBack(): void {
    this.#image.resize(this.#countBefore)
    for (const [number, kept] of this.#before) if (number < this.#countBefore) this.#image.page(number).set(kept)
    this.settle()
  }

  #keep(number: number): void {
    if (this.#before.has(number)) return
    if (number >= this.#image.pageCount) {
      this.#before.set(number, ZEROS)
      return
    }
    const kept = this.#spare.pop() ?? new Uint8Array(PAGE_BYTES)
    kept.set(this.#image.page(number))
    this.#before.set(number, kept)
  }
}
