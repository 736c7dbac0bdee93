/** Where each particle is at a moment: a pure function of the moves, so that freezing and scrubbing are only another moment. */
import { type LaneModel, type Move, placeAfter } from './model.ts'

/** Drawn at once at most; of more, every n-th is, and the screen says so. */
export const PARTICLE_CAP = 2_500
/** How long one leg takes, and falling, in milliseconds. */
export const LEG_MS = 900
const FALL_MS = 700
const LIFE_MS = LEG_MS + FALL_MS
/** Lanes drawn on each side; the others share the last. */
export const LANES = 10

export interface Layout {
  readonly width: number
  readonly height: number
  /** Lane of a source or subscription, from 0. */
  readonly sources: ReadonlyMap<string, number>
  readonly subscribers: ReadonlyMap<string, number>
}

export interface Seen {
  /** Moves that are under way at the moment. */
  readonly under: number
  /** One in so many is drawn. */
  readonly oneIn: number
  readonly drawn: readonly Particle[]
}

export interface Particle {
  readonly move: Move
  readonly x: number
  readonly y: number
  /** 0 to 1. */
  readonly alpha: number
}

export function particlesAt(moves: readonly Move[], at: number, layout: Layout, fits: (move: Move) => boolean): Seen {
  const from = placeAfter(moves, at - LIFE_MS)
  const to = placeAfter(moves, at)
  const under = to - from
  const oneIn = Math.max(1, Math.ceil(under / PARTICLE_CAP))
  const drawn: Particle[] = []
  for (let n = from; n < to; n += 1) {
    const move = moves[n]
    if (!move || !isDrawn(move.seq, oneIn) || drawn.length >= PARTICLE_CAP || !fits(move)) continue
    const particle = placeOf(move, at - move.at, layout)
    if (particle) drawn.push(particle)
  }
  return { under, oneIn, drawn }
}

/** Chosen by the event's number, mixed: the same ones stay drawn from frame to frame, with all their legs. */
function isDrawn(seq: number, oneIn: number): boolean {
  return oneIn === 1 || (Math.imul(seq, 2_654_435_761) >>> 8) % oneIn === 0
}

function placeOf(move: Move, age: number, layout: Layout): Particle | undefined {
  const bus = layout.width / 2
  const middle = layout.height / 2
  const left = 150
  const right = layout.width - 150
  const way = Math.min(1, age / LEG_MS)
  if (move.what === 'event') {
    if (age > LEG_MS) return undefined
    const y = laneY(layout.sources.get(move.lane) ?? LANES - 1, layout.sources, layout.height)
    return { move, x: left + (bus - left) * along(way), y: y + (middle - y) * eased(way), alpha: 1 }
  }
  const y = laneY(layout.subscribers.get(move.lane) ?? LANES - 1, layout.subscribers, layout.height)
  // Skipped ones leave their way in the middle, dead ones right before its end.
  const until = move.what === 'delivered' ? 1 : move.what === 'skipped' ? 0.5 : 0.9
  const gone = Math.min(way, until)
  const x = bus + (right - bus) * along(gone)
  const onWay = middle + (y - middle) * eased(gone)
  if (way <= until) return move.what === 'delivered' && age > LEG_MS ? undefined : { move, x, y: onWay, alpha: 1 }
  const fall = (age - until * LEG_MS) / FALL_MS
  return fall > 1 ? undefined : { move, x, y: onWay + fall * fall * 140, alpha: 1 - fall }
}

/** The two halves of the curve that `paint.ts` draws a lane with: both control points are in the middle of its width. */
const along = (way: number): number => 1.5 * way * (1 - way) + way ** 3
const eased = (way: number): number => way * way * (3 - 2 * way)

/** Lanes are spread over the height; a single one is in the middle. */
export function laneY(lane: number, lanes: ReadonlyMap<string, number>, height: number): number {
  const count = Math.max(1, Math.min(LANES, new Set(lanes.values()).size))
  return ((Math.min(lane, count - 1) + 0.5) / count) * height
}

/** The busiest get a lane of their own, in the order of their names, so that lanes do not change places while counts do. */
export function lanesOf(names: Iterable<readonly [string, number]>): ReadonlyMap<string, number> {
  const busiest = [...names].sort((a, b) => b[1] - a[1])
  const own = busiest.slice(0, busiest.length > LANES ? LANES - 1 : LANES).map(([name]) => name)
  const lanes = new Map(own.sort().map((name, n) => [name, n]))
  for (const [name] of busiest) if (!lanes.has(name)) lanes.set(name, LANES - 1)
  return lanes
}

export function layoutOf(model: LaneModel, width: number, height: number): Layout {
  return {
    ...{ width, height },
    sources: lanesOf(model.sources),
    subscribers: lanesOf([...model.subscribers].map(([id, tally]) => [id, tally.in] as const)),
  }
}

/** The particle nearest to a place, within a few pixels. */
export function nearest(drawn: readonly Particle[], x: number, y: number): Particle | undefined {
  let found: Particle | undefined
  let best = 10
  for (const one of drawn) {
    const far = Math.hypot(one.x - x, one.y - y)
    if (far < best) {
      best = far
      found = one
    }
  }
  return found
}

export const HUES = ['blue', 'green', 'violet', 'orange', 'teal', 'pink', 'amber', 'indigo', 'slate'] as const

/** The same type has the same colour, always. */
export function hueOf(type: string): number {
  let hash = 7
  for (const letter of type) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) >>> 0
  return hash % HUES.length
}
