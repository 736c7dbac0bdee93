/** The room's SQL: rows in, rows out. A document lies whole, as JSON, in each revision's row; nothing else is stored of it but the card. */
import { z } from 'zod'
import { type PersonaCard, type PersonaDoc, type PersonaRow, personaDoc, type RevisionRow } from '#contract'
import { flag, integer, json, literally, orNull, type RowOf, readRow, readRows, real, TroupeError, text, wordSearch } from '#core'
import { cardFace, cardFaceSchema } from './card.ts'
import type { SqlValue, Statement, StorePort } from './ports.ts'

/** More personas than this and the list is refused instead of eating the memory. */
const LIST_ROWS = 100_000
/** Documents read at once; at most 32 of 4 MB each. */
const DOCUMENTS_AT_ONCE = 32

const PERSONA = {
  id: text,
  revision: integer,
  place: real,
  active: flag,
  archived_at: orNull(integer),
  created_at: integer,
  updated_at: integer,
}
type Row = RowOf<typeof PERSONA>
const WITH_CARD = { ...PERSONA, card: json('a card', cardFaceSchema) }
const WITH_DOC = { ...PERSONA, doc: orNull(json('a persona', personaDoc)) }
const REVISION = { number: integer, message: text, created_at: integer, restored_from: orNull(integer) }

const COLUMNS = 'p.id, p.revision, p.place, p.active, p.archived_at, p.created_at, p.updated_at'

/** With `words`: those in which each of them is found, prompts included. */
export async function readCards(store: StorePort, which: 'in use' | 'archived' | 'all', words = ''): Promise<PersonaCard[]> {
  const shelf = { 'in use': 'p.archived_at IS NULL', archived: 'p.archived_at IS NOT NULL', all: 'TRUE' }[which]
  const found = words.trim() === '' ? { sql: 'TRUE', params: [] } : searched(words)
  const bounds = { maxRows: LIST_ROWS, maxBytes: 256 * 1024 * 1024 }
  const sql = `SELECT ${COLUMNS}, p.card FROM persona p WHERE ${shelf} AND ${found.sql} ORDER BY p.place, p.id`
  const rows = await readRows(store, WITH_CARD, sql, found.params, bounds)
  return rows.map((row) => ({
    id: row.id,
    revision: row.revision,
    ...row.card,
    archivedAt: row.archived_at,
    active: row.active,
    nextFireAt: null,
    order: row.place,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }))
}

function searched(words: string): { readonly sql: string; readonly params: readonly SqlValue[] } {
  const search = wordSearch(words)
  const literal = literally(['name', 'summary', 'labels', 'prompt'], search)
  const conditions = [search.match === null ? '' : 'num IN (SELECT docid FROM persona_text WHERE persona_text MATCH ?)', literal.sql]
  return {
    sql: `p.id IN (SELECT persona_id FROM persona_search WHERE ${conditions.filter((one) => one !== '').join(' AND ')})`,
    params: [...(search.match === null ? [] : [search.match]), ...literal.params],
  }
}

/** The persona with one revision's document; the current one by default. NOT_FOUND, naming which of the two is missing. */
export async function readPersona(store: StorePort, id: string, revision?: number): Promise<PersonaRow> {
  const row = await readRow(
    store,
    WITH_DOC,
    `SELECT ${COLUMNS}, r.doc FROM persona p
     LEFT JOIN persona_revision r ON r.persona_id = p.id AND r.number = coalesce(?, p.revision) WHERE p.id = ?`,
    [revision ?? null, id],
  )
  if (row === undefined) throw noPersona(id)
  if (row.doc === null) {
    throw new TroupeError('NOT_FOUND', `Persona ${id} has no revision ${revision ?? row.revision}; it has 1 to ${row.revision}.`, {
      facts: { personaId: id, revision: revision ?? row.revision, newest: row.revision },
    })
  }
  return rowOf({ ...row, revision: revision ?? row.revision }, row.doc)
}

/** Current documents by id, in the order asked for. NOT_FOUND names the first that is missing. */
export async function readPersonas(store: StorePort, ids: readonly string[]): Promise<PersonaRow[]> {
  const rows: PersonaRow[] = []
  for (let from = 0; from < ids.length; from += DOCUMENTS_AT_ONCE) {
    rows.push(...(await Promise.all(ids.slice(from, from + DOCUMENTS_AT_ONCE).map((id) => readPersona(store, id)))))
  }
  return rows
}

export async function readRevisions(store: StorePort, id: string): Promise<RevisionRow[]> {
  const rows = await readRows(
    store,
    REVISION,
    'SELECT number, message, created_at, restored_from FROM persona_revision WHERE persona_id = ? ORDER BY number DESC',
    [id],
    { maxRows: 1_000_000 },
  )
  if (rows.length === 0) throw noPersona(id)
  return rows.map((row) => ({
    personaId: id,
    number: row.number,
    message: row.message,
    createdAt: row.created_at,
    restoredFrom: row.restored_from,
  }))
}

/** null: there is none. */
export async function readName(store: StorePort, id: string): Promise<string | null> {
  const row = await readRow(store, { name: text }, `SELECT card ->> '$.name' AS name FROM persona WHERE id = ?`, [id])
  return row?.name ?? null
}

/** Of the personas in use. Documents without a server are passed over before they are read. */
export async function readMcpUse(store: StorePort): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows = await readRows(
    store,
    { name: text, servers: json('MCP grants', z.array(z.object({ server: z.string() }))) },
    `SELECT p.card ->> '$.name' AS name, r.doc -> '$.body.tools.mcp' AS servers FROM persona p
     JOIN persona_revision r ON r.persona_id = p.id AND r.number = p.revision
     WHERE p.archived_at IS NULL AND json_array_length(r.doc, '$.body.tools.mcp') > 0 ORDER BY p.place, p.id`,
    [],
    { maxRows: LIST_ROWS },
  )
  const used = new Map<string, string[]>()
  for (const { name, servers } of rows) for (const { server } of servers) used.set(server, [...(used.get(server) ?? []), name])
  return used
}

export async function countPersonas(store: StorePort): Promise<number> {
  const row = await readRow(store, { personas: integer }, 'SELECT count(*) AS personas FROM persona WHERE archived_at IS NULL')
  return row?.personas ?? 0
}

export interface Revision {
  readonly id: string
  readonly number: number
  readonly doc: PersonaDoc
  readonly message: string
  readonly restoredFrom: number | null
  readonly at: number
}

/** A new persona with its first revision, at the end of the list. */
export function insertPersona(revision: Revision, active: boolean): readonly Statement[] {
  const { id, doc, at } = revision
  return [
    {
      sql: `INSERT INTO persona (id, revision, card, place, active, archived_at, created_at, updated_at)
            SELECT ?, 1, ?, coalesce(max(place), 0) + 1, ?, NULL, ?, ? FROM persona`,
      params: [id, JSON.stringify(cardFace(doc)), active ? 1 : 0, at, at],
    },
    insertRevision(revision),
  ]
}

/** A further revision of a persona whose current one is still the number before it; CONFLICT otherwise. */
export function addRevision(revision: Revision): readonly Statement[] {
  const { id, number, doc, at } = revision
  return [
    {
      sql: 'UPDATE persona SET revision = ?, card = ?, updated_at = ? WHERE id = ? AND revision = ?',
      params: [number, JSON.stringify(cardFace(doc)), at, id, number - 1],
      expectChanges: 1,
    },
    insertRevision(revision),
  ]
}

function insertRevision({ id, number, doc, message, restoredFrom, at }: Revision): Statement {
  return {
    sql: 'INSERT INTO persona_revision (persona_id, number, doc, message, restored_from, created_at) VALUES (?, ?, ?, ?, ?, ?)',
    params: [id, number, JSON.stringify(doc), message, restoredFrom, at],
  }
}

export function setState(id: string, column: 'active' | 'archived_at', value: number | null, at: number): Statement {
  return { sql: `UPDATE persona SET ${column} = ?, updated_at = ? WHERE id = ?`, params: [value, at, id], expectChanges: 1 }
}

/** Every place in one statement, so that an order is never half set. */
export function setPlaces(places: ReadonlyMap<string, number>): Statement {
  const sql = `UPDATE persona SET place = j.place
    FROM (SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS place FROM json_each(?)) AS j WHERE persona.id = j.id`
  const params: SqlValue[] = [JSON.stringify([...places])]
  return { sql, params, expectChanges: places.size }
}

/** The persona first: its revisions are locked while it is there. */
export function deletePersona(id: string): readonly Statement[] {
  return [
    { sql: 'DELETE FROM persona WHERE id = ?', params: [id], expectChanges: 1 },
    { sql: 'DELETE FROM persona_revision WHERE persona_id = ?', params: [id] },
  ]
}

export function noPersona(id: string): TroupeError {
  return new TroupeError('NOT_FOUND', `There is no persona ${id.slice(0, 80)}.`, {
    hint: 'It may have been removed; read the list again.',
    facts: { personaId: id.slice(0, 80) },
  })
}

function rowOf(row: Row, doc: PersonaDoc): PersonaRow {
  return {
    id: row.id,
    revision: row.revision,
    doc,
    archivedAt: row.archived_at,
    active: row.active,
    order: row.place,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
