/** The rounds: now and then, what is due is done, one after the other. What fails is told, and tried again an hour later. */
import { messageOf, TroupeError } from '#core'
import type { CareRoom } from './care.ts'
import type { CarePorts } from './ports.ts'
import { dueNow, pruneTime } from './schedule.ts'

/** Not at the start itself: that is when somebody waits. */
const FIRST_MS = 60_000
/** Short, since a machine that slept, or whose clock was set, must not wait for a timer of a day. */
const ROUND_MS = 5 * 60_000
const AGAIN_MS = 3_600_000

const NAMES = {
  backup: 'The backup on schedule failed',
  check: 'The check on schedule failed',
  prune: 'The removal of old runs failed',
} as const

/** Answers how to stop. */
export function startRounds(ports: CarePorts, care: CareRoom): () => void {
  const { clock, log, settings } = ports
  let stopped = false
  const notBefore = new Map<string, number>()
  let unset = clock.after(FIRST_MS, () => void round())

  async function round(): Promise<void> {
    try {
      for (const what of await due()) if (!stopped && !care.busy) await perform(what)
    } catch (thrown) {
      log.warn('The care of the store could not look what is due.', { reason: messageOf(thrown) })
    }
    if (!stopped) unset = clock.after(ROUND_MS, () => void round())
  }

  async function due(): Promise<readonly (keyof typeof NAMES)[]> {
    const now = clock.now()
    const { lastBackup, lastCheck } = await care.status()
    const { backupHours, runsKeptDays, runsKeptMb } = settings()
    return dueNow({
      now,
      backupHours,
      keepsAll: runsKeptDays === 0 && runsKeptMb === 0,
      lastBackupAt: lastBackup?.at ?? null,
      lastCheckAt: lastCheck?.at ?? null,
      lastPruneAt: await care.lastAt('prune'),
    }).filter((what) => {
      const until = notBefore.get(what)
      return until === undefined || now >= until || until - now > AGAIN_MS
    })
  }

  async function perform(what: keyof typeof NAMES): Promise<void> {
    try {
      if (what === 'backup') await care.backup('schedule')
      else if (what === 'check') await care.verify()
      else await care.prune({}, pruneTime(clock.now(), await care.lastAt('prune')))
      notBefore.delete(what)
    } catch (thrown) {
      if (thrown instanceof TroupeError && ['STOPPING', 'CANCELLED', 'WRONG_STATE'].includes(thrown.code)) return
      notBefore.set(what, clock.now() + AGAIN_MS)
      log.warn(NAMES[what], { reason: messageOf(thrown) })
      // A disk that takes nothing takes no record either; the log has it.
      await care.failed(NAMES[what], thrown).catch(() => undefined)
    }
  }

  return () => {
    stopped = true
    unset()
  }
}
