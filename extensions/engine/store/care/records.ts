/** The room's own two tables: what was done to the data as a whole, and what was found when a file was last looked through. */
import { type StoreCheck, type StoreEvent, storeCheck, storeEvent } from '#contract'
import { integer, json, oneOf, readRows, type Statement, text } from '#core'
import type { Store } from '../shapes.ts'

const EVENT = { at: integer, kind: oneOf(storeEvent.shape.kind.options), message: text }
const CHECK = { found: json('a check', storeCheck) }
/** Rows that are kept; older ones go with the next. */
const EVENTS = 1000
const SHOWN = 200

export async function recentEvents(store: Store): Promise<StoreEvent[]> {
  return [...(await readRows(store, EVENT, `SELECT at, kind, message FROM store_event ORDER BY n DESC LIMIT ${SHOWN}`))]
}

/** When something of this kind was last done; null: never. */
export async function lastEventAt(store: Store, kind: StoreEvent['kind']): Promise<number | null> {
  const rows = await readRows(store, { at: integer }, 'SELECT at FROM store_event WHERE kind = ? ORDER BY n DESC LIMIT 1', [kind])
  return rows[0]?.at ?? null
}

export function addEvent({ at, kind, message }: StoreEvent): readonly Statement[] {
  return [
    { sql: 'INSERT INTO store_event (at, kind, message) VALUES (?, ?, ?)', params: [at, kind, message] },
    { sql: `DELETE FROM store_event WHERE n <= (SELECT max(n) FROM store_event) - ${EVENTS}` },
  ]
}

export async function allChecks(store: Store): Promise<ReadonlyMap<string, StoreCheck>> {
  const rows = await readRows(store, CHECK, 'SELECT found FROM store_check')
  return new Map(rows.map(({ found }) => [found.name, found]))
}

export function putCheck(check: StoreCheck): Statement {
  const sql = `INSERT INTO store_check (name, at, found) VALUES (?, ?, ?)
    ON CONFLICT (name) DO UPDATE SET at = excluded.at, found = excluded.found`
  return { sql, params: [check.name, check.at, JSON.stringify(check)] }
}

export function dropCheck(name: string): Statement {
  return { sql: 'DELETE FROM store_check WHERE name = ?', params: [name] }
}
