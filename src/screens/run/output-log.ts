/**
 * The raw output of a run, kept in memory for the terminal, search and copy. Bounded by lines and by characters: the oldest
 * chunks go first, and how many lines went is known. Readers hold a cursor, and are told when the log ran away under them.
 */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr'
  readonly text: string
}

/** Lines kept, as many as the terminal scrolls back. */
export const LOG_LINES = 50_000
/** Characters kept, so that few very long lines cannot fill the memory. */
export const LOG_CHARS = 24_000_000

interface KeptChunk extends OutputChunk {
  readonly lines: number
}

export class OutputLog {
  readonly #maxLines: number
  readonly #maxChars: number
  #chunks: KeptChunk[] = []
  /** Number of the first kept chunk, counted from the beginning of the run. */
  #first = 0
  #lines = 0
  #chars = 0
  #droppedLines = 0
  readonly #listeners = new Set<() => void>()

  constructor(maxLines: number = LOG_LINES, maxChars: number = LOG_CHARS) {
    this.#maxLines = maxLines
    this.#maxChars = maxChars
  }

  get droppedLines(): number {
    return this.#droppedLines
  }
  get lines(): number {
    return this.#lines
  }
  get empty(): boolean {
    return this.#first === 0 && this.#chunks.length === 0
  }

  append(chunks: readonly OutputChunk[]): void {
    if (chunks.length === 0) return
    for (const chunk of chunks) {
      if (chunk.text === '') continue
      const lines = countLines(chunk.text)
      this.#chunks.push({ stream: chunk.stream, text: chunk.text, lines })
      this.#lines += lines
      this.#chars += chunk.text.length
    }
    this.#trim()
    for (const listener of this.#listeners) listener()
  }

  /** The next chunk at or after `cursor`; `skippedTo` differs from `cursor` when chunks were dropped in between. */
  read(cursor: number): { readonly chunk: OutputChunk; readonly at: number; readonly next: number } | null {
    const at = Math.max(cursor, this.#first)
    const chunk = this.#chunks[at - this.#first]
    return chunk === undefined ? null : { chunk, at, next: at + 1 }
  }

  /** Everything kept, as one text. */
  text(): string {
    return this.#chunks.map((chunk) => chunk.text).join('')
  }

  /** Its end: whole chunks until there are at least so many characters. */
  recent(chars: number): string {
    let from = this.#chunks.length
    for (let found = 0; from > 0 && found < chars; found += this.#chunks[from]?.text.length ?? 0) from -= 1
    return this.#chunks
      .slice(from)
      .map((chunk) => chunk.text)
      .join('')
  }

  onAppend(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #trim(): void {
    let drop = 0
    while (drop < this.#chunks.length - 1 && (this.#lines > this.#maxLines || this.#chars > this.#maxChars)) {
      const chunk = this.#chunks[drop] as KeptChunk
      this.#lines -= chunk.lines
      this.#chars -= chunk.text.length
      this.#droppedLines += chunk.lines
      drop += 1
    }
    if (drop === 0) return
    this.#chunks = this.#chunks.slice(drop)
    this.#first += drop
  }
}

function countLines(text: string): number {
  let lines = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1
  return lines
}
