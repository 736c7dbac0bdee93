/** The snapshots and backups of a store's folder, by name: `snapshot-<generation>`, `backup-<seq>[-<reason>]` (without a reason: before a migration). */
import type { BackupReason } from '#contract/plain'
import type { Disk } from '../ports.ts'
import { readSnapshotInfo } from '../snapshot.ts'

export interface Kept {
  readonly name: string
  readonly kind: 'snapshot' | 'backup'
  readonly reason: BackupReason | null
  /** null: its end cannot be read, so nobody knows. */
  readonly madeAt: number | null
  readonly bytes: number
  readonly seq: number
}

const BACKUP = /^backup-(\d{16})(?:-(schedule|person|restore))?$/
const SNAPSHOT = /^snapshot-\d{8}$/

export function backupName(seq: number, reason: Exclude<BackupReason, 'migration'>): string {
  return `backup-${String(seq).padStart(16, '0')}-${reason}`
}

/** The newest first, by the number of the last write in each: a clock that was set back changes nothing about that. */
export function keptFiles(disk: Disk): readonly Kept[] {
  return disk
    .list()
    .flatMap((name) => keptFile(disk, name) ?? [])
    .sort((a, b) => b.seq - a.seq || Number(a.kind === 'backup') - Number(b.kind === 'backup') || (a.name < b.name ? 1 : -1))
}

function keptFile(disk: Disk, name: string): Kept | undefined {
  const backup = BACKUP.exec(name)
  if (!backup && !SNAPSHOT.test(name)) return undefined
  try {
    const { info, bytes } = readSnapshotInfo(disk, name)
    const kind = backup ? 'backup' : 'snapshot'
    const reason = backup ? ((backup[2] ?? 'migration') as BackupReason) : null
    return { name, kind, reason, madeAt: info?.createdAt ?? null, bytes, seq: info?.seq ?? Number(backup?.[1] ?? 0) }
  } catch {
    // Removed between the listing and this look.
    return undefined
  }
}

/** Of the backups on schedule, those beyond the newest `keep`. Of those before a restore, beyond the newest three. The others stay. */
export function superfluous(files: readonly Kept[], keep: number): readonly Kept[] {
  const of = (reason: BackupReason) => files.filter((one) => one.reason === reason)
  return [...of('schedule').slice(keep), ...of('restore').slice(KEPT_BEFORE_RESTORES)]
}

const KEPT_BEFORE_RESTORES = 3
