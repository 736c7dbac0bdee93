/**
 * The clock went back: lines that reach beyond it are taken back to it. [SC15] What was only noted is due again; of what ran, one due time
 * stays accounted, so that it is not run again.
 */
import type { ScheduleRule } from '#contract'
import { dueSpan } from './due.ts'

export interface NotedLine {
  readonly dueFrom: number
  readonly due: number
  readonly count: number | null
  /** Whether a run was started for it, or may have been. */
  readonly ran: boolean
}

interface Part {
  readonly dueFrom: number
  readonly due: number
  readonly count: number | null
}

export type Retracted =
  | { readonly to: 'gone' }
  /** Only a note, cut off at the clock. */
  | { readonly to: 'cut'; readonly line: Part }
  /** The run keeps the due time that it ran for, which lies ahead; `counted` is a line of its own for those before the clock. */
  | { readonly to: 'kept'; readonly ahead: number; readonly counted: Part | null }

/** For a line whose `due` is after `now`. */
export function retract(rule: ScheduleRule, zone: string, line: NotedLine, now: number, counted: number): Retracted {
  const span = line.dueFrom <= now ? dueSpan(rule, zone, line.dueFrom - 1, now, 1, counted) : undefined
  const rest = span ? { dueFrom: span.first, due: span.last, count: span.count } : null
  if (line.ran) return { to: 'kept', ahead: line.due, counted: rest }
  return rest ? { to: 'cut', line: rest } : { to: 'gone' }
}
