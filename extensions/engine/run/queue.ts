/**
 * Which run is next. Pure: no clock, no store, no thread; the caller brings the limits at each question.
 *
 * Each entry has a rank: the moment at which it was queued plus a penalty for its priority. The lowest rank goes first.
 * That is ageing: a `low` run overtakes no `high` one of the same minute, and no run can be overtaken by anything that is
 * queued later than its own penalty, so nobody starves. Within one persona and priority it is first in, first out.
 *
 * An entry waits, or it is running (it holds a slot). `admit` gives a slot at once when one is free and nobody has a better
 * claim, so that a run on an idle engine never waits; otherwise the entry waits, or is refused when enough wait already.
 */
import type { RunRow } from '#contract'

export type Priority = RunRow['priority']
const PRIORITIES: readonly Priority[] = ['high', 'normal', 'low']
/** Milliseconds by which a priority stands back: a normal run that has waited a minute is level with a fresh high one. */
export const PENALTY_MS: Readonly<Record<Priority, number>> = { high: 0, normal: 60_000, low: 240_000 }

export interface QueueEntry {
  readonly id: string
  /** Whose limit counts: the persona, or the run itself for a draft of none. */
  readonly personaId: string
  readonly priority: Priority
  /** Milliseconds since 1970. */
  readonly queuedAt: number
  /** Runs of the persona at the same time, as the document of this run says. */
  readonly concurrency: number
}

export function entryOf(row: RunRow, concurrency: number): QueueEntry {
  return { id: row.id, personaId: row.personaId ?? row.id, priority: row.priority, queuedAt: row.queuedAt, concurrency }
}

export interface QueueLimits {
  readonly maxRuns: number
  readonly maxQueued: number
}

interface Waiting {
  readonly entry: QueueEntry
  readonly rank: number
  /** Breaks ties by arrival. */
  readonly arrival: number
  /** False until its row is durable: it keeps its place and cannot be picked. */
  ready: boolean
}

/** One persona's entries: a list for each priority, each in order of rank. */
type Lanes = Record<Priority, Waiting[]>

const rankOf = (entry: QueueEntry): number => entry.queuedAt + PENALTY_MS[entry.priority]
const before = (a: Waiting, b: Waiting): boolean => a.rank < b.rank || (a.rank === b.rank && a.arrival < b.arrival)

export class RunQueue {
  readonly #lanes = new Map<string, Lanes>()
  readonly #waiting = new Map<string, Waiting>()
  readonly #running = new Map<string, QueueEntry>()
  readonly #runningOf = new Map<string, number>()
  #arrivals = 0

  get waiting(): number {
    return this.#waiting.size
  }

  get running(): number {
    return this.#running.size
  }

  isWaiting(id: string): boolean {
    return this.#waiting.has(id)
  }

  /** Gives a slot (`slot`), a place in the queue (`place`; call `ready` when the row is durable), or nothing (`full`). */
  admit(entry: QueueEntry, limits: QueueLimits): 'slot' | 'place' | 'full' {
    if (this.#mayRun(entry, limits) && !this.#standsBehind(entry) && this.#best(limits, false) === undefined) {
      this.#take(entry)
      return 'slot'
    }
    if (this.#waiting.size >= limits.maxQueued) return 'full'
    this.#place(entry, false)
    return 'place'
  }

  /** For a run within another: it shares that one's slot, and no limit holds it back. */
  enter(entry: QueueEntry): 'slot' {
    this.#take(entry)
    return 'slot'
  }

  /** Puts back an entry that was queued before this engine started: it was accepted once, so no limit refuses it. */
  restore(entry: QueueEntry): void {
    this.#place(entry, true)
  }

  ready(id: string): void {
    const waiting = this.#waiting.get(id)
    if (waiting) waiting.ready = true
  }

  /** The next entry that may run, with its slot taken; undefined when none may. */
  next(limits: QueueLimits): QueueEntry | undefined {
    const best = this.#best(limits, true)
    if (!best) return undefined
    this.#drop(best)
    this.#take(best.entry)
    return best.entry
  }

  /** Takes a waiting entry out; false when it does not wait. */
  remove(id: string): boolean {
    const waiting = this.#waiting.get(id)
    if (waiting) this.#drop(waiting)
    return waiting !== undefined
  }

  /** Gives a slot back. */
  release(id: string): void {
    const entry = this.#running.get(id)
    if (!entry) return
    this.#running.delete(id)
    const left = (this.#runningOf.get(entry.personaId) ?? 1) - 1
    if (left > 0) this.#runningOf.set(entry.personaId, left)
    else this.#runningOf.delete(entry.personaId)
  }

  #mayRun(entry: QueueEntry, limits: QueueLimits): boolean {
    return this.#running.size < limits.maxRuns && (this.#runningOf.get(entry.personaId) ?? 0) < entry.concurrency
  }

  /** Whether one of its own persona waits that has a better claim. */
  #standsBehind(entry: QueueEntry): boolean {
    const lanes = this.#lanes.get(entry.personaId)
    const head = this.#head(lanes)
    return head !== undefined && (head.rank <= rankOf(entry) || (lanes?.[entry.priority].length ?? 0) > 0)
  }

  /**
   * The waiting entry with the lowest rank that may run. Only the first of each persona is asked: one that its own document holds back
   * (or that is not ready) is not overtaken by those of its persona behind it, though they may have another limit.
   */
  #best(limits: QueueLimits, readyOnly: boolean): Waiting | undefined {
    if (this.#running.size >= limits.maxRuns) return undefined
    let best: Waiting | undefined
    for (const lanes of this.#lanes.values()) {
      const head = this.#head(lanes)
      if (!head || (readyOnly && !head.ready) || !this.#mayRun(head.entry, limits)) continue
      if (!best || before(head, best)) best = head
    }
    return best
  }

  #head(lanes: Lanes | undefined): Waiting | undefined {
    let first: Waiting | undefined
    for (const priority of PRIORITIES) {
      const head = lanes?.[priority][0]
      if (head && (!first || before(head, first))) first = head
    }
    return first
  }

  #place(entry: QueueEntry, ready: boolean): void {
    const waiting: Waiting = { entry, rank: rankOf(entry), arrival: this.#arrivals++, ready }
    let lanes = this.#lanes.get(entry.personaId)
    if (!lanes) {
      lanes = { high: [], normal: [], low: [] }
      this.#lanes.set(entry.personaId, lanes)
    }
    const lane = lanes[entry.priority]
    // Almost always the last place; a clock that was set back must not let a later one overtake, so arrival counts, not time.
    const last = lane.at(-1)
    lane.push(last && before(waiting, last) ? { ...waiting, rank: last.rank } : waiting)
    this.#waiting.set(entry.id, lane[lane.length - 1] as Waiting)
  }

  #drop(waiting: Waiting): void {
    const { id, personaId, priority } = waiting.entry
    this.#waiting.delete(id)
    const lanes = this.#lanes.get(personaId)
    if (!lanes) return
    const lane = lanes[priority]
    lane.splice(lane.indexOf(waiting), 1)
    if (PRIORITIES.every((one) => lanes[one].length === 0)) this.#lanes.delete(personaId)
  }

  #take(entry: QueueEntry): void {
    this.#running.set(entry.id, entry)
    this.#runningOf.set(entry.personaId, (this.#runningOf.get(entry.personaId) ?? 0) + 1)
  }
}
