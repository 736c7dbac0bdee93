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
import { calibrate, verify } from './calibration.ts'
import { PAGE_BYTES, PageFile } from './page-file.ts'
import { type ImportNames, type Imports, Taps, unexpected, type WasmInstance, wasm } from './taps.ts'

/** Applied to every connection. Durability is the journal's task, so SQLite itself never syncs; one owner, so it never unlocks. */
const PRAGMAS = `PRAGMA page_size=${PAGE_BYTES}; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
PRAGMA temp_store=MEMORY; PRAGMA auto_vacuum=NONE; PRAGMA foreign_keys=ON`

/** sql-wasm.wasm of sql.js 1.16.0. */
const VERIFIED: { readonly sha256: string; readonly names: ImportNames } = {
  sha256: '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf',
  names: { seek: 'E', read: 't', write: 'q', truncate: 'J' },
}

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
  const names = known && !calibrateAlways ? VERIFIED.names : calibrate(sql, taps, PRAGMAS)
  if (known && JSON.stringify(names) !== JSON.stringify(VERIFIED.names)) throw unexpected(`its imports are ${JSON.stringify(names)}`)
  taps.names = names
  const sqlite: Sqlite = {
    open: (bytes) => openTapped(sql, taps, bytes),
    interruptReads(check) {
      taps.interrupt = check
    },
  }
  if (!known || calibrateAlways) verify(sqlite.open)
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
