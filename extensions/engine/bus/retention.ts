/** What is old enough, or too much, goes: the oldest first, and never what is still to be delivered. [BU10] */
import { integer, readRow, readRows } from '#core'
import type { BusStore } from './ports.ts'

/** A row besides its data, in the database. */
const ROW_BYTES = 300
const PAGE = 5_000
const DAY_MS = 24 * 3_600_000

export interface Keeping {
  readonly days: number
  readonly mb: number
}

export interface PrunePlan {
  readonly events: number
  readonly bytes: number
  readonly oldest: number | null
  readonly upToSeq: number
}

export async function planPrune(store: BusStore, { days, mb }: Keeping, now: number): Promise<PrunePlan> {
  const all = await readRow(store, { bytes: integer }, `SELECT coalesce(sum(length(data) + ${ROW_BYTES}), 0) AS bytes FROM bus_event`)
  let over = (all?.bytes ?? 0) - mb * 1024 * 1024
  let plan: PrunePlan = { events: 0, bytes: 0, oldest: null, upToSeq: 0 }
  for (;;) {
    const rows = await readRows(
      store,
      { seq: integer, stored_at: integer, bytes: integer },
      `SELECT seq, stored_at, length(data) + ${ROW_BYTES} AS bytes FROM bus_event WHERE seq > ? AND NOT EXISTS
        (SELECT 1 FROM bus_delivery WHERE event_seq = bus_event.seq AND state IN ('pending', 'dead')) ORDER BY seq LIMIT ${PAGE}`,
      [plan.upToSeq],
    )
    for (const { seq, stored_at, bytes } of rows) {
      if (stored_at >= now - days * DAY_MS && over <= 0) return plan
      over -= bytes
      plan = { events: plan.events + 1, bytes: plan.bytes + bytes, oldest: plan.oldest ?? stored_at, upToSeq: seq }
    }
    if (rows.length < PAGE) return plan
  }
}

export async function prune(store: BusStore, keeping: Keeping, now: number): Promise<PrunePlan> {
  const plan = await planPrune(store, keeping, now)
  if (plan.events === 0) return plan
  const gone = `seq <= ? AND NOT EXISTS (SELECT 1 FROM bus_delivery WHERE event_seq = bus_event.seq AND state IN ('pending', 'dead'))`
  await store.write([
    { sql: `DELETE FROM bus_event WHERE ${gone}`, params: [plan.upToSeq] },
    {
      sql: 'DELETE FROM bus_delivery WHERE event_seq <= ? AND NOT EXISTS (SELECT 1 FROM bus_event WHERE bus_event.seq = event_seq)',
      params: [plan.upToSeq],
    },
  ])
  return plan
}
