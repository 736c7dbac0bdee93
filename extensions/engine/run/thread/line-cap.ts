/**
 * Cuts lines that are longer than the cap: what fits is kept, the rest up to the line's end is dropped and counted.
 * Whole signs come in (see whole-signs.ts) and whole signs go out. Chunks that need no cut pass untouched and uncopied.
 */
import { wholeCut } from './whole-signs.ts'

const NEWLINE = 10

export class LineCap {
  readonly #maxBytes: number
  /** Bytes of the present line that were let through. */
  #length = 0
  /** The present line was cut: everything up to its end is dropped. */
  #dropping = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** The slices to keep, in order, and the bytes that were dropped. */
  push(bytes: Buffer): { readonly kept: readonly Buffer[]; readonly dropped: number } {
    if (!this.#dropping && this.#length + bytes.length <= this.#maxBytes) {
      const newline = bytes.lastIndexOf(NEWLINE)
      this.#length = newline < 0 ? this.#length + bytes.length : bytes.length - newline - 1
      return { kept: bytes.length > 0 ? [bytes] : [], dropped: 0 }
    }
    return this.#byLine(bytes)
  }

  #byLine(bytes: Buffer): { readonly kept: readonly Buffer[]; readonly dropped: number } {
    const kept: Buffer[] = []
    let dropped = 0
    // Neighbouring slices without a cut between them are handed on as one: [from, to) is what is still to hand on.
    let from = 0
    let at = 0
    while (at < bytes.length) {
      const newline = bytes.indexOf(NEWLINE, at)
      const end = newline < 0 ? bytes.length : newline
      const cut = this.#dropping ? at : at + wholeCut(bytes.subarray(at, end), this.#maxBytes - this.#length)
      if (cut < end) {
        if (cut > from) kept.push(bytes.subarray(from, cut))
        dropped += end - cut
        from = end
        this.#dropping = true
      }
      this.#length += cut - at
      at = end
      if (newline >= 0) {
        at = newline + 1
        this.#length = 0
        this.#dropping = false
      }
    }
    if (from < bytes.length) kept.push(bytes.subarray(from))
    return { kept, dropped }
  }
}
