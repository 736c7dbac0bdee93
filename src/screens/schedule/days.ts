/** The calendar's arithmetic: which days are shown, and what stands on each. Days are those of this machine's clock. */
import type { DueTime, FireRow, ScheduleSpan } from '#contract'

export type View = 'month' | 'week'

/** Midnights, ascending; `end` is the midnight after the last. */
export interface Days {
  readonly starts: readonly number[]
  readonly end: number
}

/** Whole weeks from Monday: those that the month of `at` touches, or the one that `at` is in. */
export function daysOf(view: View, at: number): Days {
  const day = new Date(at)
  const first =
    view === 'month' ? new Date(day.getFullYear(), day.getMonth(), 1) : new Date(day.getFullYear(), day.getMonth(), day.getDate())
  const before = (first.getDay() + 6) % 7
  const last = view === 'month' ? new Date(day.getFullYear(), day.getMonth() + 1, 0).getDate() : 1
  const length = view === 'week' ? 7 : Math.ceil((before + last) / 7) * 7
  // Through the calendar and not by 24 hours: days on which clocks change are shorter or longer.
  const midnight = (n: number) => new Date(first.getFullYear(), first.getMonth(), first.getDate() - before + n).getTime()
  return { starts: Array.from({ length }, (_, n) => midnight(n)), end: midnight(length) }
}

/** The same place one month or week later (`by` 1) or earlier (-1). */
export function turned(view: View, at: number, by: 1 | -1): number {
  const day = new Date(at)
  if (view === 'week') return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 7 * by).getTime()
  return new Date(day.getFullYear(), day.getMonth() + by, 1).getTime()
}

/** How an entry is drawn, and what it is called. */
export type Mark = 'due' | 'ran' | 'failed' | 'waits' | 'missed'

export const MARK_WORDS: Readonly<Record<Mark, string>> = {
  due: 'due',
  ran: 'ran',
  failed: 'failed',
  waits: 'under way',
  missed: 'did not run',
}

/** What one trigger did or will do within one cell, drawn as one chip. */
export interface Entry {
  readonly key: string
  readonly triggerId: string
  readonly name: string
  readonly personaId: string
  readonly at: number
  readonly mark: Mark
  readonly fires: readonly FireRow[]
  readonly dues: readonly DueTime[]
  readonly conflict: boolean
}

export function markOf(fire: FireRow): Mark {
  if (fire.state === 'missed' || fire.state === 'skipped' || fire.state === 'counted') return 'missed'
  if (fire.state === 'failed' || fire.runState === 'failed' || fire.runState === 'incomplete') return 'failed'
  return fire.state === 'ended' || fire.state === 'dry-run' ? 'ran' : 'waits'
}

/** Entries by the start of their cell; `cells` ascending. Each fire and due time is in exactly one entry, or before the first cell. */
export function entriesOf(span: ScheduleSpan, cells: readonly number[], end: number): ReadonlyMap<number, readonly Entry[]> {
  const groups = new Map<string, { cell: number; mark: Mark; fires: FireRow[]; dues: DueTime[] }>()
  const put = (triggerId: string, at: number, mark: Mark) => {
    const cell = at < end ? cellOf(cells, at) : undefined
    if (cell === undefined) return undefined
    const key = `${cell}:${triggerId}:${mark}`
    const group = groups.get(key) ?? { cell, mark, fires: [], dues: [] }
    groups.set(key, group)
    return group
  }
  for (const fire of span.past) put(fire.triggerId, fire.due, markOf(fire))?.fires.push(fire)
  for (const due of span.future) put(due.triggerId, due.at, 'due')?.dues.push(due)
  const byCell = new Map<number, Entry[]>()
  for (const [key, { cell, mark, fires, dues }] of groups) {
    const sorted = fires.toSorted((a, b) => a.due - b.due)
    const [fire] = sorted
    const [due] = dues
    const at = due?.at ?? fire?.due ?? cell
    const triggerId = due?.triggerId ?? fire?.triggerId ?? ''
    const name = due?.triggerName ?? fire?.triggerName ?? ''
    const personaId = due?.personaId ?? fire?.personaId ?? ''
    const conflict = dues.some((one) => conflictAt(span, one) !== undefined)
    const entry: Entry = { key, triggerId, name, personaId, at, mark, fires: sorted, dues, conflict }
    byCell.set(cell, [...(byCell.get(cell) ?? []), entry])
  }
  for (const entries of byCell.values()) entries.sort((a, b) => a.at - b.at || a.name.localeCompare(b.name))
  return byCell
}

export function conflictAt(span: ScheduleSpan, due: DueTime): ScheduleSpan['conflicts'][number] | undefined {
  return span.conflicts.find(
    ({ personaId, from, to, triggerIds }) =>
      personaId === due.personaId && triggerIds.includes(due.triggerId) && due.at >= from - 60_000 && due.at <= to,
  )
}

function cellOf(cells: readonly number[], at: number): number | undefined {
  let low = 0
  let high = cells.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((cells[middle] ?? 0) <= at) low = middle + 1
    else high = middle
  }
  return cells[low - 1]
}

/** The hours of these days, each beginning once: an hour that the clock leaves out has no cell, one that comes twice shares one. */
export function hoursOf(starts: readonly number[]): readonly (readonly number[])[] {
  return starts.map((start) => {
    const day = new Date(start)
    return Array.from({ length: 24 }, (_, hour) => new Date(day.getFullYear(), day.getMonth(), day.getDate(), hour).getTime())
  })
}

/** 09:05 */
export function hourMinute(at: number): string {
  return new Date(at).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}

/** Wed 25 Nov */
export function dayWords(at: number): string {
  return new Date(at).toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
}

/** "09:00 Morning digest", "12 × Morning digest". */
export function entryText(entry: Entry): string {
  const many = entry.dues.length + entry.fires.length
  return many > 1 ? `${many} × ${entry.name}` : `${hourMinute(entry.at)} ${entry.name}`
}
