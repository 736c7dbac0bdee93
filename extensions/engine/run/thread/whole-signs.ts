/** UTF-8 (RFC 3629) in chunks: where the last whole sign ends. */

/** Bytes at the end of `bytes` that begin a sign which is not complete; 0 when the end is clean (or not UTF-8 at all). */
export function openBytes(bytes: Uint8Array): number {
  const last = bytes.length - 1
  for (let back = 0; back < 3 && back <= last; back++) {
    const byte = bytes[last - back] as number
    if ((byte & 0b1100_0000) === 0b1000_0000) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    return length > back + 1 ? back + 1 : 0
  }
  return 0
}

/** The largest cut at or before `at` that splits no sign. */
export function wholeCut(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return bytes.length
  let cut = at
  while (cut > 0 && at - cut < 3 && ((bytes[cut] as number) & 0b1100_0000) === 0b1000_0000) cut--
  return cut
}

/** Hands on only whole signs, and keeps the rest for the next chunk. */
export class WholeSigns {
  #rest: Buffer | undefined

  push(chunk: Buffer): Buffer {
    const joined = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk
    const open = openBytes(joined)
    // Copied, so that three bytes do not keep a chunk of 64 kB alive.
    this.#rest = open > 0 ? Buffer.from(joined.subarray(joined.length - open)) : undefined
    return open > 0 ? joined.subarray(0, joined.length - open) : joined
  }

  /** What never became whole; the decoder turns it into U+FFFD. */
  end(): Buffer {
    const rest = this.#rest ?? Buffer.alloc(0)
    this.#rest = undefined
    return rest
  }
}
