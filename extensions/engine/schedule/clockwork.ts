/**
 * One timer for all due times. idle (nothing in it, no timer) ⇄ armed (sleeps at most 30 s) → looking (asks what is due, one look at
 * a time) → armed. What is due is handed out in parts, so that the main thread is never held. [SC20], [SC21], [SC23]
 */
import { type Clock, type Logger, messageOf } from '#core'
import { TimeHeap } from './heap.ts'
import { type Look, look } from './watch.ts'

const LONGEST_SLEEP_MS = 30_000
/** Ids in one part. */
const PART = 256

export interface ClockworkPorts {
  readonly clock: Clock
  readonly log: Logger
  /** The machine's zone, asked at each look. */
  readonly zone: () => string
  /** These are due. Rejected: they are asked again after a while. */
  due(ids: readonly string[], look: Look): Promise<void>
  /** The clock went back, or the zone changed: before anything else is handed out. */
  changed(what: {
    readonly kind: 'back' | 'slept' | 'zone'
    readonly from: number
    readonly to: number
    readonly zone: string
  }): Promise<void>
}

export interface Clockwork {
  set(id: string, at: number): void
  delete(id: string): void
  /** When the next is due; Infinity: nothing is. */
  readonly next: number
  readonly size: number
  timeOf(id: string): number | undefined
  /** Looks now; resolves when what was due has been handed out. For tests, and for a clock that was moved by hand. */
  look(): Promise<void>
  stop(): Promise<void>
}

export function clockwork(ports: ClockworkPorts): Clockwork {
  return new OneTimer(ports)
}

class OneTimer implements Clockwork {
  readonly #ports: ClockworkPorts
  readonly #heap = new TimeHeap()
  #lastLook: number
  #planned: number
  #zone: string
  #disarm: (() => void) | undefined
  #looking: Promise<void> | undefined
  #stopped = false

  constructor(ports: ClockworkPorts) {
    this.#ports = ports
    this.#lastLook = ports.clock.now()
    this.#planned = this.#lastLook
    this.#zone = ports.zone()
  }

  get next(): number {
    return this.#heap.first
  }

  get size(): number {
    return this.#heap.size
  }

  timeOf(id: string): number | undefined {
    return this.#heap.timeOf(id)
  }

  set(id: string, at: number): void {
    const wasEmpty = this.#heap.size === 0
    const { first } = this.#heap
    this.#heap.set(id, at)
    if (this.#looking) return
    // After an idle time the last look is long ago, and that is no suspend.
    if (wasEmpty) this.#lastLook = this.#ports.clock.now()
    if (wasEmpty || at < first) this.#arm()
  }

  delete(id: string): void {
    this.#heap.delete(id)
    if (!this.#looking && this.#heap.size === 0) this.#arm()
  }

  look(): Promise<void> {
    this.#looking ??= this.#work().finally(() => {
      this.#looking = undefined
      this.#arm()
    })
    return this.#looking
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#disarm?.()
    await this.#looking
  }

  #arm(): void {
    this.#disarm?.()
    this.#disarm = undefined
    if (this.#stopped || this.#heap.size === 0) return
    const now = this.#ports.clock.now()
    const delay = Math.max(0, Math.min(LONGEST_SLEEP_MS, this.#heap.first - now))
    this.#planned = now + delay
    this.#disarm = this.#ports.clock.after(delay, () => void this.look())
  }

  async #work(): Promise<void> {
    const now = this.#ports.clock.now()
    const seen = look(this.#lastLook, this.#planned, now)
    const from = this.#lastLook
    this.#lastLook = now
    this.#planned = now
    await this.#tell(seen, from, now)
    while (!this.#stopped && this.#heap.first <= now) await this.#handOut(this.#heap.takeDue(now, PART), seen)
  }

  async #tell(seen: Look, from: number, now: number): Promise<void> {
    try {
      const zone = this.#ports.zone()
      if (seen.kind !== 'steady') await this.#ports.changed({ kind: seen.kind, from, to: now, zone })
      if (zone === this.#zone) return
      this.#zone = zone
      await this.#ports.changed({ kind: 'zone', from, to: now, zone })
    } catch (thrown) {
      this.#ports.log.error('What the clock did could not be taken into account.', { problem: messageOf(thrown) })
    }
  }

  async #handOut(ids: readonly string[], seen: Look): Promise<void> {
    try {
      await this.#ports.due(ids, seen)
    } catch (thrown) {
      const facts = { problem: messageOf(thrown), schedules: ids.length }
      this.#ports.log.error('Due schedules could not be handed out; they are tried again in 30 s.', facts)
      const again = this.#ports.clock.now() + LONGEST_SLEEP_MS
      for (const id of ids) if (this.#heap.timeOf(id) === undefined) this.#heap.set(id, again)
    }
  }
}
