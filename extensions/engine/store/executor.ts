/**
 * What the store does with one database: reads with bounds, writes in transactions.
 * Reads run under PRAGMA query_only, so that a read can never change the database, whatever its SQL says.
 */
import { TroupeError } from '#core'
import { type Connection, type KnownStatement, verbOf } from './connection.ts'
import type { ReadRequest, RowsAnswer } from './messages.ts'
import type { SqlValue, Statement, StatementResult } from './shapes.ts'
import { brokeSqlite, sqlError } from './sql-errors.ts'

const READS = new Set(['select', 'with', 'values', 'explain'])
const WRITES = new Set(['insert', 'update', 'delete', 'replace', 'with'])
const NO_PARAMS: readonly SqlValue[] = []

export type Outcome = { readonly results: readonly StatementResult[] } | { readonly error: unknown }

export class Executor {
  readonly #db: Connection
  #queryOnly = false
  #deferrals: boolean | undefined

  constructor(db: Connection) {
    this.#db = db
  }

  /** `stop` is asked between rows; when it answers an error, the read ends with it. */
  read(request: ReadRequest, stop: () => TroupeError | null): RowsAnswer {
    this.#setQueryOnly(true)
    const { prepared } = this.#allowed(request.sql, READS, 'read', 'SELECT, WITH, VALUES or EXPLAIN')
    const rows: SqlValue[][] = []
    let bytes = 0
    try {
      prepared.bind(request.params)
      while (prepared.step()) {
        if (rows.length >= request.maxRows) throw tooLarge('rows', request.maxRows)
        const row = prepared.row()
        for (const value of row) bytes += sizeOf(value)
        if (bytes > request.maxBytes) throw tooLarge('bytes', request.maxBytes)
        rows.push(row)
        const why = stop()
        if (why) throw why
      }
      return { columns: prepared.columns(), rows }
    } catch (thrown) {
      // A page read that was interrupted looks like a disk error to SQLite; the reason is asked for again.
      throw thrown instanceof TroupeError ? thrown : (stop() ?? sqlError(thrown, request.sql))
    } finally {
      prepared.reset()
    }
  }

  /**
   * Each write all or nothing, and independent of the others. They are first tried within one transaction, which costs the pages
   * that they share only once; when one of them fails, all of it is undone, and each gets a transaction of its own.
   * Throws only when SQLite itself broke.
   */
  transactEach(writes: readonly (readonly Statement[])[]): readonly Outcome[] {
    if (writes.length > 1 && !this.#hasDeferrals()) {
      try {
        return this.#inTransaction(() => writes.map((statements) => ({ results: this.#writeAll(statements) })))
      } catch (thrown) {
        if (brokeSqlite(thrown)) throw thrown
      }
    }
    return writes.map((statements): Outcome => {
      try {
        return { results: this.#writeOwn(statements) }
      } catch (error) {
        if (brokeSqlite(error)) throw error
        return { error }
      }
    })
  }

  /** A migration: several statements in one transaction, with what `record` writes beside them. */
  migrate(sql: string, record: Statement): void {
    this.#deferrals = undefined
    try {
      this.#inTransaction(() => {
        this.#db.exec(sql)
        this.#write(record, 0)
      })
    } catch (thrown) {
      throw sqlError(thrown, sql)
    }
  }

  /** The first column of the first row of a statement of our own. */
  scalar(sql: string): SqlValue {
    return this.#db.scalar(sql)
  }

  #inTransaction<Value>(act: () => Value): Value {
    this.#setQueryOnly(false)
    this.#run('BEGIN')
    try {
      const value = act()
      this.#run('COMMIT')
      return value
    } catch (thrown) {
      this.#rollBack()
      throw sqlError(thrown, 'COMMIT')
    }
  }

  /** A write in a transaction of its own. One statement is one by itself, unless its count of changes may still undo it. */
  #writeOwn(statements: readonly Statement[]): readonly StatementResult[] {
    if (statements.length !== 1 || statements[0]?.expectChanges !== undefined) return this.#inTransaction(() => this.#writeAll(statements))
    this.#setQueryOnly(false)
    return this.#writeAll(statements)
  }

  #writeAll(statements: readonly Statement[]): readonly StatementResult[] {
    return statements.map((statement, index) => {
      try {
        return this.#write(statement, index)
      } catch (thrown) {
        throw sqlError(thrown, statement.sql)
      }
    })
  }

  #write(statement: Statement, index: number): StatementResult {
    const { verb, prepared } = this.#allowed(statement.sql, WRITES, 'write', 'INSERT, UPDATE, DELETE, REPLACE or WITH')
    try {
      prepared.bind(statement.params ?? NO_PARAMS)
      // RETURNING yields rows, and the change is complete only after the last of them.
      while (prepared.step());
    } finally {
      prepared.reset()
    }
    // sqlite3_changes keeps its old value over statements that change nothing by kind (a SELECT behind WITH).
    const changed = verb !== 'with' || /\b(?:insert|update|delete|replace)\b/i.test(statement.sql)
    const changes = changed ? this.#db.changes() : 0
    if (statement.expectChanges !== undefined && statement.expectChanges !== changes) {
      throw new TroupeError(
        'CONFLICT',
        `Statement ${index + 1} changed ${changes} rows instead of ${statement.expectChanges}: somebody else was first.`,
        { facts: { statement: index, expected: statement.expectChanges, changed: changes } },
      )
    }
    return { changes }
  }

  #allowed(sql: string, verbs: ReadonlySet<string>, act: string, expected: string): KnownStatement {
    const known = this.#db.known(sql)
    const verb = known?.verb ?? verbOf(sql)
    if (verbs.has(verb)) return known ?? this.#db.statement(sql)
    throw new TroupeError('INTERNAL', `To ${act}, ${expected} is expected, and "${verb}" came.`, {
      facts: { sql: sql.slice(0, 400) },
    })
  }

  /** A reference that is checked only at the end of a transaction must be checked at the end of its own. */
  #hasDeferrals(): boolean {
    this.#deferrals ??= this.#db.scalar(`SELECT count(*) FROM sqlite_schema WHERE sql LIKE '%deferrable%'`) !== 0
    return this.#deferrals
  }

  #run(sql: string): void {
    const { prepared } = this.#db.statement(sql)
    try {
      prepared.step()
    } finally {
      prepared.reset()
    }
  }

  #rollBack(): void {
    try {
      this.#db.exec('ROLLBACK')
    } catch {
      // SQLite has already rolled back by itself (out of memory, disk error): there is nothing left to undo.
    }
  }

  #setQueryOnly(on: boolean): void {
    if (this.#queryOnly === on) return
    this.#run(on ? 'PRAGMA query_only=1' : 'PRAGMA query_only=0')
    this.#queryOnly = on
  }
}

function sizeOf(value: SqlValue): number {
  return typeof value === 'string' || value instanceof Uint8Array ? value.length : 8
}

function tooLarge(what: string, limit: number): TroupeError {
  return new TroupeError('TOO_LARGE', `A read found more than ${limit} ${what}.`, { hint: 'Read it in pages.', facts: { limit, what } })
}
