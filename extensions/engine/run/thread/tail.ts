/** The last bytes of a stream of chunks, whatever was cut on the way: for a command's result. */
import { wholeCut } from './whole-signs.ts'

export class Tail {
  readonly #maxBytes: number
  #chunks: Buffer[] = []
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  push(chunk: Buffer): void {
    // Three bytes more than are wanted, so that the sign at the cut can be told from half a sign.
    const end = chunk.length > this.#maxBytes + 3 ? chunk.subarray(chunk.length - this.#maxBytes - 3) : chunk
    // Small chunks are joined now and then, so that a million one-byte chunks are not a million objects.
    this.#chunks.push(end)
    this.#bytes += end.length
    if (this.#bytes > 4 * this.#maxBytes || this.#chunks.length > 256) this.#join()
  }

  text(): string {
    this.#join()
    return (this.#chunks[0] ?? Buffer.alloc(0)).toString('utf8')
  }

  #join(): void {
    const all = Buffer.concat(this.#chunks)
    const over = all.length - this.#maxBytes
    let from = Math.max(0, over)
    while (from > 0 && from < all.length && wholeCut(all, from) !== from) from++
    this.#chunks = [Buffer.from(all.subarray(from))]
    this.#bytes = all.length - from
  }
}
