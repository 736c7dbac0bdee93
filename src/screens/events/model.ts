/**
 * What the lanes show, without a page: every event and every change of a delivery is counted once, whatever is drawn of it.
 * For each subscriber: in = delivered + skipped + dead + given up + waiting. For the bus: the sum of the sources = events.
 */
import type { DeliveryRow, DeliveryState, EventBatch, EventRow } from '#contract'

/** How far back can be looked, in milliseconds. */
export const KEPT_MS = 3_600_000
/** Moves that are kept at most: about one minute and a half at 1,000 events a second, each with one delivery. Counts go on beyond it. */
export const KEPT_MOVES = 200_000

/** One thing that travels: an event from its source to the bus, or from the bus to a subscriber, with the way it ends. */
export interface Move {
  /** Milliseconds since 1970 at which it sets out; never before the one before it. */
  readonly at: number
  readonly seq: number
  readonly type: string
  /** A source, or the id of a subscription. */
  readonly lane: string
  readonly what: 'event' | 'delivered' | 'skipped' | 'dead'
}

export type Tally = Record<DeliveryState, number> & { in: number }

export class LaneModel {
  readonly sources = new Map<string, number>()
  readonly subscribers = new Map<string, Tally>()
  readonly #events = new Map<number, EventRow>()
  readonly #states = new Map<string, DeliveryState>()
  #moves: Move[] = []
  #lastSeq = 0
  /** Events that were counted. */
  events = 0
  /** Numbers up to here were no longer kept by the engine when they were asked for. */
  missedTo = 0

  get moves(): readonly Move[] {
    return this.#moves
  }

  take(batch: EventBatch): void {
    this.missedTo = Math.max(this.missedTo, batch.missedTo)
    for (const event of batch.events) this.#takeEvent(event)
    for (const delivery of batch.deliveries) this.#takeDelivery(delivery)
    this.#forget()
  }

  eventOf(seq: number): EventRow | undefined {
    return this.#events.get(seq)
  }

  /** What is known of an event's deliveries, by subscription. */
  fateOf(seq: number, subscription: string): DeliveryState | undefined {
    return this.#states.get(keyOf(seq, subscription))
  }

  /** Kept events up to a moment, the newest first. */
  list(upTo: number, fits: (event: EventRow) => boolean, most: number): EventRow[] {
    const found: EventRow[] = []
    for (let n = placeAfter(this.#moves, upTo) - 1; n >= 0 && found.length < most; n -= 1) {
      const move = this.#moves[n]
      const event = move?.what === 'event' ? this.#events.get(move.seq) : undefined
      if (event && fits(event)) found.push(event)
    }
    return found
  }

  #takeEvent(event: EventRow): void {
    // After a reconnect a stream may begin with what came already.
    if (event.seq <= this.#lastSeq) return
    this.#lastSeq = event.seq
    this.events += 1
    this.sources.set(event.source, (this.sources.get(event.source) ?? 0) + 1)
    this.#events.set(event.seq, event)
    this.#move({ at: event.storedAt, seq: event.seq, type: event.type, lane: event.source, what: 'event' })
  }

  #takeDelivery(delivery: DeliveryRow): void {
    const { eventSeq, subscriptionId, state } = delivery
    const tally = this.subscribers.get(subscriptionId) ?? { in: 0, pending: 0, delivered: 0, skipped: 0, dead: 0, discarded: 0 }
    this.subscribers.set(subscriptionId, tally)
    const key = keyOf(eventSeq, subscriptionId)
    const before = this.#states.get(key)
    if (before === state) return
    if (before === undefined) tally.in += 1
    else tally[before] -= 1
    tally[state] += 1
    this.#states.set(key, state)
    if (state === 'pending' || state === 'discarded') return
    const type = this.#events.get(eventSeq)?.type ?? ''
    this.#move({ at: delivery.changedAt, seq: eventSeq, type, lane: subscriptionId, what: state })
  }

  #move(move: Move): void {
    const last = this.#moves.at(-1)?.at ?? 0
    this.#moves.push(move.at < last ? { ...move, at: last } : move)
  }

  /** In steps, so that it costs little: what is older than the hour or beyond the bound goes, with its event. Tallies stay. */
  #forget(): void {
    const newest = this.#moves.at(-1)?.at ?? 0
    const old = placeAfter(this.#moves, newest - KEPT_MS)
    const over = this.#moves.length - KEPT_MOVES
    const leaving = Math.max(old, over)
    if (leaving < (over > 0 ? 1 : 2_000)) return
    const step = over > 0 ? leaving + KEPT_MOVES / 10 : leaving
    for (const { seq, what } of this.#moves.slice(0, step)) if (what === 'event') this.#events.delete(seq)
    this.#moves = this.#moves.slice(step)
    this.#forgetStates()
  }

  /** A delivery that still waits is never forgotten: its end must be taken from where it was counted. */
  #forgetStates(): void {
    if (this.#states.size <= KEPT_MOVES * 2) return
    for (const [key, state] of this.#states) {
      if (state !== 'pending' && !this.#events.has(Number(key.slice(0, key.indexOf(' '))))) this.#states.delete(key)
    }
  }
}

const keyOf = (seq: number, subscription: string): string => `${seq} ${subscription}`

/** The index of the first move that sets out after a moment. */
export function placeAfter(moves: readonly Move[], at: number): number {
  let low = 0
  let high = moves.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((moves[middle]?.at ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return low
}
