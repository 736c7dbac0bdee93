/** Lists of what is stored. */
import type { EventFilter, EventRow, SubscriptionRow } from '#contract'
import { integer, readRows, type SqlValue, text } from '#core'
import { typeFits } from './match.ts'
import type { BusStore, Subscription } from './ports.ts'
import { EVENT, EVENT_COLUMNS_SHORT, eventOf } from './rows.ts'

/** Rows that are looked at for one page with patterns, which no index answers. */
const LOOKED_AT = 20_000

export async function listEvents(
  store: BusStore,
  { filter, before, limit }: { filter: EventFilter; before?: number | undefined; limit: number },
): Promise<EventRow[]> {
  const found: EventRow[] = []
  let below = before ?? Number.MAX_SAFE_INTEGER
  const exact = filter.types.filter((type) => !type.includes('*'))
  const patterns = filter.types.some((type) => type.includes('*'))
  for (let seen = 0; found.length < limit && seen < LOOKED_AT; ) {
    const { sql, params } = where(filter, below, patterns ? [] : exact)
    const page = patterns ? 1_000 : limit
    const rows = await readRows(
      store,
      EVENT,
      `SELECT ${EVENT_COLUMNS_SHORT} FROM bus_event WHERE ${sql} ORDER BY seq DESC LIMIT ${page}`,
      params,
    )
    for (const row of rows) {
      below = row.seq
      if (found.length < limit && (!patterns || filter.types.some((pattern) => typeFits(pattern, row.type)))) found.push(eventOf(row))
    }
    seen += rows.length
    if (rows.length < page) break
  }
  return found
}

function where(filter: EventFilter, below: number, types: readonly string[]): { sql: string; params: SqlValue[] } {
  const parts = ['seq < ?']
  const params: SqlValue[] = [below]
  const add = (part: string, ...values: SqlValue[]): void => {
    parts.push(part)
    params.push(...values)
  }
  if (types.length > 0) add(`type IN (${types.map(() => '?').join(', ')})`, ...types)
  if (filter.source !== undefined) add('source = ?', filter.source)
  if (filter.rootId !== undefined) add('root_id = ?', filter.rootId)
  if (filter.runId !== undefined) add('run_id = ?', filter.runId)
  if (filter.from !== undefined) add('stored_at >= ?', filter.from)
  if (filter.to !== undefined) add('stored_at < ?', filter.to)
  return { sql: parts.join(' AND '), params }
}

export async function subscriptionRows(store: BusStore, all: readonly Subscription[]): Promise<SubscriptionRow[]> {
  const counts = await readRows(
    store,
    { subscription_id: text, state: text, n: integer },
    'SELECT subscription_id, state, count(*) AS n FROM bus_delivery GROUP BY subscription_id, state',
    [],
    { maxRows: 100_000 },
  )
  const of = (id: string, state: string): number => counts.find((row) => row.subscription_id === id && row.state === state)?.n ?? 0
  return all.map(({ id, name, personaId, types, enabled }) => ({
    id,
    name,
    triggerId: id.startsWith('trg_') ? id : null,
    personaId,
    types: [...types],
    enabled,
    delivered: of(id, 'delivered'),
    skipped: of(id, 'skipped'),
    dead: of(id, 'dead'),
    pending: of(id, 'pending'),
  }))
}
