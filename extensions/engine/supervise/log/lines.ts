/** Cuts one stream of bytes into lines, masked before they are cut. A line that is too long is cut, and what follows of it is passed over. */
import type { Redactor } from '#core'

const NEWLINE = 10
const RETURN = 13

export class Lines {
  readonly #stream: ReturnType<Redactor['stream']>
  readonly #mostBytes: number
  readonly #say: (text: string, bytes: number) => void
  #parts: Buffer[] = []
  #held = 0
  /** Bytes of the present line beyond what is kept. */
  #over = 0

  constructor(redactor: Redactor, mostBytes: number, say: (text: string, bytes: number) => void) {
    this.#stream = redactor.stream()
    this.#mostBytes = mostBytes
    this.#say = say
  }

  push(chunk: Uint8Array): void {
    this.#take(this.#stream.push(chunk))
  }

  /** What was held back, and a last line without an end. */
  end(): void {
    this.#take(this.#stream.end())
    if (this.#held > 0) this.#line()
  }

  #take(bytes: Uint8Array): void {
    let from = 0
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
      this.#keep(bytes.subarray(from, at))
      this.#line()
      from = at + 1
    }
    if (from < bytes.length) this.#keep(bytes.subarray(from), true)
  }

  /** `copied`: the chunk is not ours for long. */
  #keep(part: Uint8Array, copied = false): void {
    const room = Math.max(0, this.#mostBytes - this.#held)
    const kept = part.length > room ? part.subarray(0, room) : part
    this.#over += part.length - kept.length
    if (kept.length === 0) return
    this.#held += kept.length
    this.#parts.push(copied ? Buffer.from(kept) : Buffer.from(kept.buffer, kept.byteOffset, kept.length))
  }

  #line(): void {
    const [first] = this.#parts
    let bytes = this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts)
    if (bytes.at(-1) === RETURN) bytes = bytes.subarray(0, -1)
    const cut = this.#over > 0 ? ` … (${this.#over} bytes more)` : ''
    const size = this.#held + this.#over
    this.#parts = []
    this.#held = 0
    this.#over = 0
    this.#say(bytes.toString('utf8') + cut, size)
  }
}
