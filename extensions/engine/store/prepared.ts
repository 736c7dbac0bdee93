/** One prepared statement: bound, stepped and reset; then bound again. */
import type { Library } from './library.ts'
import type { SqlValue } from './shapes.ts'

const ROW = 100
const DONE = 101
/** SQLite reads the bytes where they are: they stay there until the statement is reset. */
const STATIC = 0

export class Prepared {
  readonly #lib: Library
  readonly #at: number
  readonly #fail: () => Error
  #columns: readonly string[] | undefined
  /** Where the next parameter may be laid. */
  #free = 0
  #allocated: number[] | null = null

  constructor(lib: Library, at: number, fail: () => Error) {
    this.#lib = lib
    this.#at = at
    this.#fail = fail
  }

  /** Only one statement at a time has parameters in use: the one that was bound last. */
  bind(params: readonly SqlValue[]): void {
    this.#free = this.#lib.arena
    for (let at = 0; at < params.length; at++) if (this.#bindOne(at + 1, params[at] as SqlValue) !== 0) throw this.#fail()
  }

  /** True while there is a row. */
  step(): boolean {
    const code = this.#lib.c._sqlite3_step(this.#at)
    if (code === DONE) return false
    if (code === ROW) return true
    throw this.#fail()
  }

  row(): SqlValue[] {
    const row: SqlValue[] = []
    const count = this.columns().length
    for (let at = 0; at < count; at++) row.push(this.#value(at))
    return row
  }

  /** Asked anew after a schema change: `SELECT *` then has other columns. */
  columns(): readonly string[] {
    const { c } = this.#lib
    const count = c._sqlite3_column_count(this.#at)
    if (this.#columns?.length !== count)
      this.#columns = Array.from({ length: count }, (_, at) => this.#lib.text(c._sqlite3_column_name(this.#at, at)))
    return this.#columns
  }

  reset(): void {
    const { c } = this.#lib
    c._sqlite3_reset(this.#at)
    c._sqlite3_clear_bindings(this.#at)
    if (this.#allocated === null) return
    for (const at of this.#allocated) c._free(at)
    this.#allocated = null
  }

  finalize(): void {
    this.#lib.c._sqlite3_finalize(this.#at)
  }

  #bindOne(place: number, value: SqlValue): number {
    const { c } = this.#lib
    if (typeof value === 'string') {
      const at = this.#room(value.length * 3)
      return c._sqlite3_bind_text(this.#at, place, at, this.#lib.buffer.write(value, at), STATIC)
    }
    if (typeof value === 'number')
      return value === (value | 0) ? c._sqlite3_bind_int(this.#at, place, value) : c._sqlite3_bind_double(this.#at, place, value)
    if (value === null) return c._sqlite3_bind_blob(this.#at, place, 0, 0, STATIC)
    if (!(value instanceof Uint8Array)) throw new TypeError(`a parameter is of type ${typeof value}, which no column holds`)
    const at = this.#room(value.length)
    this.#lib.buffer.set(value, at)
    return c._sqlite3_bind_blob(this.#at, place, at, value.length, STATIC)
  }

  /** A place for that many bytes. */
  #room(bytes: number): number {
    const { arena, arenaBytes, c } = this.#lib
    if (this.#free + bytes <= arena + arenaBytes) {
      this.#free += bytes
      return this.#free - bytes
    }
    const at = c._malloc(bytes)
    if (at === 0) throw new Error('out of memory')
    this.#allocated ??= []
    this.#allocated.push(at)
    return at
  }

  #value(column: number): SqlValue {
    const { c } = this.#lib
    const type = c._sqlite3_column_type(this.#at, column)
    if (type === 1 || type === 2) return c._sqlite3_column_double(this.#at, column)
    if (type === 3) {
      const at = c._sqlite3_column_text(this.#at, column)
      return this.#lib.buffer.toString('utf8', at, at + c._sqlite3_column_bytes(this.#at, column))
    }
    if (type !== 4) return null
    const at = c._sqlite3_column_blob(this.#at, column)
    return Uint8Array.from(this.#lib.buffer.subarray(at, at + c._sqlite3_column_bytes(this.#at, column)))
  }
}
