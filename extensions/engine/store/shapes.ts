/** The shapes that pass through the store's door. */
import type { SqlValue, Statement, TroupeError } from '#core'

export type { Migration, SqlValue, Statement } from '#core'

export interface StatementResult {
  /** Rows that this statement itself inserted, updated or deleted (not those of triggers and foreign keys). */
  readonly changes: number
}

export interface ReadOptions {
  /** Default 10,000. One row more is refused with TOO_LARGE: page through a list instead. */
  readonly maxRows?: number
  /** Default 32 MiB, counted as UTF-16 units and bytes of values. */
  readonly maxBytes?: number
  /** Default 30,000. Checked between rows and on page reads; refused with TIMEOUT. */
  readonly timeoutMs?: number
  /** Aborted: the promise is rejected with CANCELLED at once; a read that has not begun never begins. */
  readonly signal?: AbortSignal
}

export interface WriteOptions {
  /** `durable` (default): resolves when a crash can no longer undo it. `applied`: resolves when readers see it; a crash may lose it. */
  readonly durability?: 'durable' | 'applied'
}

/** What became of one write of a batch. */
export type BatchOutcome = { readonly results: readonly StatementResult[] } | { readonly error: TroupeError }

/** What the start found and did. */
export interface StoreRecovery {
  /** Generation of the snapshot that was loaded; 0 for a new store. */
  readonly generation: number
  /** Journal frames that were applied to it. */
  readonly frames: number
  /** Bytes of a write that was never acknowledged, cut from the journal's end. */
  readonly cutBytes: number
  /** Snapshots that were damaged and passed over for an older one with all journals after it; nothing is lost by that. */
  readonly damagedSnapshots: readonly string[]
  /** When the state had been made that this start restored; null: it restored nothing. */
  readonly restoredFrom: number | null
  readonly durationMs: number
}

export interface StoreHealth {
  /** The folder. */
  readonly path: string
  /** `refusing`: writes are refused with DISK, reads go on; mends itself when the cause is gone. */
  readonly state: 'ok' | 'refusing'
  /** Why it refuses; null when it does not. */
  readonly reason: string | null
  /** Size of the database in memory. */
  readonly databaseBytes: number
  /** Bytes of frames in all journals that the next snapshot will make superfluous. */
  readonly journalBytes: number
  /** Milliseconds since 1970; null before the first. */
  readonly lastSnapshotAt: number | null
  readonly recovered: StoreRecovery
}

export interface Store {
  /** Rows as objects keyed by column name. One SELECT (or WITH, VALUES, EXPLAIN). Bounded by rows and bytes: TOO_LARGE. */
  read<Row>(sql: string, params?: readonly SqlValue[], options?: ReadOptions): Promise<readonly Row[]>
  /** One transaction, all or nothing. CONFLICT: `expectChanges` was not met or a unique key is taken. DISK: the disk refuses. */
  write(statements: readonly Statement[], options?: WriteOptions): Promise<readonly StatementResult[]>
  /**
   * Many independent transactions with one message there and one back, made durable together: for imports and catching up, where a
   * promise for each would cost more than the write. Each stands or falls alone, in the order given; the outcomes come in that order.
   * Rejected only when nothing was tried: the store is stopping, or broke.
   */
  batch(writes: readonly (readonly Statement[])[], options?: WriteOptions): Promise<readonly BatchOutcome[]>
  health(): Promise<StoreHealth>
  /** Resolves when a snapshot holds everything that was durable when it was asked for. DISK: none could be made; the journals keep everything. */
  compact(): Promise<void>
  /** Finishes what was asked, writes a last snapshot, ends the threads, gives the folder free. Later calls are refused with STOPPING. */
  stop(): Promise<void>
}
