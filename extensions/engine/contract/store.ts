/** The store about itself: health, snapshots and backups, what a restore would change, what the retention would remove. */
import { z } from 'zod'
import { BACKUP_REASONS, STORE_JOBS } from './words.ts'

/** What was found when a file was opened and looked through. */
export const storeCheck = z.object({
  /** The snapshot or backup; empty: the database as it stood then. */
  name: z.string(),
  at: z.int(),
  ok: z.boolean(),
  /** What is wrong, each with its place; empty when nothing is. At most 100. */
  problems: z.array(z.string()),
  bytes: z.int(),
  durationMs: z.int(),
  tables: z.array(z.object({ table: z.string(), rows: z.int() })),
})
export type StoreCheck = z.infer<typeof storeCheck>

export const storeFile = z.object({
  name: z.string(),
  kind: z.enum(['snapshot', 'backup']),
  /** Why the backup was made; null for a snapshot. */
  reason: z.enum(BACKUP_REASONS).nullable(),
  /** When it was made; null when its end cannot be read: verify says why. */
  madeAt: z.int().nullable(),
  bytes: z.int(),
  /** Number of the last write in it. */
  seq: z.int(),
  check: storeCheck.pick({ at: true, ok: true, problems: true }).nullable(),
})
export type StoreFile = z.infer<typeof storeFile>

export const storeJob = z.object({
  kind: z.enum(STORE_JOBS),
  /** What it does just now, in words. */
  step: z.string(),
  startedAt: z.int(),
  cancellable: z.boolean(),
})
export type StoreJob = z.infer<typeof storeJob>

/** What was done to the data as a whole; the newest first. Nothing is pruned without a row here. */
export const storeEvent = z.object({
  at: z.int(),
  kind: z.enum(['backup', 'check', 'restore', 'prune', 'seal', 'failed']),
  message: z.string(),
})
export type StoreEvent = z.infer<typeof storeEvent>

/** How the engine shall get the key at its starts. */
export const storeSealing = z.strictObject({ start: z.enum(['keyring', 'passphrase']).default('keyring') })
export type StoreSealing = z.infer<typeof storeSealing>

export const storeStatus = z.object({
  path: z.string(),
  state: z.enum(['ok', 'refusing']),
  reason: z.string().nullable(),
  databaseBytes: z.int(),
  journalBytes: z.int(),
  /** From this size on the database counts as large: all of it is kept in memory. */
  warnBytes: z.int(),
  lastSnapshotAt: z.int().nullable(),
  /** Whether everything in the folder is encrypted with the vault's key. */
  sealed: z.boolean(),
  /** The last time the database itself was looked through, on its snapshot. */
  lastCheck: storeCheck.nullable(),
  /** The newest backup that was opened and found whole. */
  lastBackup: z.object({ name: z.string(), at: z.int() }).nullable(),
  /** null: no schedule. */
  nextBackupAt: z.int().nullable(),
  /** What the last start read. */
  recovered: z.object({
    frames: z.int(),
    cutBytes: z.int(),
    damagedSnapshots: z.array(z.string()),
    durationMs: z.number(),
    /** When the state had been made that the last start restored; null: it restored nothing. */
    restoredFrom: z.int().nullable(),
  }),
  job: storeJob.nullable(),
  /** What a person should know, in words; empty when there is nothing. */
  warnings: z.array(z.string()),
})
export type StoreStatus = z.infer<typeof storeStatus>

export const restorePlan = z.object({
  name: z.string(),
  madeAt: z.int(),
  bytes: z.int(),
  /** For each table that differs: rows that would be gone, come back, and read otherwise. */
  tables: z.array(z.object({ table: z.string(), rows: z.int(), rowsThen: z.int(), lost: z.int(), back: z.int(), changed: z.int() })),
  /** Say what this restore does besides, e.g. that waiting runs are not started again. */
  notes: z.array(z.string()),
  /** Names this very file; a restore of another one is refused. */
  digest: z.string(),
})
export type RestorePlan = z.infer<typeof restorePlan>

export const prunePlan = z.object({
  /** Ended runs that would go, with their steps, logs and results. */
  runs: z.int(),
  oldestAt: z.int().nullable(),
  newestAt: z.int().nullable(),
  fileBytes: z.int(),
  /** Ended runs that stay, and what their files take. */
  kept: z.int(),
  keptBytes: z.int(),
  /** The policy in words. */
  because: z.string(),
})
export type PrunePlan = z.infer<typeof prunePlan>
