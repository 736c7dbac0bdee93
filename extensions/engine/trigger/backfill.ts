/** Runs for due times of the past, as the person asks. [TR17] */
import type { FireRow } from '#contract'
import { TRIGGER_LIMITS } from '#contract/plain'
import { TroupeError } from '#core'
import type { Birth } from './births.ts'
import type { TriggerPorts } from './ports.ts'
import type { DocRecord } from './rows.ts'

const MOST = 1_000

export async function backfill(
  { schedule, clock, machineZone }: TriggerPorts,
  { doc }: DocRecord,
  ask: { readonly from: number; readonly to: number; readonly plan: boolean },
  bear: (birth: Birth) => Promise<FireRow>,
): Promise<{ due: number[]; fires: FireRow[] }> {
  if (doc.when.kind !== 'schedule') throw new TroupeError('INVALID', 'Only a schedule has due times of the past.')
  const now = clock.now()
  const zone = doc.zone === '' ? machineZone() : doc.zone
  if (doc.when.rule.how === 'rrule') await schedule.loadRrule()
  const due: number[] = []
  for (let after = ask.from - 1; ; ) {
    const next = schedule.nextDue(doc.when.rule, zone, after)
    if (next === null || next.at > Math.min(ask.to, now)) break
    due.push(next.at)
    after = next.at
    if (due.length > MOST)
      throw new TroupeError('TOO_LARGE', `More than ${MOST} due times lie between; so many are not made up for at once.`, {
        hint: 'Take a shorter span.',
      })
  }
  const fires: FireRow[] = []
  if (!ask.plan)
    for (const [at, one] of due.entries())
      fires.push(
        await bear({
          cause: 'backfill',
          dueFrom: one,
          due: one,
          count: 1,
          text: 'Backfill.',
          startAt: now + at * TRIGGER_LIMITS.staggerMs,
        }),
      )
  return { due, fires }
}
