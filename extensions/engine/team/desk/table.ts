/** The room's SQL: rows in, rows out. A document lies whole, as JSON, in each revision's row; nothing else is stored of it but the card. */
import { type KeptImport, keptImport, type TeamCard, type TeamDocument, type TeamRevisionRow, type TeamRow, teamDocument } from '#contract'
import { flag, integer, json, orNull, type RowOf, readRow, readRows, TroupeError, text } from '#core'
import { cardFace, cardFaceSchema } from './card.ts'
import type { Statement, StorePort } from './ports.ts'

/** More teams than this and the list is refused instead of eating the memory. */
const LIST_ROWS = 100_000

const TEAM = {
  id: text,
  revision: integer,
  imported: flag,
  active: flag,
  archived_at: orNull(integer),
  created_at: integer,
  updated_at: integer,
}
type Row = RowOf<typeof TEAM>
const WITH_CARD = { ...TEAM, card: json('a card', cardFaceSchema) }
const WITH_DOC = { ...TEAM, doc: orNull(json('a team', teamDocument)) }
const REVISION = { number: integer, message: text, created_at: integer, restored_from: orNull(integer) }
const COLUMNS = 't.id, t.revision, t.imported, t.active, t.archived_at, t.created_at, t.updated_at'

export async function readCards(store: StorePort, which: 'in use' | 'archived' | 'all'): Promise<(TeamCard & { uses: string[] })[]> {
  const filter = { 'in use': 'WHERE t.archived_at IS NULL', archived: 'WHERE t.archived_at IS NOT NULL', all: '' }[which]
  const bounds = { maxRows: LIST_ROWS, maxBytes: 256 * 1024 * 1024 }
  const rows = await readRows(
    store,
    WITH_CARD,
    `SELECT ${COLUMNS}, t.card FROM team t ${filter} ORDER BY t.updated_at DESC, t.id`,
    [],
    bounds,
  )
  return rows.map((row) => ({ ...standing(row), ...row.card }))
}

/** The team with one revision's document; the current one by default. NOT_FOUND, naming which of the two is missing. */
export async function readTeam(store: StorePort, id: string, revision?: number): Promise<TeamRow> {
  const row = await readRow(
    store,
    WITH_DOC,
    `SELECT ${COLUMNS}, r.doc FROM team t
     LEFT JOIN team_revision r ON r.team_id = t.id AND r.number = coalesce(?, t.revision) WHERE t.id = ?`,
    [revision ?? null, id],
  )
  if (row === undefined) throw noTeam(id)
  if (row.doc === null) {
    throw new TroupeError('NOT_FOUND', `Team ${id} has no revision ${revision ?? row.revision}; it has 1 to ${row.revision}.`, {
      facts: { teamId: id, revision: revision ?? row.revision, newest: row.revision },
    })
  }
  return { ...standing(row), revision: revision ?? row.revision, doc: row.doc }
}

export async function readRevisions(store: StorePort, id: string): Promise<TeamRevisionRow[]> {
  const sql = 'SELECT number, message, created_at, restored_from FROM team_revision WHERE team_id = ? ORDER BY number DESC'
  const rows = await readRows(store, REVISION, sql, [id], { maxRows: 1_000_000 })
  if (rows.length === 0) throw noTeam(id)
  return rows.map((row) => ({
    teamId: id,
    number: row.number,
    message: row.message,
    createdAt: row.created_at,
    restoredFrom: row.restored_from,
  }))
}

/** null: there is none. */
export async function readName(store: StorePort, id: string): Promise<string | null> {
  const row = await readRow(store, { name: text }, `SELECT card ->> '$.name' AS name FROM team WHERE id = ?`, [id])
  return row?.name ?? null
}

export async function readImport(store: StorePort, id: string): Promise<KeptImport | null> {
  const row = await readRow(store, { kept: json("an import's report", keptImport) }, 'SELECT kept FROM team_import WHERE team_id = ?', [id])
  return row?.kept ?? null
}

export interface Revision {
  readonly id: string
  readonly number: number
  readonly doc: TeamDocument
  readonly message: string
  readonly restoredFrom: number | null
  readonly at: number
}

/** A new team with its first revision, and with the report of the import that made it. */
export function insertTeam(revision: Revision, active: boolean, kept: KeptImport | null): readonly Statement[] {
  const { id, doc, at } = revision
  return [
    {
      sql: `INSERT INTO team (id, revision, card, imported, active, archived_at, created_at, updated_at) VALUES (?, 1, ?, ?, ?, NULL, ?, ?)`,
      params: [id, JSON.stringify(cardFace(doc)), kept === null ? 0 : 1, active ? 1 : 0, at, at],
    },
    insertRevision(revision),
    ...(kept === null ? [] : [{ sql: 'INSERT INTO team_import (team_id, kept) VALUES (?, ?)', params: [id, JSON.stringify(kept)] }]),
  ]
}

/** A further revision of a team whose current one is still the number before it; CONFLICT otherwise. */
export function addRevision(revision: Revision): readonly Statement[] {
  const { id, number, doc, at } = revision
  return [
    {
      sql: 'UPDATE team SET revision = ?, card = ?, updated_at = ? WHERE id = ? AND revision = ?',
      params: [number, JSON.stringify(cardFace(doc)), at, id, number - 1],
      expectChanges: 1,
    },
    insertRevision(revision),
  ]
}

function insertRevision({ id, number, doc, message, restoredFrom, at }: Revision): Statement {
  return {
    sql: 'INSERT INTO team_revision (team_id, number, doc, message, restored_from, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    params: [id, number, JSON.stringify(doc), message, restoredFrom, at],
  }
}

export function setState(id: string, column: 'active' | 'archived_at', value: number | null, at: number): Statement {
  return { sql: `UPDATE team SET ${column} = ?, updated_at = ? WHERE id = ?`, params: [value, at, id], expectChanges: 1 }
}

/** The team first: its revisions are locked while it is there. */
export function deleteTeam(id: string): readonly Statement[] {
  return [
    { sql: 'DELETE FROM team WHERE id = ?', params: [id], expectChanges: 1 },
    { sql: 'DELETE FROM team_revision WHERE team_id = ?', params: [id] },
    { sql: 'DELETE FROM team_import WHERE team_id = ?', params: [id] },
  ]
}

export function noTeam(id: string): TroupeError {
  return new TroupeError('NOT_FOUND', `There is no team ${id.slice(0, 80)}.`, {
    hint: 'It may have been removed; read the list again.',
    facts: { teamId: id.slice(0, 80) },
  })
}

function standing(row: Row) {
  return {
    id: row.id,
    revision: row.revision,
    imported: row.imported,
    archivedAt: row.archived_at,
    active: row.active,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
