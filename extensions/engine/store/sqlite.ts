/**
 * sql.js with its file traffic tapped. SQLite inside sql.js writes its pages to Emscripten's file system in memory, through WASM
 * imports whose names are minified. The four that matter (seek, read, write, truncate) are found by what they do to a small
 * calibration database, and then verified: a second database is rebuilt from tapped writes alone and must equal the real one byte
 * for byte. When anything is not as expected the store refuses to start; it never guesses. That costs 0.1 s, so for the very file
 * that a test of ours calibrates and verifies on each run the result is kept here, under the file's digest.
 *
 * Verified with sql.js 1.16.0 (pinned): SQLite there seeks and then writes, always whole pages, when its journal is in memory.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import initSqlJs, { type Database, type SqlJsStatic } from 'sql.js'
import { messageOf, TroupeError } from '#core'
import { applyDelta, encodeDelta } from './delta.ts'
import { PageImage } from './image.ts'
import { PAGE_BYTES, PageFile, type RawFiles } from './page-file.ts'

/** Applied to every connection. Durability is the journal's task, so SQLite itself never syncs; one owner, so it never unlocks. */
const PRAGMAS = `PRAGMA page_size=${PAGE_BYTES}; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
PRAGMA temp_store=MEMORY; PRAGMA auto_vacuum=NONE; PRAGMA foreign_keys=ON`

interface ImportNames {
  readonly seek: string
  readonly read: string
  readonly write: string
  readonly truncate: string
}

/** sql-wasm.wasm of sql.js 1.16.0. */
const VERIFIED: { readonly sha256: string; readonly names: ImportNames } = {
  sha256: '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf',
  names: { seek: 'E', read: 't', write: 'q', truncate: 'J' },
}

/** WASI's number for an input/output error. */
const EIO = 29

type Import = (...args: unknown[]) => unknown
interface Call {
  readonly name: string
  readonly args: readonly unknown[]
  readonly result: unknown
  /** The first buffer of an iovec after the call, when the arguments look like one. */
  readonly buffer: Uint8Array | null
  /** The 32-bit word where the last argument points, after the call. */
  readonly out: number
}

/** The part of the WebAssembly interface that is used; TypeScript's own description of it comes only with a browser's. */
type Imports = Record<string, Record<string, unknown>>
interface WasmMemory {
  readonly buffer: ArrayBuffer
}
interface WasmInstance {
  readonly exports: Record<string, unknown>
}
interface Wasm {
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: Imports) => WasmInstance
  readonly Memory: new () => WasmMemory
}
const wasm = (globalThis as unknown as { readonly WebAssembly: Wasm }).WebAssembly

export interface Sqlite {
  /** Opens a database made of these bytes (none: an empty one) and taps its file. */
  open(bytes: Uint8Array | null): { readonly db: Database; readonly file: PageFile }
  /** While it is set and answers true, page reads fail, which ends a SELECT in the middle of one row as well. Never set during a write. */
  interruptReads(check: (() => boolean) | null): void
}

let loaded: Promise<Sqlite> | undefined

/** Loads once for each thread, since sql.js itself is one instance for each thread. `calibrateAlways`: also when the file is the verified one. */
export function loadSqlite(wasmPath: string, calibrateAlways = false): Promise<Sqlite> {
  loaded ??= load(wasmPath, calibrateAlways).catch((thrown: unknown) => {
    throw thrown instanceof TroupeError ? thrown : unexpected(messageOf(thrown), thrown)
  })
  return loaded
}

async function load(wasmPath: string, calibrateAlways: boolean): Promise<Sqlite> {
  const bytes = readFileSync(wasmPath)
  const known = createHash('sha256').update(bytes).digest('hex') === VERIFIED.sha256
  const taps = new Taps()
  const sql = (await initSqlJs({
    useOldExtensionFunctions: false,
    instantiateWasm: (imports: Imports, receive: (instance: WasmInstance) => void) => {
      const instance = new wasm.Instance(new wasm.Module(bytes), taps.wrap(imports))
      taps.attach(instance)
      receive(instance)
      return instance.exports
    },
  } as unknown as Parameters<typeof initSqlJs>[0])) as SqlJsStatic & { _malloc(bytes: number): number }
  taps.scratch = sql._malloc(PAGE_BYTES + 64)
  const names = known && !calibrateAlways ? VERIFIED.names : calibrate(sql, taps)
  if (known && JSON.stringify(names) !== JSON.stringify(VERIFIED.names)) throw unexpected(`its imports are ${JSON.stringify(names)}`)
  taps.names = names
  const sqlite: Sqlite = {
    open: (bytes) => openTapped(sql, taps, bytes),
    interruptReads(check) {
      taps.interrupt = check
    },
  }
  if (!known || calibrateAlways) verify(sqlite)
  return sqlite
}

function openTapped(sql: SqlJsStatic, taps: Taps, bytes: Uint8Array | null): { db: Database; file: PageFile } {
  const db = bytes && bytes.length > 0 ? new sql.Database(bytes) : new sql.Database()
  const calls = taps.record(() => db.exec(`${PRAGMAS}; SELECT count(*) FROM sqlite_schema`))
  const fds = new Set(calls.filter((call) => call.name === taps.names?.read).map((call) => call.args[0] as number))
  const [fd] = fds
  if (fds.size !== 1 || fd === undefined) throw unexpected(`opening a database read ${fds.size} files`)
  const file = new PageFile(taps, fd, bytes?.length ?? 0)
  taps.files.set(fd, file)
  const close = db.close.bind(db)
  db.close = () => {
    taps.files.delete(fd)
    close()
  }
  return { db, file }
}

/** The wrapped imports. Untapped files and all other imports pass straight through. */
class Taps implements RawFiles {
  readonly files = new Map<number, PageFile>()
  names: ImportNames | undefined
  scratch = 0
  interrupt: (() => boolean) | null = null
  readonly #originals = new Map<string, Import>()
  readonly #positions = new Map<number, number>()
  #memory: WasmMemory | undefined
  #calls: Call[] | undefined

  wrap(imports: Imports): Imports {
    const spaces = Object.entries(imports)
    if (spaces.length !== 1) throw unexpected(`sql-wasm.wasm imports from ${spaces.length} modules instead of one`)
    const [space, functions] = spaces[0] as [string, Record<string, unknown>]
    const wrapped: Record<string, unknown> = {}
    for (const [name, value] of Object.entries(functions)) {
      if (typeof value !== 'function') {
        wrapped[name] = value
        continue
      }
      this.#originals.set(name, value as Import)
      wrapped[name] = (...args: unknown[]) => this.#call(name, value as Import, args)
    }
    return { [space]: wrapped }
  }

  attach(instance: WasmInstance): void {
    this.#memory = Object.values(instance.exports).find((value) => value instanceof wasm.Memory)
    if (!this.#memory) throw unexpected('sql-wasm.wasm exports no memory')
  }

  /** Everything that the imports were asked while `act` ran. */
  record(act: () => unknown): readonly Call[] {
    this.#calls = []
    try {
      act()
      return this.#calls
    } finally {
      this.#calls = undefined
    }
  }

  seek(fd: number, offset: number): void {
    const status = this.#original('seek')(fd, BigInt(offset), 0, this.scratch)
    if (status !== 0) throw unexpected(`a seek to ${offset} answered ${String(status)}`)
  }

  read(fd: number, offset: number, into: Uint8Array): number {
    this.seek(fd, offset)
    const buffer = this.scratch + 64
    const words = new Uint32Array(this.#bytes.buffer, this.scratch, 4)
    words[0] = buffer
    words[1] = Math.min(into.length, PAGE_BYTES)
    const status = this.#original('read')(fd, this.scratch, 1, this.scratch + 8)
    if (status !== 0) throw unexpected(`a read at ${offset} answered ${String(status)}`)
    const count = new Uint32Array(this.#bytes.buffer, this.scratch, 4)[2] as number
    into.set(this.#bytes.subarray(buffer, buffer + count))
    return count
  }

  get #bytes(): Uint8Array {
    return new Uint8Array((this.#memory as WasmMemory).buffer)
  }

  #original(what: 'seek' | 'read' | 'write' | 'truncate'): Import {
    return this.#originals.get(this.names?.[what] ?? '') as Import
  }

  #call(name: string, original: Import, args: unknown[]): unknown {
    const { names } = this
    if (names !== undefined && this.files.size > 0) {
      const fd = args[0] as number
      if (name === names.seek) this.#positions.set(fd, Number(args[1]))
      else if (name === names.read && this.interrupt?.()) return EIO
      else if (name === names.write) this.#beforeWrite(fd, args)
      else if (name === names.truncate) this.files.get(fd)?.beforeTruncate(Number(args[1]))
    }
    const result = original(...args)
    if (this.#calls) this.#calls.push({ name, args, result, ...this.#look(args) })
    return result
  }

  #beforeWrite(fd: number, args: readonly unknown[]): void {
    const file = this.files.get(fd)
    if (!file) return
    const offset = this.#positions.get(fd) ?? -1
    const vectors = new Uint32Array(this.#bytes.buffer, args[1] as number, 2)
    file.beforeWrite(offset, args[2] === 1 ? (vectors[1] as number) : -1)
    this.seek(fd, offset)
  }

  #look(args: readonly unknown[]): { buffer: Uint8Array | null; out: number } {
    const bytes = this.#bytes
    const word = (at: unknown): number =>
      typeof at === 'number' && at > 0 && at % 4 === 0 && at + 4 <= bytes.length ? (new Uint32Array(bytes.buffer, at, 1)[0] as number) : -1
    const start = word(args[1])
    const length = typeof args[1] === 'number' ? word(args[1] + 4) : -1
    const plausible = start > 0 && length > 0 && length <= 1 << 20 && start + length <= bytes.length
    return { buffer: plausible ? bytes.slice(start, start + length) : null, out: word(args.at(-1)) }
  }
}

/** Finds the four imports by what they do; throws unless exactly one import fits each. */
function calibrate(sql: SqlJsStatic, taps: Taps): ImportNames {
  const db = new sql.Database()
  const marker = 'troupe calibration marker'
  const whole = (call: Call): boolean =>
    call.args.length === 4 && call.result === 0 && call.buffer?.length === PAGE_BYTES && call.out === PAGE_BYTES
  const written = taps.record(() => {
    db.exec(`${PRAGMAS}; CREATE TABLE one (a); INSERT INTO one VALUES (zeroblob(50000)); INSERT INTO one VALUES ('${marker}')`)
  })
  const write = only('write', written, (call) => whole(call) && startsWith(call.buffer, 'SQLite format 3\0'))
  const seek = only(
    'seek',
    written,
    (call, next) => next?.name === write && next.args[0] === call.args[0] && typeof call.args[1] === 'bigint' && call.args[2] === 0,
  )
  const read = only(
    'read',
    taps.record(() => db.exec('PRAGMA shrink_memory; SELECT a FROM one')),
    (call) => call.name !== write && whole(call) && Buffer.from(call.buffer as Uint8Array).includes(marker),
  )
  const shrunk = taps.record(() => db.exec('DELETE FROM one WHERE length(a) = 50000; VACUUM'))
  const pages = Number(db.exec('PRAGMA page_count')[0]?.values[0]?.[0])
  const truncate = only(
    'truncate',
    shrunk,
    (call) => call.args.length === 2 && call.result === 0 && call.args[1] === BigInt(pages * PAGE_BYTES),
  )
  db.close()
  const names = { seek, read, write, truncate }
  if (new Set(Object.values(names)).size !== 4) throw unexpected('two kinds of file traffic share an import')
  return names
}

function only(what: string, calls: readonly Call[], fits: (call: Call, next: Call | undefined) => boolean): string {
  const names = new Set(calls.filter((call, at) => fits(call, calls[at + 1])).map((call) => call.name))
  const [name] = names
  if (names.size !== 1 || name === undefined) throw unexpected(`${names.size} imports behave like ${what}`)
  return name
}

/** A database that grows, shrinks, rolls back and is vacuumed must be rebuilt from its tapped pages alone. */
function verify(sqlite: Sqlite): void {
  const { db, file } = sqlite.open(null)
  const mirror = new PageImage()
  const follow = (sql: string): void => {
    db.exec(sql)
    const group = file.takeGroup()
    if (group) applyDelta(mirror, encodeDelta(group), unexpected)
    if (Buffer.compare(mirror.bytes, file.copy()) !== 0) throw unexpected(`pages were written unseen by: ${sql.slice(0, 60)}`)
  }
  follow('CREATE TABLE one (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX by_a ON one (a)')
  follow(
    `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200) INSERT INTO one SELECT x, hex(zeroblob(x % 300)) FROM n`,
  )
  follow('PRAGMA cache_size=4; BEGIN; UPDATE one SET a = a || id; DELETE FROM one WHERE id % 3 = 0; ROLLBACK; PRAGMA cache_size=-2000')
  follow('UPDATE one SET a = id || a WHERE id % 7 = 0; DELETE FROM one WHERE id > 100')
  follow('VACUUM')
  follow('INSERT INTO one (a) VALUES (zeroblob(40000))')
  follow(`BEGIN; INSERT INTO one (a) VALUES ('x'); COMMIT`)
  db.close()
  const again = sqlite.open(mirror.bytes)
  const check = again.db.exec('PRAGMA integrity_check; SELECT count(*) FROM one').map((answer) => answer.values[0]?.[0])
  again.db.close()
  if (check[0] !== 'ok' || check[1] !== 102) throw unexpected(`the rebuilt calibration database says ${check.join(', ')}`)
}

function startsWith(bytes: Uint8Array | null, text: string): boolean {
  return bytes !== null && Buffer.from(bytes).subarray(0, text.length).toString('latin1') === text
}

function unexpected(what: string, cause?: unknown): TroupeError {
  return new TroupeError('INTERNAL', `sql.js does not behave as the store needs it: ${what}.`, {
    cause,
    hint: 'Use the sql.js version that package.json pins (1.16.0), with its own sql-wasm.wasm.',
  })
}
