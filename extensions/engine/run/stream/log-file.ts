/**
 * The end of a run's log: appending whole lines, and mending what a crash left. A line is `{"seq":N,…}` and a newline; only what
 * ends in a newline counts. A write that failed half-way is cut off again before the next try, so a torn line is never in the middle.
 */
import { type FileHandle, mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Read backwards in steps of this, until a whole line is found. */
const BACK_BYTES = 64 * 1024
const NEWLINE = 10

export interface LogEnd {
  /** Bytes up to and with the last newline. */
  readonly bytes: number
  /** The last whole line; undefined in an empty log. */
  readonly lastLine: string | undefined
}

/** Number of a line without parsing all of it. */
export function seqOf(line: string): number | undefined {
  const match = /^\{"seq":(\d+)[,}]/.exec(line)
  return match ? Number(match[1]) : undefined
}

export class LogFile {
  readonly #file: FileHandle
  #bytes: number

  private constructor(file: FileHandle, bytes: number) {
    this.#file = file
    this.#bytes = bytes
  }

  /** Opens it for appending, makes it when it is missing, and cuts a torn last line. */
  static async open(path: string): Promise<{ readonly log: LogFile; readonly end: LogEnd }> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    // Not 'a': a failed append must be cut off at a known place.
    const file = await open(path, 'r+', 0o600).catch(() => open(path, 'wx+', 0o600))
    try {
      const end = await readEnd(file)
      await file.truncate(end.bytes)
      return { log: new LogFile(file, end.bytes), end }
    } catch (thrown) {
      await file.close()
      throw thrown
    }
  }

  /** Bytes of whole lines. */
  get bytes(): number {
    return this.#bytes
  }

  /** Appends whole lines. After a failure nothing of them is in the log, and the same call may be made again. */
  async append(lines: Buffer): Promise<void> {
    let done = 0
    try {
      while (done < lines.length) {
        const { bytesWritten } = await this.#file.write(lines, done, lines.length - done, this.#bytes + done)
        done += bytesWritten
      }
    } catch (thrown) {
      await this.#file.truncate(this.#bytes).catch(() => undefined)
      throw thrown
    }
    this.#bytes += lines.length
  }

  close(): Promise<void> {
    return this.#file.close()
  }
}

/** The end of an open log, torn last line left out. */
export async function readEnd(file: FileHandle): Promise<LogEnd> {
  const { size } = await file.stat()
  let tail = Buffer.alloc(0)
  for (let from = size; from > 0; ) {
    const step = Math.min(BACK_BYTES, from)
    from -= step
    const piece = Buffer.alloc(step)
    await file.read(piece, 0, step, from)
    tail = Buffer.concat([piece, tail])
    const last = tail.lastIndexOf(NEWLINE)
    const before = last > 0 ? tail.lastIndexOf(NEWLINE, last - 1) : -1
    if (last >= 0 && (before >= 0 || from === 0)) {
      return { bytes: from + last + 1, lastLine: tail.toString('utf8', before + 1, last) }
    }
  }
  return { bytes: 0, lastLine: undefined }
}
