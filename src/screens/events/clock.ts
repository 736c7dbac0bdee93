/** The moment that the lanes show: now, a frozen one, or one that plays on from a place in the last hour. */
import { createSignal } from 'solid-js'

/** Shown a little late, so that what comes in a bunch sets out in its own order. */
const BEHIND_MS = 400

export type Pace = 'live' | 'frozen' | 'playing'

export function createLaneClock(now: () => number = Date.now) {
  const [pace, setPace] = createSignal<Pace>('live')
  const [place, setPlace] = createSignal({ at: 0, since: 0 })
  const at = (): number => {
    if (pace() === 'live') return now() - BEHIND_MS
    const { at: from, since } = place()
    // What plays catches up with nothing: it stays as far behind as it was begun.
    return pace() === 'frozen' ? from : from + (now() - since)
  }
  const stand = (moment: number, next: 'frozen' | 'playing') => {
    setPlace({ at: moment, since: now() })
    setPace(next)
  }
  return {
    pace,
    at,
    freeze: () => stand(at(), 'frozen'),
    scrub: (moment: number) => stand(moment, 'frozen'),
    play: () => stand(at(), 'playing'),
    live: () => setPace('live'),
  }
}
