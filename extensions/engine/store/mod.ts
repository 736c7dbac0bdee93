/**
 * STORE: one SQLite database (sql.js) in its own thread, behind transactions and plain rows.
 * It acknowledges a durable write only when a crash can no longer undo it, and never loses one that it acknowledged.
 * It refuses: a second owner of its folder, a damaged or newer database, reads without a bound, writes outside a transaction,
 * writes while the disk refuses (reads go on). It knows no room's tables: each room hands in its migrations and its SQL.
 *
 * Whole numbers beyond 2^31 are bound as REAL; a column declared INTEGER stores them as integers all the same.
 */
import type { OpenStoreHereOptions } from './open-here.ts'
import type { Store } from './shapes.ts'

export { type Care, openCare } from './care/care.ts'
export type { CarePorts, Keeping, Prunable } from './care/ports.ts'
export { folderDisk } from './folder-disk.ts'
export { askForm, type Form, forgetForm, type StoreForm, storeForm } from './form.ts'
export { storeAfterRestore, storeMigrations } from './migrations.ts'
export { type OpenStoreOptions, openStore } from './open.ts'
export type { OpenStoreHereOptions } from './open-here.ts'
export type { Disk, DiskFile } from './ports.ts'
export type {
  BatchOutcome,
  Migration,
  ReadOptions,
  SqlValue,
  Statement,
  StatementResult,
  Store,
  StoreHealth,
  StoreRecovery,
  WriteOptions,
} from './shapes.ts'

/** For a look into a folder that nobody has open. */
export const loadInspection = async () => (await import('./care/inspect.ts')).inspectStore

/** In this thread: for tests and benches. SQLite itself is loaded by it, which no engine's main thread needs. */
export const openStoreHere = async (options: OpenStoreHereOptions): Promise<Store> =>
  (await import('./open-here.ts')).openStoreHere(options)
