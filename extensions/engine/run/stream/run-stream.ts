/**
 * The numbered events of one live run. Each is given its number, waits for the disk in order, and stays in memory for as long as it
 * is not written and a little longer (the tail), so that those who follow live read nothing from the disk. Who is slower than the
 * tail reads the log; a follower never holds back the run.
 *
 * held ──release──▶ open ──end──▶ ended. Held: a queued run, whose log is not made before it runs, is parked or is cancelled.
 * One that was parked before this engine started goes on where its log ends.
 */
import type { RunEvent, RunEventBody } from '#contract'
import { LIMITS } from '#contract/plain'
import { type Clock, type Logger, messageOf } from '#core'
import { LogFile } from './log-file.ts'
import { ANSWER_BYTES } from './log-reader.ts'

/** Written events that are kept for live followers. */
const TAIL_BYTES = 128 * 1024
const RETRY_MS = 500
/** One write to the disk. */
const WRITE_BYTES = 1024 * 1024

interface Kept {
  readonly event: RunEvent
  readonly line: string
  /** Credit that goes back to the thread when the line is written. */
  readonly credit: number
}

export interface RunStreamPorts {
  readonly clock: Clock
  readonly log: Logger
  /** So many bytes of the thread's credit were written. */
  readonly written: (bytes: number) => void
}

export class RunStream {
  readonly path: string
  readonly #ports: RunStreamPorts
  /** The tail: numbers ascend by one. The first `#done` of them are written. */
  #kept: Kept[] = []
  #done = 0
  #keptBytes = 0
  #lastSeq = 0
  #state: 'held' | 'open' | 'ended' = 'held'
  #file: LogFile | undefined
  #writtenBytes = 0
  #writing: Promise<void> | undefined
  #givenUp = false
  #listeners = new Set<() => void>()
  #failure: Error | undefined

  constructor(path: string, ports: RunStreamPorts, from?: { readonly lastSeq: number; readonly bytes: number }) {
    this.path = path
    this.#ports = ports
    if (!from) return
    this.#state = 'open'
    this.#lastSeq = from.lastSeq
    this.#writtenBytes = from.bytes
  }

  get lastSeq(): number {
    return this.#lastSeq
  }

  get ended(): boolean {
    return this.#state === 'ended'
  }

  /** Bytes of the log that hold whole lines. */
  get writtenBytes(): number {
    return this.#writtenBytes
  }

  /** Why followers must leave although the run goes on (the engine stops). */
  get failure(): Error | undefined {
    return this.#failure
  }

  release(): void {
    if (this.#state === 'held') this.#state = 'open'
    this.#write()
  }

  append(bodies: readonly RunEventBody[], credit = 0, at: number = this.#ports.clock.now()): void {
    if (this.#state === 'ended' || bodies.length === 0) return
    for (const [index, body] of bodies.entries()) this.#push(body, at, index === bodies.length - 1 ? credit : 0)
    this.#write()
    this.#wake()
  }

  /** The last event; resolves when the log is written and closed (or given up). */
  async end(body: RunEventBody, at: number): Promise<void> {
    this.#push(body, at, 0)
    this.#state = 'ended'
    this.#write()
    this.#wake()
    await this.settled()
    await this.close()
  }

  /** Gives the log's file back; for a run whose end could not be stored. */
  async close(): Promise<void> {
    this.#givenUp = true
    await this.#writing
    await this.#file?.close().catch(() => undefined)
    this.#file = undefined
  }

  /** Resolves when everything appended so far is in the log, or after the disk refused for `patienceMs` (answers false). */
  async settled(patienceMs = 3_000): Promise<boolean> {
    const deadline = this.#ports.clock.now() + patienceMs
    while (this.#done < this.#kept.length && this.#state !== 'held') {
      if (this.#ports.clock.now() >= deadline) this.#givenUp = true
      if (this.#givenUp) return false
      this.#write()
      await Promise.race([this.#writing, pause(this.#ports.clock, RETRY_MS)])
    }
    return true
  }

  /** Lets followers go with an error. */
  leave(failure: Error): void {
    this.#failure = failure
    this.#wake()
  }

  /** Events from this number on that are in memory; undefined when the log must be read. */
  fromMemory(seq: number): readonly RunEvent[] | undefined {
    const first = this.#kept[0]?.event.seq ?? this.#lastSeq + 1
    if (seq < first) return undefined
    const events: RunEvent[] = []
    let bytes = 0
    for (let index = seq - first; index < this.#kept.length && events.length < LIMITS.batchEvents && bytes < ANSWER_BYTES; index++) {
      const kept = this.#kept[index] as Kept
      events.push(kept.event)
      bytes += kept.line.length
    }
    return events
  }

  /** Resolves at the next event, the end, or when the signal is aborted. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#listeners.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#listeners.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    })
  }

  #push(body: RunEventBody, at: number, credit: number): void {
    const event: RunEvent = { seq: ++this.#lastSeq, at, ...body }
    const line = `${JSON.stringify(event)}\n`
    this.#kept.push({ event, line, credit })
    this.#keptBytes += line.length
  }

  #wake(): void {
    for (const listener of [...this.#listeners]) listener()
  }

  #write(): void {
    if (this.#state === 'held' || this.#givenUp || this.#done >= this.#kept.length) return
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = undefined
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#done < this.#kept.length && !this.#givenUp) {
      let count = 0
      let bytes = 0
      const lines: string[] = []
      for (; this.#done + count < this.#kept.length && bytes < WRITE_BYTES; count++) {
        const line = (this.#kept[this.#done + count] as Kept).line
        lines.push(line)
        bytes += line.length
      }
      try {
        this.#file ??= (await LogFile.open(this.path)).log
        await this.#file.append(Buffer.from(lines.join('')))
      } catch (thrown) {
        this.#ports.log.warn('A run log could not be written; it is tried again.', { path: this.path, problem: messageOf(thrown) })
        await pause(this.#ports.clock, RETRY_MS)
        continue
      }
      this.#noteWritten(count, this.#file.bytes)
    }
  }

  #noteWritten(count: number, fileBytes: number): void {
    this.#writtenBytes = fileBytes
    let credit = 0
    for (let index = this.#done; index < this.#done + count; index++) credit += (this.#kept[index] as Kept).credit
    this.#done += count
    let drop = 0
    while (drop < this.#done && this.#keptBytes > TAIL_BYTES) this.#keptBytes -= (this.#kept[drop++] as Kept).line.length
    if (drop > 0) {
      this.#kept.splice(0, drop)
      this.#done -= drop
    }
    if (credit > 0) this.#ports.written(credit)
  }
}

const pause = (clock: Clock, delayMs: number): Promise<void> => new Promise((resolve) => void clock.after(delayMs, resolve))
