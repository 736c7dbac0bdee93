/** Dead letters: what could not be delivered, grouped by like error. */
import type { DeadGroup, DeadLetter } from '#contract'
import { integer, readRows, type SqlValue, text } from '#core'
import type { BusStore } from './ports.ts'
import { DELIVERY, DELIVERY_COLUMNS, type DeliveryRecord, deliveryOf, EVENT, EVENT_COLUMNS_SHORT, eventOf } from './rows.ts'

export interface Which {
  readonly one?: { readonly eventSeq: number; readonly subscriptionId: string } | undefined
  readonly group?: string | undefined
}

export async function deadGroups(store: BusStore): Promise<DeadGroup[]> {
  const rows = await readRows(
    store,
    { like_group: text, reason: text, n: integer, first: integer, last: integer, subscriptions: text },
    `SELECT like_group, max(reason) AS reason, count(*) AS n, min(changed_at) AS first, max(changed_at) AS last,
      group_concat(DISTINCT subscription_id) AS subscriptions
      FROM bus_delivery WHERE state = 'dead' GROUP BY like_group ORDER BY last DESC LIMIT 1000`,
  )
  return rows.map((row) => ({
    group: row.like_group,
    reason: row.reason,
    count: row.n,
    firstAt: row.first,
    lastAt: row.last,
    subscriptionIds: row.subscriptions.split(','),
  }))
}

export async function deadOnes(store: BusStore, which: Which, limit: number): Promise<readonly DeliveryRecord[]> {
  const params: SqlValue[] = []
  let only = ''
  if (which.one) {
    only = 'AND event_seq = ? AND subscription_id = ?'
    params.push(which.one.eventSeq, which.one.subscriptionId)
  } else if (which.group !== undefined) {
    only = 'AND like_group = ?'
    params.push(which.group)
  }
  return readRows(store, DELIVERY, `SELECT ${DELIVERY_COLUMNS} FROM bus_delivery WHERE state = 'dead' ${only} ORDER BY event_seq LIMIT ?`, [
    ...params,
    limit,
  ])
}

export async function deadLetters(store: BusStore, which: Which, limit: number, nameOf: (id: string) => string): Promise<DeadLetter[]> {
  const rows = await deadOnes(store, which, limit)
  if (rows.length === 0) return []
  const seqs = [...new Set(rows.map(({ event_seq }) => event_seq))]
  const events = await readRows(
    store,
    EVENT,
    `SELECT ${EVENT_COLUMNS_SHORT} FROM bus_event WHERE seq IN (${seqs.map(() => '?').join(', ')})`,
    seqs,
  )
  const bySeq = new Map(events.map((row) => [row.seq, eventOf(row)]))
  return rows.flatMap((row) => {
    const event = bySeq.get(row.event_seq)
    return event ? [{ delivery: deliveryOf(row), event, name: nameOf(row.subscription_id) }] : []
  })
}
