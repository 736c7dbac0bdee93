/**
 * sql.js with its files taken over. SQLite inside sql.js reads and writes its pages through WASM imports whose names are minified.
 * The five that matter (seek, read, write, truncate, stat) are found by what they do to a small calibration database, and then
 * verified: a second database, whose file is ours, is rebuilt from its page deltas alone and must be whole and the same. When anything
 * is not as expected the store refuses to start; it never guesses. That costs 0.1 s, so for the very file that a test of ours
 * calibrates and verifies on each run the result is kept here, under the file's digest.
 *
 * Verified with sql.js 1.16.0 (pinned): SQLite there seeks and then writes, always whole pages, when its journal is in memory.
 */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { InitSqlJsStatic, SqlJsStatic } from 'sql.js'
import { messageOf, TroupeError } from '#core'
import { calibrate, verify } from './calibration.ts'
import { Connection } from './connection.ts'
import { PAGE_BYTES, type PageImage } from './image.ts'
import { Library } from './library.ts'
import { PageFile } from './page-file.ts'
import { type ImportNames, type Imports, Taps, unexpected, type WasmInstance, wasm } from './taps.ts'

/** Applied to every connection. Durability is the journal's task, so SQLite itself never syncs; one owner, so it never unlocks. */
const PRAGMAS = `PRAGMA page_size=${PAGE_BYTES}; PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;
PRAGMA temp_store=MEMORY; PRAGMA auto_vacuum=NONE; PRAGMA foreign_keys=ON`

/** sql-wasm.wasm of sql.js 1.16.0. */
const VERIFIED: { readonly sha256: string; readonly names: ImportNames } = {
  sha256: '43bbcdd44287e5a2db3b6b5af34b1a3485a7a441285d247976c1ebe3c61f8dbf',
  names: { seek: 'E', read: 't', write: 'q', truncate: 'J', stat: 'g' },
}

export interface Sqlite {
  /** Opens the database that this image is (no pages: a new one). The image is SQLite's file from here on. */
  open(image: PageImage): { readonly db: Connection; readonly file: PageFile }
  /** While it is set and answers true, page reads fail, which ends a SELECT in the middle of one row as well. Never set during a write. */
  interruptReads(check: (() => boolean) | null): void
}

let loaded: Promise<Sqlite> | undefined
let opened = 0

/** Loads once for each thread, since sql.js itself is one instance for each thread. `calibrateAlways`: also when the file is the verified one. */
export function loadSqlite(wasmPath: string, calibrateAlways = false): Promise<Sqlite> {
  loaded ??= load(wasmPath, calibrateAlways).catch((thrown: unknown) => {
    throw thrown instanceof TroupeError ? thrown : unexpected(messageOf(thrown), thrown)
  })
  return loaded
}

async function load(wasmPath: string, calibrateAlways: boolean): Promise<Sqlite> {
  // Required, since an import would read all of it twice more, in search of its exports' names and of its kind.
  const initSqlJs = createRequire(import.meta.url)('sql.js') as InitSqlJsStatic
  const bytes = readFileSync(wasmPath)
  const known = createHash('sha256').update(bytes).digest('hex') === VERIFIED.sha256
  const taps = new Taps()
  if (known && !calibrateAlways) taps.names = VERIFIED.names
  const sql = (await initSqlJs({
    useOldExtensionFunctions: false,
    instantiateWasm: (imports: Imports, receive: (instance: WasmInstance) => void) => {
      const instance = new wasm.Instance(new wasm.Module(bytes), taps.wrap(imports))
      taps.attach(instance)
      receive(instance)
      return instance.exports
    },
  } as unknown as Parameters<typeof initSqlJs>[0])) as SqlJsStatic
  const lib = new Library(sql, taps)
  const sqlite: Sqlite = {
    open: (image) => openTapped(lib, taps, image),
    interruptReads(check) {
      taps.interrupt = check
    },
  }
  if (taps.names) return sqlite
  const names = calibrate(sql, taps, PRAGMAS)
  if (known && JSON.stringify(names) !== JSON.stringify(VERIFIED.names)) throw unexpected(`its imports are ${JSON.stringify(names)}`)
  taps.names = names
  verify(sqlite.open)
  return sqlite
}

function openTapped(lib: Library, taps: Taps, image: PageImage): { db: Connection; file: PageFile } {
  const file = new PageFile(image)
  let db = 0
  const release = taps.opening(file, () => {
    const code = lib.withText(`store-${++opened}`, (path) => lib.c._sqlite3_open(path, lib.out))
    db = lib.word(lib.out)
    if (code !== 0) throw unexpected(`opening a database answered ${code}: ${lib.text(lib.c._sqlite3_errmsg(db))}`)
  })
  const connection = new Connection(lib, db, release)
  connection.exec(`${PRAGMAS}; SELECT count(*) FROM sqlite_schema`)
  return { db: connection, file }
}
