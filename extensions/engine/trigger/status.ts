/** How schedules stand, and what is silent that was expected to speak. */
import type { ScheduleStatus } from '#contract'
import { integer, readRow } from '#core'
import type { Entry } from './entry.ts'
import { fireRows } from './fire-rows.ts'
import type { TriggerPorts } from './ports.ts'
import { allTriggers } from './present.ts'
import type { Watchers } from './watching.ts'

export interface Standing {
  readonly entries: ReadonlyMap<string, Entry>
  readonly pausedUntil: number | null
  readonly clock: ScheduleStatus['clock']
  readonly watchers: Watchers
}

export async function statusOf(ports: TriggerPorts, { entries, pausedUntil, clock, watchers }: Standing): Promise<ScheduleStatus> {
  const counts = await readRow(
    ports.store,
    { triggers: integer, enabled: integer, waiting: integer, asking: integer },
    `SELECT (SELECT count(*) FROM trigger_doc) AS triggers, (SELECT count(*) FROM trigger_doc WHERE enabled = 1) AS enabled,
      (SELECT count(*) FROM trigger_fire WHERE state = 'waiting') AS waiting, (SELECT count(*) FROM trigger_fire WHERE state = 'asking') AS asking`,
  )
  let nextAt: number | null = null
  if (pausedUntil === null)
    for (const entry of entries.values()) if (entry.nextAt !== null && (nextAt === null || entry.nextAt < nextAt)) nextAt = entry.nextAt
  return {
    pausedUntil,
    triggers: counts?.triggers ?? 0,
    enabled: counts?.enabled ?? 0,
    waiting: counts?.waiting ?? 0,
    asking: counts?.asking ?? 0,
    nextAt,
    zone: ports.machineZone(),
    clock: [...clock],
    silent: await silentOnes(ports),
    webhookPort: ports.webhookPort(),
    watching: await watchers.states(),
  }
}

async function silentOnes({ store, clock }: TriggerPorts): Promise<ScheduleStatus['silent']> {
  const now = clock.now()
  const rows = await allTriggers(store, `WHERE enabled = 1 AND doc NOT LIKE '%"silentAfterMs":0%'`)
  return rows
    .map(({ id, name, doc, last_fire_at, updated_at }) => ({
      triggerId: id,
      name,
      since: last_fire_at ?? updated_at,
      after: doc.silentAfterMs,
    }))
    .filter(({ since, after }) => after > 0 && since + after <= now)
    .map(({ triggerId, name, since }) => ({ triggerId, name, since }))
}

/** Tells of a trigger that was silent for too long; answers when to look again, or null. */
export async function lookSilent(ports: TriggerPorts, id: string): Promise<number | null> {
  const trigger = await fireRows(ports.store).trigger(id)
  if (!trigger?.enabled || trigger.doc.silentAfterMs === 0) return null
  const now = ports.clock.now()
  const since = trigger.last_fire_at ?? trigger.updated_at
  const at = since + trigger.doc.silentAfterMs
  if (at > now) return at
  const moment = ports.schedule.wallText(ports.machineZone(), since).slice(0, 16)
  const text = `It has not fired since ${moment}, and was expected to. Look at its fires for the reason.`
  ports.tell({ kind: 'failed', title: `${trigger.name} is silent`, text, triggerId: id })
  return now + trigger.doc.silentAfterMs
}
