/**
 * Checked rows: a room describes the columns that it reads, and every value is checked against that before anybody uses it.
 * What does not fit is DAMAGED, with column and statement named: a row that is not what its room wrote is never guessed at.
 */
import { TroupeError } from './errors.ts'
import type { SqlValue } from './sql.ts'

/** A row as the store hands it over: keyed by column name, unchecked. */
export type RawRow = Readonly<Record<string, SqlValue>>

export interface ReadBounds {
  /** Default 10,000; one row more is refused with TOO_LARGE. */
  readonly maxRows?: number
  /** Default 32 MiB. */
  readonly maxBytes?: number
  /** Default 30,000. */
  readonly timeoutMs?: number
  /** Aborted: CANCELLED at once. */
  readonly signal?: AbortSignal
}

/** The reading half of the store's door. It promises nothing about the rows: `readRows` does. */
export interface RowReader {
  read(sql: string, params?: readonly SqlValue[], bounds?: ReadBounds): Promise<readonly RawRow[]>
}

/** Answers the value that a room works with, or throws (anything) when this is none. */
export interface Column<T> {
  /** What is expected, for the message. */
  readonly expects: string
  readonly decode: (value: SqlValue) => T
}

export type Columns = Readonly<Record<string, Column<unknown>>>
export type RowOf<C extends Columns> = { readonly [Name in keyof C]: C[Name] extends Column<infer T> ? T : never }

class NotThat extends Error {}

function column<T>(expects: string, decode: (value: SqlValue) => T): Column<T> {
  return { expects, decode }
}

export const text = column('a text', (value) => {
  if (typeof value !== 'string') throw new NotThat()
  return value
})

export const integer = column('a whole number', (value) => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new NotThat()
  return value
})

export const real = column('a number', (value) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new NotThat()
  return value
})

/** Stored as 0 and 1. */
export const flag = column('0 or 1', (value) => {
  if (value !== 0 && value !== 1) throw new NotThat()
  return value === 1
})

export const bytes = column('bytes', (value) => {
  if (!(value instanceof Uint8Array)) throw new NotThat()
  return value
})

export function orNull<T>(inner: Column<T>): Column<T | null> {
  return column(`${inner.expects} or nothing`, (value) => (value === null ? null : inner.decode(value)))
}

export function oneOf<const T extends string>(words: readonly T[]): Column<T> {
  const known: ReadonlySet<string> = new Set(words)
  return column(`one of ${words.join(', ')}`, (value) => {
    if (typeof value !== 'string' || !known.has(value)) throw new NotThat()
    return value as T
  })
}

/** A JSON text, checked by a schema (of zod, or of anything else that parses). */
export function json<T>(what: string, schema: { parse(value: unknown): T }): Column<T> {
  return column(`JSON of ${what}`, (value) => schema.parse(JSON.parse(text.decode(value))))
}

/** Reads, and checks every row. DAMAGED when one does not fit `columns`; columns that are not named there are left out. */
export async function readRows<C extends Columns>(
  store: RowReader,
  columns: C,
  sql: string,
  params: readonly SqlValue[] = [],
  bounds: ReadBounds = {},
): Promise<readonly RowOf<C>[]> {
  const described = Object.entries(columns)
  const rows = await store.read(sql, params, bounds)
  return rows.map((raw) => {
    const row: Record<string, unknown> = {}
    for (const [name, { expects, decode }] of described) {
      const value = raw[name]
      if (value === undefined)
        throw new TroupeError('INTERNAL', `A read was expected to answer the column "${name}", and did not.`, { facts: factsOf(sql, name) })
      try {
        row[name] = decode(value)
      } catch (cause) {
        throw notThat(sql, name, expects, value, cause)
      }
    }
    return row as RowOf<C>
  })
}

/** The first row, checked; undefined when there is none. */
export async function readRow<C extends Columns>(
  store: RowReader,
  columns: C,
  sql: string,
  params: readonly SqlValue[] = [],
): Promise<RowOf<C> | undefined> {
  return (await readRows(store, columns, sql, params))[0]
}

/** The value itself stays out of the message: it may be what a person wrote. */
function notThat(sql: string, name: string, expects: string, value: SqlValue, cause: unknown): TroupeError {
  const came = value === null ? 'nothing' : value instanceof Uint8Array ? 'bytes' : typeof value === 'string' ? 'another text' : 'a number'
  return new TroupeError('DAMAGED', `The database holds ${came} in the column "${name}", where ${expects} was expected.`, {
    cause,
    hint: 'Check the database with `troupe store verify`; a backup can be restored under Settings → Data.',
    facts: factsOf(sql, name),
  })
}

function factsOf(sql: string, column: string): Readonly<Record<string, unknown>> {
  return { column, sql: sql.slice(0, 400) }
}
