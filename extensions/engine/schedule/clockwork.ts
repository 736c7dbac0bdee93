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
  const { clock, log } = ports
  const heap = new TimeHeap()
  let lastLook = clock.now()
  let planned = lastLook
  let zone = ports.zone()
  let disarm: (() => void) | undefined
  let looking: Promise<void> | undefined
  let stopped = false

  const arm = (): void => {
    disarm?.()
    disarm = undefined
    if (stopped || heap.size === 0) return
    const now = clock.now()
    const delay = Math.max(0, Math.min(LONGEST_SLEEP_MS, heap.first - now))
    planned = now + delay
    disarm = clock.after(delay, () => void lookNow())
  }

  const lookNow = (): Promise<void> => {
    looking ??= work().finally(() => {
      looking = undefined
      arm()
    })
    return looking
  }

  const work = async (): Promise<void> => {
    const now = clock.now()
    const seen = look(lastLook, planned, now)
    const from = lastLook
    lastLook = now
    planned = now
    try {
      const nowZone = ports.zone()
      if (seen.kind !== 'steady') await ports.changed({ kind: seen.kind, from, to: now, zone: nowZone })
      if (nowZone !== zone) {
        zone = nowZone
        await ports.changed({ kind: 'zone', from, to: now, zone })
      }
    } catch (thrown) {
      log.error('What the clock did could not be taken into account.', { problem: messageOf(thrown) })
    }
    while (!stopped && heap.first <= now) {
      const ids = heap.takeDue(now, PART)
      try {
        await ports.due(ids, seen)
      } catch (thrown) {
        log.error('Due schedules could not be handed out; they are tried again in 30 s.', {
          problem: messageOf(thrown),
          schedules: ids.length,
        })
        for (const id of ids) if (heap.timeOf(id) === undefined) heap.set(id, clock.now() + LONGEST_SLEEP_MS)
      }
    }
  }

  return {
    set(id, at) {
      const wasEmpty = heap.size === 0
      const first = heap.first
      heap.set(id, at)
      // After an idle time the last look is long ago, and that is no suspend.
      if (wasEmpty && !looking) lastLook = clock.now()
      if (!looking && (wasEmpty || at < first)) arm()
    },
    delete(id) {
      heap.delete(id)
      if (!looking && heap.size === 0) arm()
    },
    get next() {
      return heap.first
    },
    get size() {
      return heap.size
    },
    timeOf: (id) => heap.timeOf(id),
    look: lookNow,
    async stop() {
      stopped = true
      disarm?.()
      await looking
    },
  }
}
