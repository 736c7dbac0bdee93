/** The `notification` table: rows in, rows out. */
import { type NotificationPage, type NotificationRow, notificationRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { integer, oneOf, orNull, type RowOf, readRow, readRows, text } from '#core'
import type { NotifyStore, SqlValue, Statement } from './ports.ts'

const ROW = {
  ...{ id: text, kind: oneOf(notificationRow.shape.kind.options), persona_id: orNull(text), title: text, text, href: text },
  ...{ count: integer, first_at: integer, at: integer, read_at: orNull(integer) },
}
const COLUMNS = 'id, kind, persona_id, title, text, href, count, first_at, at, read_at'
/** More than a vault has credentials. */
const SAID_ROWS = 5_000
const DAY_MS = 24 * 3_600_000

function rowOf({ persona_id: personaId, first_at: firstAt, read_at: readAt, ...same }: RowOf<typeof ROW>): NotificationRow {
  return { ...same, personaId, firstAt, readAt }
}

export interface PageAsk {
  readonly unread: boolean
  readonly kinds?: readonly NotificationRow['kind'][] | undefined
  readonly offset: number
  readonly limit: number
}

export async function pageOf(store: NotifyStore, { unread, kinds, offset, limit }: PageAsk): Promise<NotificationPage> {
  const where = [...(unread ? ['read_at IS NULL'] : []), ...(kinds?.length ? [`kind IN (${marks(kinds)})`] : [])]
  const filter = where.length === 0 ? '' : `WHERE ${where.join(' AND ')}`
  const params = kinds ?? []
  const [rows, total, unreadRows] = await Promise.all([
    readRows(store, ROW, `SELECT ${COLUMNS} FROM notification ${filter} ORDER BY at DESC, id LIMIT ? OFFSET ?`, [...params, limit, offset]),
    countOf(store, `SELECT count(*) AS n FROM notification ${filter}`, params),
    unreadCount(store),
  ])
  return { rows: rows.map(rowOf), total, unread: unreadRows }
}

export const unreadCount = (store: NotifyStore): Promise<number> =>
  countOf(store, 'SELECT count(*) AS n FROM notification WHERE read_at IS NULL', [])

async function countOf(store: NotifyStore, sql: string, params: readonly SqlValue[]): Promise<number> {
  return (await readRow(store, { n: integer }, sql, params))?.n ?? 0
}

export async function findNotification(store: NotifyStore, id: string): Promise<NotificationRow | undefined> {
  const row = await readRow(store, ROW, `SELECT ${COLUMNS} FROM notification WHERE id = ?`, [id])
  return row && rowOf(row)
}

/** The unread one that a new one of this kind, key and persona joins, if its last is not older than `since`. */
export async function likeOne(
  store: NotifyStore,
  { kind, key, personaId, since }: { kind: string; key: string; personaId: string | null; since: number },
): Promise<NotificationRow | undefined> {
  const sql = `SELECT ${COLUMNS} FROM notification
    WHERE read_at IS NULL AND kind = ? AND key = ? AND persona_id IS ? AND at >= ? ORDER BY at DESC LIMIT 1`
  const row = await readRow(store, ROW, sql, [kind, key, personaId, since])
  return row && rowOf(row)
}

/** A new one, or more of one that stands; and what is too old or too many goes. */
export function putNotification(row: NotificationRow, key: string): readonly Statement[] {
  const { id, kind, personaId, title, text: words, href, count, firstAt, at, readAt } = row
  const { rows, days } = LIMITS.notifications
  return [
    {
      sql: `INSERT INTO notification (key, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, text = excluded.text, href = excluded.href, count = excluded.count, at = excluded.at`,
      params: [key, id, kind, personaId, title, words, href, count, firstAt, at, readAt],
    },
    { sql: 'DELETE FROM notification WHERE at < ?', params: [at - days * DAY_MS] },
    { sql: 'DELETE FROM notification WHERE id IN (SELECT id FROM notification ORDER BY at DESC, id LIMIT -1 OFFSET ?)', params: [rows] },
  ]
}

/** Whether what is to be said once was said. */
export async function wasSaid(store: NotifyStore, key: string): Promise<boolean> {
  return (await readRow(store, { at: integer }, 'SELECT at FROM notify_said WHERE key = ?', [key])) !== undefined
}

/** The newest SAID_ROWS are remembered. */
export function saidOnce(key: string, at: number): readonly Statement[] {
  return [
    { sql: 'INSERT INTO notify_said (key, at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING', params: [key, at] },
    { sql: 'DELETE FROM notify_said WHERE key IN (SELECT key FROM notify_said ORDER BY at DESC LIMIT -1 OFFSET ?)', params: [SAID_ROWS] },
  ]
}

/** Without ids: all that are not so yet. */
export function markRows(ids: readonly string[] | undefined, readAt: number | null): Statement {
  const not = readAt === null ? 'read_at IS NOT NULL' : 'read_at IS NULL'
  if (!ids) return { sql: `UPDATE notification SET read_at = ? WHERE ${not}`, params: [readAt] }
  return { sql: `UPDATE notification SET read_at = ? WHERE ${not} AND id IN (${marks(ids)})`, params: [readAt, ...ids] }
}

/** Without ids: all that were read. */
export function removeRows(ids: readonly string[] | undefined): Statement {
  if (!ids) return { sql: 'DELETE FROM notification WHERE read_at IS NOT NULL' }
  return { sql: `DELETE FROM notification WHERE id IN (${marks(ids)})`, params: ids }
}

/** Which of these are not read yet. */
export async function unreadOf(store: NotifyStore, ids: readonly string[]): Promise<readonly NotificationRow[]> {
  if (ids.length === 0) return []
  const sql = `SELECT ${COLUMNS} FROM notification WHERE read_at IS NULL AND id IN (${marks(ids)}) ORDER BY at DESC, id`
  return (await readRows(store, ROW, sql, ids)).map(rowOf)
}

const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ')
