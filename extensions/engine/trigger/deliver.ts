/** An event that is handed to a trigger. [TR11], [TR31] */
import { type FireRow, type TriggerDoc, triggerWhen } from '#contract'
import { integer, readRow, TroupeError } from '#core'
import { type Fires, reasonOf } from './fires.ts'
import type { Arrival, TriggerPorts } from './ports.ts'
import type { DocRecord, FireRecord, NewFire } from './rows.ts'

export type Handed =
  | { readonly state: 'delivered'; readonly fireId: string | null; readonly runId: string | null }
  | { readonly state: 'skipped'; readonly reason: string; readonly fireId: string | null }

/** Whether the payload could be one of this trigger; for trying it. */
export function wants(doc: TriggerDoc, payload: unknown): boolean {
  return triggerWhen.safeParse(doc.when).success && (doc.when.kind !== 'event' || payload !== undefined)
}

export async function arrivalAt(
  ports: TriggerPorts,
  fires: Fires,
  id: string,
  arrival: Arrival,
  bear: (fire: NewFire) => Promise<FireRow>,
): Promise<Handed> {
  const known = await fires.rows.byReference(id, arrival.reference)
  if (known?.state === 'failed') return handed(await settle(fires, (await fires.again(known)).id))
  if (known) return handed(await settle(fires, known.id))
  const trigger = await fires.rows.trigger(id)
  if (!trigger) return { state: 'skipped', reason: 'The trigger is gone.', fireId: null }
  const missing = await stillWaitsFor(ports, trigger)
  if (missing) return { state: 'skipped', reason: missing, fireId: null }
  const now = ports.clock.now()
  const birth = { cause: 'event' as const, dueFrom: now, due: now, count: 1, text: '', startAt: now, arrival }
  const { id: fireId } = await bear(await fires.prepare(trigger, birth))
  return handed(await settle(fires, fireId))
}

/** Whether a delivery is tried again follows from the code: what does not fit never will, the rest may. */
const CODES: Readonly<Record<string, 'INVALID' | 'FULL'>> = { invalid: 'INVALID', 'queue-full': 'FULL' }

/** Where the start is under way, its outcome is what counts. */
async function settle(fires: Fires, fireId: string): Promise<FireRecord | undefined> {
  const fire = await fires.rows.find(fireId)
  if (fire?.state !== 'starting') return fire
  await fires.startOf(fireId)
  return fires.rows.find(fireId)
}

function handed(fire: FireRecord | undefined): Handed {
  if (!fire) return { state: 'skipped', reason: 'The fire is gone.', fireId: null }
  if (fire.state === 'failed') throw new TroupeError(CODES[fire.why ?? 'error'] ?? 'DISK', reasonOf(fire), { facts: { fireId: fire.id } })
  if (fire.state === 'skipped' || fire.state === 'missed')
    return { state: 'skipped', reason: `${fire.why ?? ''}: ${reasonOf(fire)}`, fireId: fire.id }
  return { state: 'delivered', fireId: fire.id, runId: fire.run_id }
}

/** For a composite of all: what has not come yet; null: everything has. */
async function stillWaitsFor({ store, clock }: TriggerPorts, { id, doc, last_fire_at }: DocRecord): Promise<string | null> {
  if (doc.when.kind !== 'composite' || doc.when.mode === 'any') return null
  const since = Math.max(clock.now() - doc.when.windowMs, last_fire_at ?? 0)
  const missing: string[] = []
  for (const part of doc.when.of) {
    const sql = `SELECT count(*) AS n FROM trigger_fire WHERE trigger_id = ? AND noted_at > ? AND state IN ('starting', 'started', 'ended')`
    if (((await readRow(store, { n: integer }, sql, [part, since]))?.n ?? 0) === 0) missing.push(part)
  }
  return missing.length === 0 ? null : `waits for ${missing.length} of ${doc.when.of.length} others (${id})`
}
