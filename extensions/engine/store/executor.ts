/**
 * Statements against one sql.js database: prepared once, read with bounds, written in transactions.
 * Reads run under PRAGMA query_only, so that a read can never change the database, whatever its SQL says.
 */
import type { Database, Statement as Prepared, SqlValue as RawValue } from 'sql.js'
import { TroupeError } from '#core'
import type { ReadRequest, RowsAnswer } from './messages.ts'
import type { SqlValue, Statement, StatementResult } from './shapes.ts'
import { sqlError } from './sql-errors.ts'

const READS = new Set(['select', 'with', 'values', 'explain'])
const WRITES = new Set(['insert', 'update', 'delete', 'replace', 'with'])
const PREPARED_LIMIT = 256
const LEADING_NOISE = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/

export class Executor {
  readonly #db: Database
  /** In the order of last use. */
  readonly #prepared = new Map<string, Prepared>()
  #queryOnly = false

  constructor(db: Database) {
    this.#db = db
  }

  /** `stop` is asked between rows; when it answers an error, the read ends with it. */
  read(request: ReadRequest, stop: () => TroupeError | null): RowsAnswer {
    allow(request.sql, READS, 'read', 'SELECT, WITH, VALUES or EXPLAIN')
    this.#setQueryOnly(true)
    const statement = this.#prepare(request.sql)
    const rows: SqlValue[][] = []
    let bytes = 0
    try {
      statement.bind(request.params as RawValue[])
      while (statement.step()) {
        if (rows.length >= request.maxRows) throw tooLarge('rows', request.maxRows)
        const row = statement.get() as SqlValue[]
        for (const value of row) bytes += sizeOf(value)
        if (bytes > request.maxBytes) throw tooLarge('bytes', request.maxBytes)
        rows.push(row)
        const why = stop()
        if (why) throw why
      }
      return { columns: statement.getColumnNames(), rows }
    } catch (thrown) {
      // A page read that was interrupted looks like a disk error to SQLite; the reason is asked for again.
      throw thrown instanceof TroupeError ? thrown : (stop() ?? sqlError(thrown, request.sql))
    } finally {
      statement.reset()
    }
  }

  /** One transaction: all of it, or none. */
  transact(statements: readonly Statement[]): readonly StatementResult[] {
    this.#setQueryOnly(false)
    this.#run('BEGIN')
    let current = 'COMMIT'
    try {
      const results = statements.map((statement, index) => {
        current = statement.sql
        return this.#write(statement, index)
      })
      current = 'COMMIT'
      this.#run('COMMIT')
      return results
    } catch (thrown) {
      this.#rollBack()
      throw sqlError(thrown, current)
    }
  }

  /** A migration: several statements in one transaction, with what `record` writes beside them. */
  migrate(sql: string, record: Statement): void {
    this.#setQueryOnly(false)
    this.#db.run('BEGIN')
    try {
      this.#db.exec(sql)
      this.#write(record, 0)
      this.#db.run('COMMIT')
    } catch (thrown) {
      this.#rollBack()
      throw sqlError(thrown, sql)
    }
  }

  /** The first column of the first row of a statement of our own. */
  scalar(sql: string): SqlValue {
    const statement = this.#prepare(sql)
    try {
      return statement.step() ? ((statement.get()[0] ?? null) as SqlValue) : null
    } finally {
      statement.reset()
    }
  }

  /** Frees every prepared statement; the executor is not used afterwards. */
  close(): void {
    for (const statement of this.#prepared.values()) statement.free()
    this.#prepared.clear()
  }

  #write(statement: Statement, index: number): StatementResult {
    const verb = allow(statement.sql, WRITES, 'write', 'INSERT, UPDATE, DELETE, REPLACE or WITH')
    const prepared = this.#prepare(statement.sql)
    try {
      prepared.bind((statement.params ?? []) as RawValue[])
      // RETURNING yields rows, and the change is complete only after the last of them.
      while (prepared.step());
    } finally {
      prepared.reset()
    }
    // sqlite3_changes keeps its old value over statements that change nothing by kind (a SELECT behind WITH).
    const changed = verb !== 'with' || /\b(?:insert|update|delete|replace)\b/i.test(statement.sql)
    const changes = changed ? this.#db.getRowsModified() : 0
    if (statement.expectChanges !== undefined && statement.expectChanges !== changes) {
      throw new TroupeError(
        'CONFLICT',
        `Statement ${index + 1} changed ${changes} rows instead of ${statement.expectChanges}: somebody else was first.`,
        {
          facts: { statement: index, expected: statement.expectChanges, changed: changes },
        },
      )
    }
    return { changes, lastId: Number(this.scalar('SELECT last_insert_rowid()')) }
  }

  #run(sql: string): void {
    const prepared = this.#prepare(sql)
    try {
      prepared.step()
    } finally {
      prepared.reset()
    }
  }

  #rollBack(): void {
    try {
      this.#db.run('ROLLBACK')
    } catch {
      // SQLite has already rolled back by itself (out of memory, disk error): there is nothing left to undo.
    }
  }

  #setQueryOnly(on: boolean): void {
    if (this.#queryOnly === on) return
    this.#run(on ? 'PRAGMA query_only=1' : 'PRAGMA query_only=0')
    this.#queryOnly = on
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) {
      this.#prepared.delete(sql)
      this.#prepared.set(sql, known)
      return known
    }
    const prepared = this.#compile(sql)
    this.#prepared.set(sql, prepared)
    if (this.#prepared.size > PREPARED_LIMIT) {
      const [oldest, statement] = this.#prepared.entries().next().value as [string, Prepared]
      statement.free()
      this.#prepared.delete(oldest)
    }
    return prepared
  }

  /** sql.js prepares the first statement and drops the rest without a word; a second one is refused instead. */
  #compile(sql: string): Prepared {
    try {
      const iterator = this.#db.iterateStatements(sql)
      iterator.next()
      const rest = iterator.getRemainingSQL().replace(LEADING_NOISE, '')
      iterator[Symbol.iterator]().return?.()
      if (rest !== '')
        throw new TroupeError('INTERNAL', 'Expected one SQL statement, and got several.', { facts: { sql: sql.slice(0, 400) } })
      return this.#db.prepare(sql)
    } catch (thrown) {
      throw sqlError(thrown, sql)
    }
  }
}

function allow(sql: string, verbs: ReadonlySet<string>, act: string, expected: string): string {
  const verb = /^[a-z]*/i.exec(sql.replace(LEADING_NOISE, ''))?.[0].toLowerCase() ?? ''
  if (verbs.has(verb)) return verb
  throw new TroupeError('INTERNAL', `To ${act}, ${expected} is expected, and "${verb}" came.`, { facts: { sql: sql.slice(0, 400) } })
}

function sizeOf(value: SqlValue): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
}

function tooLarge(what: string, limit: number): TroupeError {
  return new TroupeError('TOO_LARGE', `A read found more than ${limit} ${what}.`, { hint: 'Read it in pages.', facts: { limit, what } })
}
