/** Events, deliveries and subscriptions as rows, both ways. */
import type { DeliveryRow, EventRow } from '#contract'
import { DELIVERY_STATES } from '#contract/plain'
import { flag, integer, oneOf, orNull, type RowOf, type SqlValue, text } from '#core'
import type { Statement, Subscription } from './ports.ts'

/** Data in lists and streams; the whole is in `event.get`. */
export const DATA_SHOWN = 4_000

const STRINGS = { parse: (value: unknown) => (Array.isArray(value) ? value.map(String) : []) }

export const EVENT = {
  seq: integer,
  id: text,
  type: text,
  source: text,
  subject: text,
  time: integer,
  stored_at: integer,
  key: text,
  data: text,
  run_id: orNull(text),
  root_id: text,
  depth: integer,
}
export const EVENT_COLUMNS = 'seq, id, type, source, subject, time, stored_at, key, data, run_id, root_id, depth'
/** A long text is cut where it is read, not after it has crossed threads. */
export const EVENT_COLUMNS_SHORT = EVENT_COLUMNS.replace('data', `substr(data, 1, ${DATA_SHOWN + 1}) AS data`)

export function eventOf(row: RowOf<typeof EVENT>, whole = false): EventRow {
  const cut = !whole && row.data.length > DATA_SHOWN
  return {
    seq: row.seq,
    id: row.id,
    type: row.type,
    source: row.source,
    subject: row.subject,
    time: row.time,
    storedAt: row.stored_at,
    key: row.key,
    data: cut ? row.data.slice(0, DATA_SHOWN) : row.data,
    dataCut: cut,
    runId: row.run_id,
    rootId: row.root_id,
    depth: row.depth,
  }
}

export const DELIVERY = {
  event_seq: integer,
  subscription_id: text,
  round: integer,
  seq: integer,
  key: text,
  state: oneOf(DELIVERY_STATES),
  reason: text,
  tries: integer,
  next_at: orNull(integer),
  fire_id: orNull(text),
  run_id: orNull(text),
  changed_at: integer,
  like_group: text,
}
export const DELIVERY_COLUMNS = Object.keys(DELIVERY).join(', ')
export type DeliveryRecord = RowOf<typeof DELIVERY>

export function deliveryOf(row: DeliveryRecord): DeliveryRow {
  return {
    eventSeq: row.event_seq,
    subscriptionId: row.subscription_id,
    seq: row.seq,
    state: row.state,
    reason: row.reason,
    tries: row.tries,
    nextAt: row.next_at,
    fireId: row.fire_id,
    runId: row.run_id,
    changedAt: row.changed_at,
    group: row.like_group,
  }
}

export function insertDelivery(row: DeliveryRecord): Statement {
  const values = DELIVERY_COLUMNS.split(', ').map((name) => row[name as keyof DeliveryRecord] as SqlValue)
  return { sql: `INSERT INTO bus_delivery (${DELIVERY_COLUMNS}) VALUES (${values.map(() => '?').join(', ')})`, params: values }
}

export const SUBSCRIPTION = {
  id: text,
  name: text,
  persona_id: orNull(text),
  types: { expects: 'a list', decode: (value: SqlValue) => STRINGS.parse(JSON.parse(String(value))) },
  filter: { expects: 'a list', decode: (value: SqlValue) => JSON.parse(String(value)) as Subscription['filter'] },
  order_by: text,
  source: text,
  enabled: flag,
}

export function subscriptionOf(row: RowOf<typeof SUBSCRIPTION>): Subscription {
  const { id, name, types, filter, source, enabled } = row
  return { id, name, personaId: row.persona_id, types, filter, orderBy: row.order_by, source, enabled }
}

export function putSubscription({ id, name, personaId, types, filter, orderBy, source, enabled }: Subscription): Statement {
  return {
    sql: `INSERT INTO bus_subscription (id, name, persona_id, types, filter, order_by, source, enabled) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET name = excluded.name, persona_id = excluded.persona_id, types = excluded.types, filter = excluded.filter,
        order_by = excluded.order_by, source = excluded.source, enabled = excluded.enabled`,
    params: [id, name, personaId, JSON.stringify(types), JSON.stringify(filter), orderBy, source, enabled ? 1 : 0],
  }
}
