/**
 * A database as plain pages in memory: what a snapshot holds, what journal frames are applied to, and the file that SQLite reads and
 * writes. Kept in chunks, so that growth never copies what is there, and a large database never needs one large buffer.
 */
export const PAGE_BYTES = 4096
/** Pages are compared and copied word by word. WASM is little-endian everywhere, and sql.js runs on no other machine. */
export const PAGE_WORDS = PAGE_BYTES / 4

/** The same page, seen in two ways. */
export interface PageView {
  readonly words: Uint32Array
  /** Two words at a time: what is equal is passed over in half the time. */
  readonly pairs: BigInt64Array
}

export function viewPage(buffer: ArrayBufferLike, offset: number): PageView {
  return { words: new Uint32Array(buffer, offset, PAGE_WORDS), pairs: new BigInt64Array(buffer, offset, PAGE_WORDS / 2) }
}

const CHUNK_PAGES = 64
const CHUNK_BYTES = CHUNK_PAGES * PAGE_BYTES

export class PageImage {
  readonly #chunks: Uint8Array[] = []
  /** The same chunks. */
  readonly #words: Uint32Array[] = []
  #pageCount = 0

  /** `bytes` are whole pages, and belong to the image from here on. */
  constructor(bytes: Uint8Array = new Uint8Array(0)) {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
      const part = bytes.subarray(at, at + CHUNK_BYTES)
      this.#add(part.length === CHUNK_BYTES && part.byteOffset % 8 === 0 ? part : wholeChunk(part))
    }
    this.#pageCount = bytes.length / PAGE_BYTES
  }

  get pageCount(): number {
    return this.#pageCount
  }

  get byteLength(): number {
    return this.#pageCount * PAGE_BYTES
  }

  /** New pages are zeros, also where pages were cut off before. */
  resize(pageCount: number): void {
    const chunks = Math.ceil(pageCount / CHUNK_PAGES)
    while (this.#chunks.length < chunks) this.#add(new Uint8Array(CHUNK_BYTES))
    if (pageCount < this.#pageCount) {
      this.#chunks.length = chunks
      this.#words.length = chunks
      this.#chunks.at(-1)?.fill(0, ((pageCount - 1) % CHUNK_PAGES) * PAGE_BYTES + PAGE_BYTES)
    }
    this.#pageCount = pageCount
  }

  /** Not a copy. */
  page(number: number): Uint8Array {
    const at = (number % CHUNK_PAGES) * PAGE_BYTES
    return this.#chunk(number).subarray(at, at + PAGE_BYTES)
  }

  /** Not a copy. */
  view(number: number): PageView {
    const { buffer, byteOffset } = this.#chunk(number)
    return viewPage(buffer, byteOffset + (number % CHUNK_PAGES) * PAGE_BYTES)
  }

  /** Copies words from a place in `source` to a place within one page. */
  patch(number: number, word: number, source: Uint32Array, from: number, count: number): void {
    const words = this.#words[Math.floor(number / CHUNK_PAGES)] as Uint32Array
    const to = (number % CHUNK_PAGES) * PAGE_WORDS + word
    for (let at = 0; at < count; at++) words[to + at] = source[from + at] as number
  }

  /** All pages in order, many at a time. Not copies. */
  *pieces(): Generator<Uint8Array> {
    for (let at = 0; at < this.#chunks.length; at++)
      yield (this.#chunks[at] as Uint8Array).subarray(0, Math.min(CHUNK_BYTES, this.byteLength - at * CHUNK_BYTES))
  }

  #add(chunk: Uint8Array): void {
    this.#chunks.push(chunk)
    this.#words.push(new Uint32Array(chunk.buffer, chunk.byteOffset, CHUNK_BYTES / 4))
  }

  #chunk(page: number): Uint8Array {
    return this.#chunks[Math.floor(page / CHUNK_PAGES)] as Uint8Array
  }
}

function wholeChunk(part: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(CHUNK_BYTES)
  chunk.set(part)
  return chunk
}
