/** One open database: its statements, prepared once each and kept in the order of last use. */
import { TroupeError } from '#core'
import type { Library } from './library.ts'
import { Prepared } from './prepared.ts'
import { sqlError } from './sql-errors.ts'

const PREPARED_LIMIT = 256
const LEADING_NOISE = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)+/

export interface KnownStatement {
  /** Its first word, lower case. */
  readonly verb: string
  readonly prepared: Prepared
}

export class Connection {
  readonly #lib: Library
  readonly #db: number
  readonly #released: () => void
  readonly #known = new Map<string, KnownStatement>()
  readonly #fail = (): Error => new Error(this.#lib.text(this.#lib.c._sqlite3_errmsg(this.#db)))

  /** `db` is open; `released` is called when it is closed. */
  constructor(lib: Library, db: number, released: () => void) {
    this.#lib = lib
    this.#db = db
    this.#released = released
  }

  /** Any number of statements, without parameters and without rows. */
  exec(sql: string): void {
    const code = this.#lib.withText(sql, (at) => this.#lib.c._sqlite3_exec(this.#db, at, 0, 0, 0))
    if (code !== 0) throw this.#fail()
  }

  /** One statement, prepared on its first use. */
  statement(sql: string): KnownStatement {
    const known = this.known(sql)
    if (known) return known
    const made = { verb: verbOf(sql), prepared: this.#prepare(sql) }
    this.#known.set(sql, made)
    if (this.#known.size > PREPARED_LIMIT) this.#forgetOldest()
    return made
  }

  /** Prepared before, and still kept. */
  known(sql: string): KnownStatement | undefined {
    const known = this.#known.get(sql)
    if (known && this.#known.size > PREPARED_LIMIT / 2) {
      this.#known.delete(sql)
      this.#known.set(sql, known)
    }
    return known
  }

  /** The first column of the first row of a statement of our own. */
  scalar(sql: string): number | string | null | Uint8Array {
    const { prepared } = this.statement(sql)
    try {
      return prepared.step() ? (prepared.row()[0] ?? null) : null
    } finally {
      prepared.reset()
    }
  }

  /** Rows that the latest statement inserted, updated or deleted. */
  changes(): number {
    return this.#lib.c._sqlite3_changes(this.#db)
  }

  /** Not used afterwards. */
  close(): void {
    for (const { prepared } of this.#known.values()) prepared.finalize()
    this.#known.clear()
    this.#lib.c._sqlite3_close_v2(this.#db)
    this.#released()
  }

  #forgetOldest(): void {
    const [oldest, { prepared }] = this.#known.entries().next().value as [string, KnownStatement]
    prepared.finalize()
    this.#known.delete(oldest)
  }

  /** SQLite prepares the first statement and says where it ends; a second one behind it is refused. */
  #prepare(sql: string): Prepared {
    const { c, out } = this.#lib
    return this.#lib.withText(sql, (at, bytes) => {
      if (c._sqlite3_prepare_v2(this.#db, at, bytes, out, out + 4) !== 0) throw sqlError(this.#fail(), sql)
      const [statement, tail] = [this.#lib.word(out), this.#lib.word(out + 4)]
      const rest = this.#lib.buffer.toString('utf8', tail, at + bytes)
      if (statement !== 0 && rest.replace(LEADING_NOISE, '') === '') return new Prepared(this.#lib, statement, this.#fail)
      c._sqlite3_finalize(statement)
      const what = statement === 0 ? 'none' : 'several'
      throw new TroupeError('INTERNAL', `Expected one SQL statement, and got ${what}.`, { facts: { sql: sql.slice(0, 400) } })
    })
  }
}

/** A statement's first word, lower case. Asked before it is prepared: some PRAGMAs act while they are. */
export function verbOf(sql: string): string {
  return /^[a-z]*/i.exec(sql.replace(LEADING_NOISE, ''))?.[0].toLowerCase() ?? ''
}
