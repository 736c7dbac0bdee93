/** A fire at its birth: from a line of the ledger, an event, or a person. */
import type { FireCause, FireState } from '#contract/plain'
import { type Chance, newId } from '#core'
import type { Arrival, Line, Reason } from './ports.ts'
import type { DocRecord, NewFire } from './rows.ts'
import type { Filled } from './template.ts'

export interface Birth {
  readonly cause: FireCause
  readonly dueFrom: number
  readonly due: number
  readonly count: number | null
  readonly text: string
  readonly startAt: number
  readonly arrival?: Arrival | undefined
  /** A value that a person or a program gives with it. */
  readonly payload?: unknown
}

export function birthOfLine(line: Line): Birth {
  return { cause: line.cause, dueFrom: line.dueFrom, due: line.due, count: line.count, text: line.text, startAt: line.startAt }
}

export interface Standing {
  readonly state: FireState
  readonly reason: Reason | null
  readonly startAt: number | null
}

export function bornFire(
  chance: Chance,
  trigger: DocRecord,
  birth: Birth,
  filled: Filled | null,
  standing: Standing,
  now: number,
): NewFire {
  const id = newId(chance, 'fir')
  const { arrival } = birth
  const over = standing.state === 'skipped' || standing.state === 'missed' || standing.state === 'dry-run'
  return {
    id,
    trigger_id: trigger.id,
    trigger_name: trigger.name,
    persona_id: trigger.persona_id,
    kind: trigger.kind,
    cause: birth.cause,
    state: standing.state,
    why: standing.reason?.why ?? null,
    why_text: standing.reason?.text ?? birth.text,
    due_from: birth.dueFrom,
    due: birth.due,
    count: birth.count,
    noted_at: now,
    start_at: standing.startAt,
    started_at: null,
    ended_at: over ? now : null,
    run_id: standing.state === 'starting' ? newId(chance, 'run') : null,
    run_state: null,
    event_seq: arrival?.event.seq ?? null,
    reference: arrival?.reference ?? null,
    root_id: arrival?.event.rootId ?? id,
    depth: arrival?.event.depth ?? 0,
    path: JSON.stringify([...(arrival?.path ?? []), trigger.id]),
    priority: birth.cause === 'catch-up' || birth.cause === 'backfill' ? 'low' : trigger.doc.priority,
    tries: 0,
    dedupe: over || !filled?.dedupe ? null : filled.dedupe,
    input: filled?.input ?? '',
    params: JSON.stringify(filled?.params ?? {}),
  }
}

/** A line that has no fire: only what was due and why nothing came of it. */
export function notedFire(
  chance: Chance,
  trigger: Pick<DocRecord, 'id' | 'name' | 'persona_id' | 'kind'>,
  line: Line,
  now: number,
): NewFire {
  const bare = { ...trigger, doc: { priority: 'normal' } } as unknown as DocRecord
  const state = line.state === 'fire' ? 'missed' : line.state
  return bornFire(
    chance,
    bare,
    birthOfLine(line),
    null,
    { state, reason: line.why ? { why: line.why, text: line.text } : null, startAt: null },
    now,
  )
}
