/**
 * What changed, numbered from 1 for each start of the engine (its epoch), the newest 10,000 kept in memory.
 * A reader holds only its position: one that does not read costs nothing, and is told to read everything again once it fell off the ring.
 */
import type { Change, ChangeBatch } from '#contract'
import { LIMITS } from '#contract/plain'
import type { Announce, Clock } from '#core'

const RING = 10_000

export class Changes {
  readonly epoch: string
  readonly #clock: Clock
  readonly #ring: Change[] = []
  #last = 0
  readonly #waiting = new Set<() => void>()

  constructor(epoch: string, clock: Clock) {
    this.epoch = epoch
    this.#clock = clock
  }

  readonly announce: Announce = (topic, id, what) => {
    this.#last += 1
    this.#ring[this.#last % RING] = { seq: this.#last, topic, id, what }
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /**
   * The first batch comes at once (it tells the epoch, and may be empty), then one whenever something changed, at most one in LIMITS.batchMs.
   * With our epoch it resumes at `fromSeq`, that one included (default: everything that is kept). With another epoch, or a number that
   * is no longer kept, the first change is `reset`. Without an epoch it begins with what comes next. Ends when `signal` is aborted.
   */
  async *since(from: { readonly epoch?: string | undefined; readonly fromSeq?: number | undefined }, signal: AbortSignal) {
    let next = from.epoch === this.epoch ? Math.max(1, from.fromSeq ?? 1) : this.#last + 1
    let reset = from.epoch !== undefined && (from.epoch !== this.epoch || next > this.#last + 1)
    if (reset) next = this.#last + 1
    let first = true
    let sentAt = Number.NEGATIVE_INFINITY
    while (!signal.aborted) {
      if (!first && next > this.#last) await this.#news(signal)
      const early = sentAt + LIMITS.batchMs - this.#clock.now()
      if (!first && early > 0) await this.#pause(early, signal)
      if (signal.aborted) return
      if (next <= this.#last - RING) reset = true
      const changes: Change[] = []
      if (reset) {
        next = this.#last + 1
        changes.push({ seq: this.#last, topic: 'reset', id: '', what: 'read everything again' })
        reset = false
      }
      while (next <= this.#last && changes.length < LIMITS.batchEvents) {
        const change = this.#ring[next % RING]
        if (change) changes.push(change)
        next += 1
      }
      first = false
      sentAt = this.#clock.now()
      yield { epoch: this.epoch, changes } satisfies ChangeBatch
    }
  }

  #news(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    })
  }

  #pause(delayMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel()
        signal.removeEventListener('abort', done)
        resolve()
      }
      const cancel = this.#clock.after(delayMs, done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    })
  }
}
