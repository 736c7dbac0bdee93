/** A clock that stands until a test moves it; timers whose time has come then run, in their order. */
import type { Clock } from '#core'

export interface SetClock extends Clock {
  /** Moves on by so many milliseconds, timer by timer. */
  pass(ms: number): Promise<void>
  /** Timers that are set. */
  readonly timers: number
}

export function setClock(start: number): SetClock {
  let now = start
  const timers = new Set<{ readonly at: number; readonly task: () => void }>()
  const settle = async () => {
    for (let turn = 0; turn < 60; turn++) await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    now: () => now,
    after(delayMs, task) {
      const timer = { at: now + delayMs, task }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    get timers() {
      return timers.size
    },
    async pass(ms) {
      const end = now + ms
      for (;;) {
        const next = [...timers].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.task()
        await settle()
      }
      now = end
      await settle()
    },
  }
}
