/** The database in memory and its truth on disk. Phase one: an atomic snapshot of the whole database for each group of commits. */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import initSqlJs, { type Database } from 'sql.js'
import { messageOf, TroupeError } from '#core'
import { Executor } from './executor.ts'
import type { ReadRequest, RowsAnswer, ThreadData, WriteRequest } from './messages.ts'
import { applyMigrations, pendingMigrations, readApplied } from './migrate.ts'
import type { StatementResult, StoreHealth, StoreRecovery } from './shapes.ts'

export type Outcome = { readonly results: readonly StatementResult[] } | { readonly error: unknown }

const FILE = 'troupe.db'

export async function openLedger(data: ThreadData, now: () => number): Promise<Ledger> {
  const began = performance.now()
  mkdirSync(data.folder, { recursive: true, mode: 0o700 })
  const sql = await initSqlJs({ locateFile: () => data.wasmPath, useOldExtensionFunctions: false } as Parameters<typeof initSqlJs>[0])
  const path = join(data.folder, FILE)
  const bytes = readIfThere(path)
  const db = bytes ? new sql.Database(bytes) : new sql.Database()
  db.run(
    'PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON',
  )
  const executor = new Executor(db)
  const pending = pendingMigrations(data.migrations, readApplied(executor))
  if (pending.length > 0 && bytes) writeAtomic(data.folder, `before-migration-${now()}.db`, bytes)
  applyMigrations(executor, pending, now)
  const recovered = { generation: 0, frames: 0, cutBytes: 0, damagedSnapshots: [], durationMs: performance.now() - began }
  const ledger = new Ledger(data.folder, db, executor, now, recovered)
  if (pending.length > 0) ledger.save()
  return ledger
}

export class Ledger {
  readonly #folder: string
  readonly #db: Database
  readonly #executor: Executor
  readonly #now: () => number
  readonly #recovered: StoreRecovery
  #bytes = 0
  #savedAt: number | null = null
  #reason: string | null = null

  constructor(folder: string, db: Database, executor: Executor, now: () => number, recovered: StoreRecovery) {
    this.#folder = folder
    this.#db = db
    this.#executor = executor
    this.#now = now
    this.#recovered = recovered
  }

  read(request: ReadRequest): RowsAnswer {
    return this.#executor.read(request, () => performance.now())
  }

  /** Applies each write in its own transaction, then makes all of them durable at once. */
  commit(requests: readonly WriteRequest[]): readonly Outcome[] {
    const outcomes = requests.map((request): Outcome => {
      try {
        return { results: this.#executor.transact(request.statements) }
      } catch (error) {
        return { error }
      }
    })
    try {
      this.save()
      return outcomes
    } catch (thrown) {
      return outcomes.map((outcome) => ('error' in outcome ? outcome : { error: thrown }))
    }
  }

  save(): void {
    try {
      const bytes = this.#db.export()
      writeAtomic(this.#folder, FILE, bytes)
      this.#bytes = bytes.length
      this.#savedAt = this.#now()
      this.#reason = null
    } catch (thrown) {
      this.#reason = messageOf(thrown)
      throw new TroupeError('DISK', `The database could not be written: ${messageOf(thrown)}.`, { cause: thrown })
    }
  }

  health(): StoreHealth {
    return {
      path: this.#folder,
      state: this.#reason === null ? 'ok' : 'refusing',
      reason: this.#reason,
      databaseBytes: this.#bytes,
      journalBytes: 0,
      lastSnapshotAt: this.#savedAt,
      recovered: this.#recovered,
    }
  }

  close(): void {
    this.#executor.close()
    this.#db.close()
  }
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

function writeAtomic(folder: string, name: string, bytes: Uint8Array): void {
  const path = join(folder, name)
  const file = openSync(`${path}.new`, 'w', 0o600)
  try {
    let written = 0
    while (written < bytes.length) written += writeSync(file, bytes, written)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(`${path}.new`, path)
  if (process.platform === 'win32') return
  const parent = openSync(folder, 'r')
  try {
    fsyncSync(parent)
  } finally {
    closeSync(parent)
  }
}
