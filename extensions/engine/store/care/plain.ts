/** A database opened beside the running one, by SQLite without the taps: to look through it, to compare two, to put one right. */
import initSqlJs, { type Database, type SqlJsStatic, type SqlValue } from 'sql.js'
import { TroupeError } from '#core'

export interface Looked {
  readonly problems: readonly string[]
  readonly tables: readonly { readonly table: string; readonly rows: number }[]
}

/** Problems that are listed; a broken file has them by the thousand. */
const PROBLEMS = 100

export async function loadPlain(wasmPath: string): Promise<SqlJsStatic> {
  return initSqlJs({ locateFile: () => wasmPath })
}

/** SQLite's own look through every page and index, then every reference between rows. Never throws for what it finds. */
export function lookThrough(sql: SqlJsStatic, pages: Uint8Array): Looked {
  const db = new sql.Database(pages)
  try {
    const problems = rowsOf(db, `PRAGMA integrity_check(${PROBLEMS})`).map(([line]) => String(line))
    const broken = problems.length === 1 && problems[0] === 'ok' ? [] : problems
    for (const [table, rowid, parent] of rowsOf(db, 'PRAGMA foreign_key_check').slice(0, PROBLEMS))
      broken.push(`row ${rowid} of ${table} refers to a row of ${parent} that is missing`)
    return {
      problems: broken.slice(0, PROBLEMS),
      tables: tablesOf(db).map((table) => ({ table, rows: countOf(db, `main.${quoted(table)}`) })),
    }
  } catch (thrown) {
    return { problems: [`SQLite cannot read it: ${(thrown as Error).message}`], tables: [] }
  } finally {
    db.close()
  }
}

/** Tables with rows of their own: not the index tables behind a full-text search, nor SQLite's. */
export function tablesOf(db: Database, schema = 'main'): readonly string[] {
  return rowsOf(
    db,
    `SELECT name FROM pragma_table_list WHERE schema = '${schema}' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name`,
  ).map(([name]) => String(name))
}

export function rowsOf(db: Database, sql: string, params: readonly SqlValue[] = []): SqlValue[][] {
  return db.exec(sql, params as SqlValue[])[0]?.values ?? []
}

export function countOf(db: Database, from: string): number {
  return Number(rowsOf(db, `SELECT count(*) FROM ${from}`)[0]?.[0] ?? 0)
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** Attaches another open database of the same SQLite under a name. */
export function attach(db: Database, other: Database, name: string): void {
  const file = rowsOf(other, `SELECT file FROM pragma_database_list WHERE name = 'main'`)[0]?.[0]
  if (typeof file !== 'string' || file === '') throw new TroupeError('INTERNAL', 'SQLite did not say which file a database has.')
  db.run(`ATTACH ? AS ${quoted(name)}`, [file])
}
