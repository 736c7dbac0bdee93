/**
 * A service's log on disk: `0.log` is written, `1.log` … are older, each line one JSON list. Bounded: the oldest file goes. What cannot be written
 * (disk full) is given up, not waited for, and the lines in memory stay.
 */
import { appendFile, mkdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceLogLine } from '#contract'
import { SERVICE_LIMITS } from '#contract/plain'

export class LogFiles {
  readonly #folder: string
  readonly #failed: (thrown: unknown) => void
  #waiting: ServiceLogLine[] = []
  #writing: Promise<void> | undefined
  /** Bytes of the present file; undefined: not looked yet. */
  #size: number | undefined

  constructor(folder: string, failed: (thrown: unknown) => void) {
    this.#folder = folder
    this.#failed = failed
  }

  write(line: ServiceLogLine): void {
    this.#waiting.push(line)
    // At most what the ring holds: a disk that stands still must not take the memory.
    if (this.#waiting.length > SERVICE_LIMITS.ringLines) this.#waiting.shift()
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  async settled(): Promise<void> {
    while (this.#writing) await this.#writing
  }

  /** Lines of the newest files that there are, oldest first. Default: of all. A line that was torn by a crash is passed over. */
  async read(files: number = SERVICE_LIMITS.logFiles): Promise<readonly ServiceLogLine[]> {
    await this.settled()
    const lines: ServiceLogLine[] = []
    for (let n = files - 1; n >= 0; n--) {
      const text = await readFile(this.#path(n), 'utf8').catch(() => '')
      for (const row of text.split('\n')) {
        const line = row === '' ? undefined : lineOf(row)
        if (line) lines.push(line)
      }
    }
    return lines
  }

  #path(n: number): string {
    return join(this.#folder, `${n}.log`)
  }

  async #writeAll(): Promise<void> {
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 })
      this.#size ??= await stat(this.#path(0)).then(
        ({ size }) => size,
        () => 0,
      )
      while (this.#waiting.length > 0) {
        if (this.#size >= SERVICE_LIMITS.logFileBytes) await this.#rotate()
        const text = this.#waiting.splice(0).map(rowOf).join('')
        await appendFile(this.#path(0), text, { mode: 0o600 })
        this.#size += Buffer.byteLength(text)
      }
    } catch (thrown) {
      this.#waiting = []
      this.#failed(thrown)
    }
  }

  async #rotate(): Promise<void> {
    const last = SERVICE_LIMITS.logFiles - 1
    await rm(this.#path(last), { force: true })
    for (let n = last - 1; n >= 0; n--) await rename(this.#path(n), this.#path(n + 1)).catch(() => undefined)
    this.#size = 0
  }
}

const rowOf = ({ seq, at, level, from, text }: ServiceLogLine): string => `${JSON.stringify([seq, at, level, from, text])}\n`

function lineOf(row: string): ServiceLogLine | undefined {
  try {
    const [seq, at, level, from, text] = JSON.parse(row) as [number, number, ServiceLogLine['level'], ServiceLogLine['from'], string]
    return Number.isInteger(seq) && typeof text === 'string' ? { seq, at, level, from, text } : undefined
  } catch {
    return undefined
  }
}
