/** A database as plain pages: what a snapshot holds, and what journal frames are applied to, without SQLite. */
import { PAGE_BYTES } from './page-file.ts'

export class PageImage {
  #bytes: Uint8Array
  #pageCount: number

  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    this.#bytes = bytes
    this.#pageCount = bytes.length / PAGE_BYTES
  }

  get pageCount(): number {
    return this.#pageCount
  }

  /** Exactly the pages; not a copy. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#pageCount * PAGE_BYTES)
  }

  /** New pages are zeros, also where pages were cut off before. */
  resize(pageCount: number): void {
    const bytes = pageCount * PAGE_BYTES
    if (bytes > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(bytes, Math.ceil((this.#bytes.length * 1.5) / PAGE_BYTES) * PAGE_BYTES))
      grown.set(this.bytes)
      this.#bytes = grown
    } else if (pageCount < this.#pageCount) {
      this.#bytes.fill(0, bytes, this.#pageCount * PAGE_BYTES)
    }
    this.#pageCount = pageCount
  }

  /** Gives the memory back at once: a buffer of this size otherwise stays until some later collection. The image is empty afterwards. */
  release(): void {
    const { buffer } = this.#bytes
    if (buffer instanceof ArrayBuffer) buffer.transfer(0)
    this.#bytes = new Uint8Array(0)
    this.#pageCount = 0
  }

  /** Writes within one page. */
  patch(page: number, offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, page * PAGE_BYTES + offset)
  }
}
