/** Text of bounded size, and honest about what was left out. */
import { LIMITS } from '#contract/plain'

/** Bytes of a result that are kept for the model: the bound of a result less room for the notes beneath it. */
export const KEPT_BYTES = LIMITS.toolResultBytes - 1024

/** The longest prefix of at most `maxBytes` that does not split a UTF-8 sign. */
export function wholeSigns(bytes: Uint8Array, maxBytes: number): Uint8Array {
  let end = Math.min(bytes.length, maxBytes)
  let start = end
  // Step back to the first byte of the last sign (continuation bytes are 10xxxxxx), at most four bytes long (RFC 3629).
  while (start > 0 && end - start < 4 && ((bytes[start - 1] ?? 0) & 0xc0) === 0x80) start--
  const lead = start > 0 ? (bytes[start - 1] ?? 0) : 0
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  if (start > 0 && end - (start - 1) < length) end = start - 1
  return bytes.subarray(0, end)
}

/** Collects a stream of bytes: the first half of the room keeps the beginning, the second half the newest. */
export class HeadAndTail {
  #head: Uint8Array[] = []
  #headBytes = 0
  #tail: Uint8Array[] = []
  #tailBytes = 0
  #total = 0
  readonly #half: number

  constructor(maxBytes: number) {
    this.#half = Math.floor(maxBytes / 2)
  }

  add(chunk: Uint8Array): void {
    this.#total += chunk.length
    const room = this.#half - this.#headBytes
    if (room > 0) {
      const part = chunk.subarray(0, room)
      // A copy: a pooled buffer of 64 kB must not be kept alive for a slice of it.
      this.#head.push(Uint8Array.from(part))
      this.#headBytes += part.length
    }
    const rest = chunk.subarray(Math.max(0, room))
    if (rest.length === 0) return
    this.#tail.push(Uint8Array.from(rest))
    this.#tailBytes += rest.length
    while (this.#tailBytes - (this.#tail[0]?.length ?? 0) >= this.#half) this.#tailBytes -= this.#tail.shift()?.length ?? 0
  }

  /** What was kept as text, and how many bytes in the middle were not. */
  text(): { readonly text: string; readonly droppedBytes: number } {
    const head = Buffer.concat(this.#head)
    const whole = Buffer.concat(this.#tail)
    const tail = whole.subarray(Math.max(0, whole.length - this.#half))
    const droppedBytes = this.#total - head.length - tail.length
    if (droppedBytes === 0) return { text: Buffer.concat([head, tail]).toString('utf8'), droppedBytes }
    return { text: `${head.toString('utf8')}\n[… ${droppedBytes} bytes left out …]\n${tail.toString('utf8')}`, droppedBytes }
  }
}
