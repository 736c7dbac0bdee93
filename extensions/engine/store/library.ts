/** SQLite's own C functions, which sql.js exports beside its classes; called directly, since a statement's cost lies mostly in the calls around it. */
import { type Taps, unexpected } from './taps.ts'

/** Pointers and result codes are numbers. */
interface CFunctions {
  _malloc(bytes: number): number
  _free(at: number): void
  _sqlite3_open(path: number, out: number): number
  _sqlite3_close_v2(db: number): number
  _sqlite3_exec(db: number, sql: number, callback: number, argument: number, error: number): number
  _sqlite3_prepare_v2(db: number, sql: number, bytes: number, out: number, tail: number): number
  _sqlite3_finalize(statement: number): number
  _sqlite3_step(statement: number): number
  _sqlite3_reset(statement: number): number
  _sqlite3_clear_bindings(statement: number): number
  _sqlite3_bind_text(statement: number, place: number, at: number, bytes: number, free: number): number
  _sqlite3_bind_blob(statement: number, place: number, at: number, bytes: number, free: number): number
  _sqlite3_bind_double(statement: number, place: number, value: number): number
  _sqlite3_bind_int(statement: number, place: number, value: number): number
  _sqlite3_column_count(statement: number): number
  _sqlite3_column_name(statement: number, column: number): number
  _sqlite3_column_type(statement: number, column: number): number
  _sqlite3_column_double(statement: number, column: number): number
  _sqlite3_column_text(statement: number, column: number): number
  _sqlite3_column_blob(statement: number, column: number): number
  _sqlite3_column_bytes(statement: number, column: number): number
  _sqlite3_changes(db: number): number
  _sqlite3_errmsg(db: number): number
}

const NAMES: readonly (keyof CFunctions)[] = [
  '_malloc',
  '_free',
  '_sqlite3_open',
  '_sqlite3_close_v2',
  '_sqlite3_exec',
  '_sqlite3_prepare_v2',
  '_sqlite3_finalize',
  '_sqlite3_step',
  '_sqlite3_reset',
  '_sqlite3_clear_bindings',
  '_sqlite3_bind_text',
  '_sqlite3_bind_blob',
  '_sqlite3_bind_double',
  '_sqlite3_bind_int',
  '_sqlite3_column_count',
  '_sqlite3_column_name',
  '_sqlite3_column_type',
  '_sqlite3_column_double',
  '_sqlite3_column_text',
  '_sqlite3_column_blob',
  '_sqlite3_column_bytes',
  '_sqlite3_changes',
  '_sqlite3_errmsg',
]

/** For the parameters of one statement at a time; what does not fit is allocated for it alone. */
const ARENA_BYTES = 64 * 1024

export class Library {
  readonly c: CFunctions
  /** Two words for what functions hand back. */
  readonly out: number
  readonly arena: number
  readonly arenaBytes = ARENA_BYTES
  readonly #taps: Taps
  #buffer: Buffer = Buffer.alloc(0)

  constructor(module: object, taps: Taps) {
    for (const name of NAMES)
      if (typeof (module as Record<string, unknown>)[name] !== 'function') throw unexpected(`it exports no ${name.slice(1)}`)
    this.c = module as CFunctions
    this.#taps = taps
    this.out = this.c._malloc(16)
    this.arena = this.c._malloc(ARENA_BYTES)
  }

  /** WASM's memory, for text. */
  get buffer(): Buffer {
    const { bytes } = this.#taps
    if (this.#buffer.buffer !== bytes.buffer) this.#buffer = Buffer.from(bytes.buffer)
    return this.#buffer
  }

  word(at: number): number {
    return this.#taps.view.getUint32(at, true)
  }

  /** A C string. */
  text(at: number): string {
    const { buffer } = this
    return buffer.toString('utf8', at, buffer.indexOf(0, at))
  }

  /** Runs `act` with a copy of the text as a C string. */
  withText<Value>(text: string, act: (at: number, bytes: number) => Value): Value {
    const bytes = Buffer.byteLength(text)
    const at = this.c._malloc(bytes + 1)
    if (at === 0) throw new Error('out of memory')
    const { buffer } = this
    buffer.write(text, at)
    buffer[at + bytes] = 0
    try {
      return act(at, bytes)
    } finally {
      this.c._free(at)
    }
  }
}
