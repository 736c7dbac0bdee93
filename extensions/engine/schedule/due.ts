/** The due times of a span: its ends, how many, and the newest of them. */
import type { ScheduleRule } from '#contract'
import { nextDue } from './rule.ts'

export interface DueSpan {
  readonly first: number
  readonly last: number
  /** null: more than were counted one by one. */
  readonly count: number | null
  /** The newest, ascending, at most as many as were asked for. */
  readonly newest: readonly number[]
}

/** In (after, upTo]; undefined: none. `counted` bounds the walk, `keep` the list. [SC14] */
export function dueSpan(rule: ScheduleRule, zone: string, after: number, upTo: number, keep: number, counted: number): DueSpan | undefined {
  const next = (from: number) => {
    const due = nextDue(rule, zone, from)
    return due !== null && due.at <= upTo ? due.at : null
  }
  const first = next(after)
  if (first === null) return undefined
  if (rule.how === 'interval') return intervalSpan(rule.everyMs, first, upTo, keep)
  const newest = [first]
  let count = 1
  for (let at: number | null = next(first); at !== null; at = next(at)) {
    count += 1
    newest.push(at)
    if (newest.length > keep) newest.shift()
    if (count > counted) return { first, count: null, ...lastOnes(next, first, upTo, keep) }
  }
  return { first, last: newest.at(-1) ?? first, count, newest }
}

function intervalSpan(everyMs: number, first: number, upTo: number, keep: number): DueSpan {
  const count = Math.floor((upTo - first) / everyMs) + 1
  const last = first + (count - 1) * everyMs
  const kept = Math.min(count, keep)
  return { first, last, count, newest: Array.from({ length: kept }, (_, at) => last - (kept - 1 - at) * everyMs) }
}

/** Looks back from the end in spans that double, until enough lie in one. */
function lastOnes(next: (from: number) => number | null, first: number, upTo: number, keep: number): Pick<DueSpan, 'last' | 'newest'> {
  for (let width = 60_000; ; width *= 2) {
    const from = Math.max(first - 1, upTo - width)
    const found: number[] = []
    for (let at = next(from); at !== null; at = next(at)) {
      found.push(at)
      if (found.length > keep) found.shift()
    }
    const last = found.at(-1)
    if (last !== undefined && (found.length >= keep || from < first)) return { last, newest: found }
  }
}
