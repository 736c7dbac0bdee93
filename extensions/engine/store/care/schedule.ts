/** When the care of the store is due. Pure. A clock that was set back makes things due at once, never put off; one that was set forward prunes little. */

export interface CareTimes {
  readonly now: number
  /** When each was last done well; null: never. */
  readonly lastBackupAt: number | null
  readonly lastCheckAt: number | null
  readonly lastPruneAt: number | null
  /** Hours; 0: none. */
  readonly backupHours: number
  /** Whether any retention is set. */
  readonly keepsAll: boolean
}

const HOUR_MS = 3_600_000
export const CHECK_MS = 24 * HOUR_MS
const PRUNE_MS = 24 * HOUR_MS
/** However far the clock has gone, one pruning on schedule counts at most so much time since the one before it. */
const PRUNE_STEP_MS = 7 * 24 * HOUR_MS

export function dueNow(times: CareTimes): readonly ('backup' | 'check' | 'prune')[] {
  const { now, lastBackupAt, lastCheckAt, lastPruneAt, backupHours, keepsAll } = times
  return [
    ...(backupHours > 0 && passed(lastBackupAt, backupHours * HOUR_MS, now) ? (['backup'] as const) : []),
    ...(passed(lastCheckAt, CHECK_MS, now) ? (['check'] as const) : []),
    ...(!keepsAll && passed(lastPruneAt, PRUNE_MS, now) ? (['prune'] as const) : []),
  ]
}

function passed(last: number | null, intervalMs: number, now: number): boolean {
  return last === null || now - last >= intervalMs || last > now
}

export function nextBackupAt(times: Pick<CareTimes, 'lastBackupAt' | 'backupHours' | 'now'>): number | null {
  if (times.backupHours === 0) return null
  return times.lastBackupAt === null || times.lastBackupAt > times.now ? times.now : times.lastBackupAt + times.backupHours * HOUR_MS
}

/** The time that a pruning on schedule counts with. */
export function pruneTime(now: number, lastPruneAt: number | null): number {
  return lastPruneAt === null ? now : Math.min(now, lastPruneAt + PRUNE_STEP_MS)
}
