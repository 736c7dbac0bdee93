/**
 * Reads events out of a log from a number on. The first read finds its place by halving (numbers ascend with offsets), later ones
 * go on where the last one ended. Memory: one portion, or one line when that is longer.
 */
import { type FileHandle, open } from 'node:fs/promises'
import type { RunEvent } from '#contract'
import { LIMITS } from '#contract/plain'
import { seqOf } from './log-file.ts'

const PORTION_BYTES = 256 * 1024
/** Bytes of lines in one answer, so that a batch stays far below a frame (LIMITS.frameBytes). */
export const ANSWER_BYTES = 1024 * 1024
const NEWLINE = 10

export class LogReader {
  readonly #path: string
  #file: FileHandle | undefined
  /** Where the next line begins; undefined before the first read. */
  #at: number | undefined

  constructor(path: string) {
    this.#path = path
  }

  /** Events from `fromSeq` on within the first `endBytes` of the log; empty when there are none. */
  async read(fromSeq: number, endBytes: number): Promise<readonly RunEvent[]> {
    const file = await this.#open()
    if (!file) return []
    this.#at ??= fromSeq <= 1 ? 0 : await seek(file, fromSeq, endBytes)
    const events: RunEvent[] = []
    let taken = 0
    while (this.#at < endBytes && events.length < LIMITS.batchEvents && taken < ANSWER_BYTES) {
      const portion = await readLines(file, this.#at, endBytes)
      if (portion.length === 0) break
      for (let from = 0; from < portion.length && events.length < LIMITS.batchEvents && taken < ANSWER_BYTES; ) {
        const end = portion.indexOf(NEWLINE, from)
        const event = parse(portion.toString('utf8', from, end), fromSeq)
        if (event) {
          events.push(event)
          taken += end - from
        }
        this.#at += end + 1 - from
        from = end + 1
      }
    }
    return events
  }

  async close(): Promise<void> {
    const file = this.#file
    this.#file = undefined
    await file?.close()
  }

  async #open(): Promise<FileHandle | undefined> {
    // A log that is not there has no events; who needs them says so.
    this.#file ??= await open(this.#path, 'r').catch(() => undefined)
    return this.#file
  }
}

/** A line that is damaged is passed over: its number is missing, which the reader of the events sees. */
function parse(line: string, fromSeq: number): RunEvent | undefined {
  const seq = seqOf(line)
  if (seq === undefined || seq < fromSeq) return undefined
  try {
    return JSON.parse(line) as RunEvent
  } catch {
    return undefined
  }
}

/** Whole lines from `at`; reads more when one line does not fit into a portion. */
async function readLines(file: FileHandle, at: number, endBytes: number): Promise<Buffer> {
  for (let size = PORTION_BYTES; ; size *= 4) {
    const length = Math.min(size, endBytes - at)
    const portion = Buffer.allocUnsafe(length)
    const { bytesRead } = await file.read(portion, 0, length, at)
    const last = portion.subarray(0, bytesRead).lastIndexOf(NEWLINE)
    if (last >= 0) return portion.subarray(0, last + 1)
    if (bytesRead < length || at + length >= endBytes) return Buffer.alloc(0)
  }
}

/** The beginning of a line at or before the one with this number. */
async function seek(file: FileHandle, seq: number, endBytes: number): Promise<number> {
  let low = 0
  let high = endBytes
  while (high - low > PORTION_BYTES) {
    const middle = low + Math.floor((high - low) / 2)
    const lines = await readLines(file, middle, endBytes)
    // The first piece belongs to a line that began before the middle.
    const begin = lines.indexOf(NEWLINE) + 1
    const found = seqOf(lines.toString('latin1', begin, Math.min(lines.length, begin + 40)))
    if (begin > 0 && found !== undefined && found <= seq) low = middle + begin
    else high = middle
  }
  return low
}
