/**
 * The same store in the calling thread, over a disk that is handed in: for tests with a simulated disk, and for tools that look into
 * a store without the engine. Every call blocks for as long as it takes; the engine uses `openStore`.
 */
import { randomBytes } from 'node:crypto'
import type { Clock, Logger } from '#core'
import { compact } from './compact.ts'
import { makeLink, type RequestPort } from './link.ts'
import { type Answer, CANCEL_CELLS } from './messages.ts'
import { DEFAULT_JOURNAL_BLOCK_BYTES, DEFAULT_SNAPSHOT_AFTER_BYTES } from './open.ts'
import type { Disk } from './ports.ts'
import { openLedger } from './recover.ts'
import type { Migration, Store } from './shapes.ts'
import { loadSqlite } from './sqlite.ts'
import { serveRequests } from './turns.ts'
import { defaultWasmPath } from './wasm-path.ts'

export interface OpenStoreHereOptions {
  readonly disk: Disk
  /** Only a name, for health. */
  readonly path: string
  readonly migrations: readonly Migration[]
  readonly clock: Clock
  readonly log: Logger
  readonly wasmPath?: string
  /** Finds and verifies sql.js's file traffic also when the file is the one that was verified before. Counts for the first store of a thread. */
  readonly calibrateAlways?: boolean
  readonly snapshotAfterBytes?: number
  readonly journalBlockBytes?: number
}

/** Errors as for `openStore`, but for the claim of the folder: whoever hands the disk in owns it. */
export async function openStoreHere(options: OpenStoreHereOptions): Promise<Store> {
  const { clock, log, disk } = options
  const ledger = openLedger(
    {
      path: options.path,
      disk,
      sqlite: await loadSqlite(options.wasmPath ?? defaultWasmPath(), options.calibrateAlways),
      compactor: async (upTo) => compact(disk, upTo, () => clock.now()),
      log,
      now: () => clock.now(),
      monotonicMs: () => clock.now(),
      isCancelled: () => false,
      salt: () => randomBytes(16),
      snapshotAfterBytes: options.snapshotAfterBytes ?? DEFAULT_SNAPSHOT_AFTER_BYTES,
      journalBlockBytes: options.journalBlockBytes ?? DEFAULT_JOURNAL_BLOCK_BYTES,
    },
    options.migrations,
  )
  let takeAnswers: (answers: readonly Answer[]) => void = () => undefined
  let takeEnd: (thrown: unknown) => void = () => undefined
  const turns = serveRequests(ledger, {
    post: (answers) => takeAnswers(answers),
    log,
    ended: () => takeEnd('it was stopped'),
    later: (delayMs, task) => void clock.after(delayMs, task),
  })
  const port: RequestPort = {
    post: turns,
    onAnswers(take) {
      takeAnswers = take
    },
    onEnd(take) {
      takeEnd = take
    },
  }
  return makeLink(port, { clock, log, cancelled: new Int32Array(CANCEL_CELLS), broke: () => undefined, ended: () => undefined })
}
