/** Due times of the future, fires of the past, and where they would meet. */
import type { DueTime, FireRow, ScheduleSpan } from '#contract'
import { TroupeError } from '#core'
import type { Entry } from './entry.ts'
import type { RunsDoor, ScheduleDoor } from './ports.ts'

const MOST_DAYS = 62
const MOST_DUE = 5_000
/** What a run takes when nobody knows. */
const GUESSED_MS = 60_000

export interface Named {
  readonly entry: Entry
  readonly name: string
}

export interface CalendarPorts {
  readonly schedule: ScheduleDoor
  readonly runs: RunsDoor
  readonly zoneOf: (entry: Entry) => string
}

type History = Awaited<ReturnType<RunsDoor['history']>>

/** The next due times of all of these, in their order. */
export async function nextOf(ports: CalendarPorts, all: readonly Named[], after: number, limit: number): Promise<DueTime[]> {
  // Only the nearest can be among the first: each gives its next ones while they may still count.
  const nearest = all.filter(({ entry }) => entry.nextAt !== null).sort((a, b) => (a.entry.nextAt ?? 0) - (b.entry.nextAt ?? 0))
  const found: DueTime[] = []
  for (const named of nearest.slice(0, limit)) found.push(...(await duesOf(ports, named, after, Number.POSITIVE_INFINITY, limit)))
  return found.sort((a, b) => a.at - b.at).slice(0, limit)
}

async function duesOf(ports: CalendarPorts, { entry, name }: Named, after: number, upTo: number, most: number): Promise<DueTime[]> {
  const { durationMs, costUsd } = await ports.runs.history(entry.personaId)
  const from = Math.max(after, entry.cursor.accountedTo, entry.cursor.skipUntil ?? 0)
  const dues: DueTime[] = []
  const zone = ports.zoneOf(entry)
  for (const { at, mark } of ports.schedule.nextDues(entry.rule, zone, from, Number.isFinite(upTo) ? Math.min(most, 2_000) : most)) {
    if (at > upTo || (entry.expiresAt !== null && at > entry.expiresAt)) break
    if (!entry.cursor.ahead.includes(at))
      dues.push({ triggerId: entry.id, triggerName: name, personaId: entry.personaId, at, mark, durationMs, costUsd })
  }
  return dues
}

export async function spanOf(
  ports: CalendarPorts,
  ask: {
    readonly from: number
    readonly to: number
    readonly now: number
    readonly all: readonly Named[]
    readonly past: readonly FireRow[]
    readonly pastCut: boolean
  },
): Promise<ScheduleSpan> {
  const { from, to, now, all, past } = ask
  if (to < from || to - from > MOST_DAYS * 24 * 3_600_000)
    throw new TroupeError('INVALID', `A span of at most ${MOST_DAYS} days is shown, its end after its beginning.`)
  const future: DueTime[] = []
  const soon = all.filter(({ entry }) => entry.nextAt !== null && entry.nextAt <= to)
  let cut = ask.pastCut
  for (const named of soon) {
    if (future.length >= MOST_DUE) {
      cut = true
      break
    }
    future.push(...(await duesOf(ports, named, Math.max(from - 1, now), to, MOST_DUE - future.length)))
  }
  future.sort((a, b) => a.at - b.at)
  const unknown = future.filter(({ costUsd }) => costUsd === null).length
  const costUsd = future.reduce((sum, due) => sum + (due.costUsd ?? 0), 0)
  return { past: [...past], future, conflicts: await conflictsOf(ports, future), forecast: { costUsd, unknown }, cut }
}

/** Where runs of one persona would overlap by more than it may have at once. */
async function conflictsOf(ports: CalendarPorts, future: readonly DueTime[]): Promise<ScheduleSpan['conflicts']> {
  const conflicts: ScheduleSpan['conflicts'] = []
  for (const personaId of new Set(future.map((due) => due.personaId))) {
    const { concurrency }: History = await ports.runs.history(personaId)
    const open: DueTime[] = []
    for (const due of future.filter((one) => one.personaId === personaId)) {
      while (open[0] && endOf(open[0]) <= due.at) open.shift()
      open.push(due)
      open.sort((a, b) => endOf(a) - endOf(b))
      if (open.length <= concurrency || conflicts.length >= 500) continue
      const to = Math.min(...open.map(endOf))
      const triggerIds = [...new Set(open.map(({ triggerId }) => triggerId))]
      const last = conflicts.at(-1)
      if (last && last.personaId === personaId && due.at <= last.to)
        conflicts[conflicts.length - 1] = {
          ...last,
          to: Math.max(last.to, to),
          most: Math.max(last.most, open.length),
          triggerIds: [...new Set([...last.triggerIds, ...triggerIds])],
        }
      else conflicts.push({ personaId, from: due.at, to, triggerIds, most: open.length })
    }
  }
  return conflicts
}

const endOf = ({ at, durationMs }: DueTime): number => at + (durationMs ?? GUESSED_MS)
