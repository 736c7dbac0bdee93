/**
 * Other SQLites on the same disk, each commit durable when it returns: better-sqlite3 and node:sqlite (the same C library, WAL and
 * synchronous=FULL), and node-sqlite3-wasm (SQLite in WASM on real files; it has no WAL, so a rollback journal and FULL).
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { makeLink } from '../../../extensions/engine/store/link.ts'
import { CANCEL_CELLS } from '../../../extensions/engine/store/messages.ts'
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { portOf } from '../../../extensions/engine/store/open.ts'
import { insert, root, row } from './sample.ts'
import { schema } from './sample-schema.ts'

export interface Peer {
  readonly name: string
  /** So many commits of so many inserts each, one after the other. */
  commits(count: number, perCommit: number): void
  close(): void
}

interface Parts {
  readonly exec: (sql: string) => unknown
  readonly run: (values: [number, string]) => unknown
  readonly close: () => unknown
}

function peer(name: string, { exec, run, close }: Parts): Peer {
  let n = 0
  return {
    name,
    commits(count, perCommit) {
      for (let commit = 0; commit < count; commit++) {
        exec('BEGIN')
        for (let at = 0; at < perCommit; at++) run(row(n++))
        exec('COMMIT')
      }
    },
    close: () => void close(),
  }
}

const WAL = `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; ${schema}`

/** What is used of the two packages, which bring no types or other ones. */
interface Better {
  exec(sql: string): unknown
  prepare(sql: string): { run(...values: unknown[]): unknown }
  close(): void
}
interface Wasm {
  exec(sql: string): unknown
  prepare(sql: string): { run(values: unknown[]): unknown; finalize(): void }
  close(): void
}

const load = createRequire(import.meta.url)

/** better-sqlite3 where it is installed, else node:sqlite. */
export function nativeSqlite(file: string): Peer {
  const Database = betterSqlite()
  if (!Database) return nodeSqlite(file)
  const db = new Database(join(root, file))
  db.exec(WAL)
  const prepared = db.prepare(insert)
  return peer('better-sqlite3', { exec: (sql) => db.exec(sql), run: (values) => prepared.run(...values), close: () => db.close() })
}

function betterSqlite(): (new (path: string) => Better) | null {
  try {
    return load('better-sqlite3') as new (
      path: string,
    ) => Better
  } catch {
    return null
  }
}

export function nodeSqlite(file: string): Peer {
  const db = new DatabaseSync(join(root, file))
  db.exec(WAL)
  const prepared = db.prepare(insert)
  return peer('node:sqlite', { exec: (sql) => db.exec(sql), run: (values) => prepared.run(...values), close: () => db.close() })
}

export function wasmSqlite(file: string): Peer {
  const { Database } = load('node-sqlite3-wasm') as { readonly Database: new (path: string) => Wasm }
  const db = new Database(join(root, file))
  db.exec(`PRAGMA synchronous=FULL; ${schema}`)
  const prepared = db.prepare(insert)
  return peer('node-sqlite3-wasm', {
    exec: (sql) => db.exec(sql),
    run: (values) => prepared.run(values),
    close: () => {
      prepared.finalize()
      db.close()
    },
  })
}

/** node:sqlite in a thread, behind the door that the store has. */
export function nodeSqliteBehindDoor(file: string): Store {
  const worker = new Worker(new URL('./peer-thread.ts', import.meta.url), { workerData: join(root, file) })
  const parts = { clock: systemClock, log: makeLogger('store', () => undefined), cancelled: new Int32Array(CANCEL_CELLS) }
  return makeLink(portOf(worker), { ...parts, broke: () => undefined, ended: () => undefined })
}
