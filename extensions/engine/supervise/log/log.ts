/** One service's log: what it says, and what Troupe says about it; in memory, on disk, and to those who follow. [SU20]–[SU25] */
import type { ServiceLogLine } from '#contract'
import { SERVICE_LIMITS, SERVICE_LOG_LEVELS, type ServiceLogLevel } from '#contract/plain'
import type { Clock, Redactor } from '#core'
import { LogFiles } from './files.ts'
import { guessLevel } from './level.ts'
import { Lines } from './lines.ts'
import { Rate } from './rate.ts'

export interface LogAsk {
  readonly text?: string | undefined
  readonly level?: ServiceLogLevel | undefined
  readonly beforeSeq?: number | undefined
  readonly limit: number
}

interface LogPorts {
  readonly clock: Clock
  readonly redactor: Redactor
  readonly folder: string
  readonly failed: (thrown: unknown) => void
}

const SAY_DROPPED_MS = 1_000

export class ServiceLog {
  droppedLines = 0
  readonly #ports: LogPorts
  readonly #files: LogFiles
  readonly #rate: Rate
  readonly #following = new Set<() => void>()
  #ring: ServiceLogLine[] = []
  #ringBytes = 0
  #seq = 0
  #closed = false
  #sayDropped: (() => void) | undefined

  private constructor(ports: LogPorts) {
    this.#ports = ports
    this.#files = new LogFiles(ports.folder, ports.failed)
    this.#rate = new Rate(() => ports.clock.now())
  }

  /** With the end of what the files have. */
  static async open(ports: LogPorts): Promise<ServiceLog> {
    const log = new ServiceLog(ports)
    // One that was rotated just before has but little in its first file.
    for (const line of (await log.#files.read(2)).slice(-SERVICE_LIMITS.ringLines)) log.#keep(line)
    log.#seq = log.#ring.at(-1)?.seq ?? 0
    return log
  }

  /** Takes bytes of one stream until `end` is called. */
  intake(from: 'out' | 'err', heard: (text: string) => void): { push(chunk: Uint8Array): void; end(): void } {
    return new Lines(this.#ports.redactor, SERVICE_LIMITS.lineBytes, (text, bytes) => {
      heard(text)
      if (!this.#rate.passes(bytes)) {
        this.droppedLines += 1
        this.#sayDropped ??= this.#ports.clock.after(SAY_DROPPED_MS, () => this.#tellDropped())
        return
      }
      this.#add(from, guessLevel(text), text)
    })
  }

  /** What Troupe has to say about it. */
  note(level: ServiceLogLevel, text: string): void {
    this.#tellDropped()
    this.#add('troupe', level, this.#ports.redactor.text(text))
  }

  /** The last words on a stream, for a reason. */
  lastWords(): string {
    return this.#ring.findLast(({ from, text }) => from === 'err' && text.trim() !== '')?.text.slice(0, 500) ?? ''
  }

  async find({ text = '', level, beforeSeq, limit }: LogAsk): Promise<{ lines: ServiceLogLine[]; more: boolean }> {
    const wanted = text.toLowerCase()
    const least = level === undefined ? 0 : SERVICE_LOG_LEVELS.indexOf(level)
    const fits = (line: ServiceLogLine): boolean =>
      (beforeSeq === undefined || line.seq < beforeSeq) &&
      SERVICE_LOG_LEVELS.indexOf(line.level) >= least &&
      (wanted === '' || line.text.toLowerCase().includes(wanted))
    const near = this.#ring.filter(fits)
    // What lies in memory is enough more often than not.
    const found = near.length > limit ? near : (await this.#files.read()).filter(fits)
    return { lines: found.slice(-limit), more: found.length > limit }
  }

  async *follow(fromSeq: number | undefined, signal: AbortSignal): AsyncGenerator<{ lines: ServiceLogLine[] }, void> {
    let upTo = fromSeq === undefined ? this.#seq : fromSeq - 1
    while (!signal.aborted && !this.#closed) {
      const lines = this.#ring.filter(({ seq }) => seq > upTo).slice(0, SERVICE_LIMITS.logAnswerLines)
      upTo = lines.at(-1)?.seq ?? upTo
      if (lines.length > 0) yield { lines }
      else await this.#changed(signal)
    }
  }

  /** Ends those who follow; resolves when all is written. */
  async close(): Promise<void> {
    this.#tellDropped()
    this.#closed = true
    this.#wake()
    await this.#files.settled()
  }

  #changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#following.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#following.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted || this.#closed) done()
    })
  }

  #wake(): void {
    for (const wake of this.#following) wake()
  }

  #tellDropped(): void {
    this.#sayDropped?.()
    this.#sayDropped = undefined
    const { lines, bytes } = this.#rate.takeDropped()
    if (lines === 0) return
    const most = `${SERVICE_LIMITS.linesPerSecond} lines or ${SERVICE_LIMITS.bytesPerSecond / 1024} kB a second`
    this.#add('troupe', 'warn', `${lines} lines (${bytes} bytes) were not kept: it says more than ${most}.`)
  }

  #add(from: ServiceLogLine['from'], level: ServiceLogLevel, text: string): void {
    const line: ServiceLogLine = { seq: ++this.#seq, at: this.#ports.clock.now(), level, from, text }
    this.#keep(line)
    this.#files.write(line)
    this.#wake()
  }

  #keep(line: ServiceLogLine): void {
    this.#ring.push(line)
    this.#ringBytes += line.text.length
    let from = 0
    while (this.#ring.length - from > SERVICE_LIMITS.ringLines || this.#ringBytes > SERVICE_LIMITS.ringBytes) {
      this.#ringBytes -= this.#ring[from]?.text.length ?? 0
      from++
    }
    if (from > 0) this.#ring.splice(0, from)
  }
}
