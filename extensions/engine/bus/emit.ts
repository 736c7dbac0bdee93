/** An event on its way into the store: with its cause, its subscribers and their deliveries, in one transaction. [BU1], [BU2], [BU8] */
import type { EventDraft, EventRow } from '#contract'
import { TRIGGER_LIMITS } from '#contract/plain'
import { integer, newId, orNull, readPath, readRow, real, TroupeError } from '#core'
import { whyStopped } from './cascade.ts'
import { conditionsHold, typeFits } from './match.ts'
import type { BusPorts, Cause, Statement, Subscription } from './ports.ts'
import { type DeliveryRecord, insertDelivery } from './rows.ts'

export interface Born {
  readonly event: EventRow
  readonly path: readonly string[]
  readonly extra: Readonly<Record<string, unknown>>
  readonly costUsd: number | null
}

/** TOO_LARGE. */
export async function bear(ports: BusPorts, draft: EventDraft & { readonly costUsd?: number | null }, extra: Born['extra']): Promise<Born> {
  const data = draft.data === undefined ? '' : JSON.stringify(draft.data)
  const bytes = Buffer.byteLength(data)
  if (bytes > TRIGGER_LIMITS.eventBytes)
    throw new TroupeError('TOO_LARGE', `The data of this event has ${bytes} bytes, and ${TRIGGER_LIMITS.eventBytes} is the most.`, {
      hint: 'Put large things into a file, and say where it is.',
    })
  const now = ports.clock.now()
  const id = draft.id ?? newId(ports.chance, 'evt')
  const cause: Cause | undefined = draft.runId === undefined ? undefined : await ports.causeOf(draft.runId)
  const row: EventRow = {
    seq: 0,
    id,
    type: draft.type,
    source: draft.source ?? '/troupe/person',
    subject: draft.subject,
    time: draft.time ?? now,
    storedAt: now,
    key: draft.key,
    data,
    dataCut: false,
    runId: draft.runId ?? null,
    rootId: cause?.rootId ?? id,
    depth: cause ? cause.depth + 1 : 0,
  }
  return { event: row, path: cause?.path ?? [], extra, costUsd: draft.costUsd ?? null }
}

export function insertEvent({ event, path, extra, costUsd }: Born): Statement {
  return {
    sql: `INSERT INTO bus_event (seq, id, source, type, subject, time, stored_at, key, data, extra, run_id, root_id, depth, path, cost_usd)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      event.seq,
      event.id,
      event.source,
      event.type,
      event.subject,
      event.time,
      event.storedAt,
      event.key,
      event.data,
      Object.keys(extra).length === 0 ? '' : JSON.stringify(extra),
      event.runId,
      event.rootId,
      event.depth,
      path.length === 0 ? '' : JSON.stringify(path),
      costUsd,
    ],
  }
}

/** What conditions look at: the event's own words, and its data. */
export function subjectOf(event: EventRow, data: unknown) {
  return { id: event.id, type: event.type, source: event.source, subject: event.subject, key: event.key, data }
}

export interface Wanted {
  readonly subscription: Subscription
  readonly key: string
  /** Why it is not delivered; undefined: it is. */
  readonly stopped: string | undefined
}

export async function whoWants(
  ports: BusPorts,
  { event, path }: Born,
  data: unknown,
  subscriptions: readonly Subscription[],
): Promise<Wanted[]> {
  const subject = subjectOf(event, data)
  const wanted: Subscription[] = []
  for (const one of subscriptions) {
    if (!one.enabled || (one.source !== '' && one.source !== event.source)) continue
    if (one.types.some((pattern) => typeFits(pattern, event.type)) && conditionsHold(one.filter, subject)) wanted.push(one)
  }
  if (wanted.length === 0) return []
  const names = new Map(subscriptions.map(({ id, name }) => [id, name]))
  const { events, costUsd } = event.depth === 0 ? { events: 1, costUsd: 0 } : await sofar(ports, event.rootId)
  return wanted.map((subscription) => ({
    subscription,
    key: keyOf(subscription, event, subject),
    stopped: whyStopped({ depth: event.depth, events: events + 1, costUsd, path }, subscription.id, (id) => names.get(id) ?? id),
  }))
}

async function sofar({ store }: BusPorts, rootId: string): Promise<{ readonly events: number; readonly costUsd: number }> {
  const row = await readRow(
    store,
    { events: integer, cost: orNull(real) },
    'SELECT count(*) AS events, sum(cost_usd) AS cost FROM bus_event WHERE root_id = ? AND depth > 0',
    [rootId],
  )
  return { events: row?.events ?? 0, costUsd: row?.cost ?? 0 }
}

function keyOf({ orderBy }: Subscription, event: EventRow, subject: unknown): string {
  if (orderBy === '*') return event.key
  if (orderBy === '') return ''
  const found = readPath(subject, orderBy)
  return found === undefined ? '' : String(typeof found === 'object' ? JSON.stringify(found) : found).slice(0, 300)
}

export function deliveryFor(event: EventRow, { subscription, key, stopped }: Wanted, seq: number, round: number): DeliveryRecord {
  return {
    event_seq: event.seq,
    subscription_id: subscription.id,
    round,
    seq,
    key,
    state: stopped === undefined ? 'pending' : 'skipped',
    reason: stopped ?? '',
    tries: 0,
    next_at: null,
    fire_id: null,
    run_id: null,
    changed_at: event.storedAt,
    like_group: '',
  }
}

export const insertDeliveries = (rows: readonly DeliveryRecord[]): Statement[] => rows.map(insertDelivery)
