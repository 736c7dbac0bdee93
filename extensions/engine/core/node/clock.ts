import type { Clock } from '#core'

/** The machine's clock. Timers are unreferenced: what must keep the engine alive is its sockets, not a timer. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    timer.unref()
    return () => clearTimeout(timer)
  },
}
