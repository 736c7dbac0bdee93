/** Triggers and fires as rows, both ways. */
import { type FireRow, type MissedPolicy, missedPolicy, type ScheduleRule, scheduleRule, type TriggerDoc, triggerDoc } from '#contract'
import { FIRE_CAUSES, FIRE_STATES, FIRE_WHYS, TRIGGER_KINDS } from '#contract/plain'
import { flag, integer, json, oneOf, orNull, type RowOf, type SqlValue, text } from '#core'
import type { Statement } from './ports.ts'

export const DOC = {
  id: text,
  doc: json('a trigger', triggerDoc),
  version: integer,
  kind: oneOf(TRIGGER_KINDS),
  name: text,
  persona_id: text,
  enabled: flag,
  failures: integer,
  held: text,
  last_fire_at: orNull(integer),
  created_at: integer,
  updated_at: integer,
}
export const DOC_COLUMNS = Object.keys(DOC).join(', ')
export type DocRecord = RowOf<typeof DOC>

/** Without the schema library: 100,000 of them are read at a start. They were checked when they were written. */
export const SCHEDULE = {
  trigger_id: text,
  persona_id: text,
  rule: text,
  zone: text,
  missed: text,
  jitter_ms: integer,
  expires_at: orNull(integer),
  accounted_to: integer,
  ahead: text,
  skip_until: orNull(integer),
  next_at: orNull(integer),
}
export const SCHEDULE_COLUMNS = Object.keys(SCHEDULE).join(', ')
export type ScheduleRecord = RowOf<typeof SCHEDULE>

export const readRule = (rule: string): ScheduleRule => scheduleRule.parse(JSON.parse(rule))
export const readMissed = (missed: string): MissedPolicy => missedPolicy.parse(JSON.parse(missed))

export const FIRE = {
  seq: integer,
  id: text,
  trigger_id: text,
  trigger_name: text,
  persona_id: text,
  kind: oneOf(TRIGGER_KINDS),
  cause: oneOf(FIRE_CAUSES),
  state: oneOf(FIRE_STATES),
  why: orNull(oneOf(FIRE_WHYS)),
  why_text: text,
  due_from: integer,
  due: integer,
  count: orNull(integer),
  noted_at: integer,
  start_at: orNull(integer),
  started_at: orNull(integer),
  ended_at: orNull(integer),
  run_id: orNull(text),
  run_state: orNull(text),
  event_seq: orNull(integer),
  reference: orNull(text),
  root_id: text,
  depth: integer,
  path: text,
  priority: oneOf(['high', 'normal', 'low'] as const),
  tries: integer,
  dedupe: orNull(text),
  input: text,
  params: text,
}
export type FireRecord = RowOf<typeof FIRE>
export type NewFire = Omit<FireRecord, 'seq'>
const NEW_COLUMNS = Object.keys(FIRE).filter((name) => name !== 'seq')
export const FIRE_COLUMNS = Object.keys(FIRE).join(', ')
const INSERT = `INSERT INTO trigger_fire (${NEW_COLUMNS.join(', ')}) VALUES (${NEW_COLUMNS.map(() => '?').join(', ')})`

export function insertFire(fire: NewFire): Statement {
  return { sql: INSERT, params: NEW_COLUMNS.map((name) => fire[name as keyof NewFire] as SqlValue) }
}

export function fireOf(row: FireRecord): FireRow {
  return {
    id: row.id,
    seq: row.seq,
    triggerId: row.trigger_id,
    triggerName: row.trigger_name,
    personaId: row.persona_id,
    kind: row.kind,
    cause: row.cause,
    state: row.state,
    why: row.why,
    whyText: row.why_text,
    dueFrom: row.due_from,
    due: row.due,
    count: row.count,
    notedAt: row.noted_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    runId: row.run_id,
    runState: row.run_state,
    eventSeq: row.event_seq,
    rootId: row.root_id,
    depth: row.depth,
    input: row.input.slice(0, 2_000),
  }
}

export function putDoc(
  id: string,
  doc: TriggerDoc,
  now: number,
  made: { readonly version: number; readonly createdAt: number },
): Statement {
  return {
    sql: `INSERT INTO trigger_doc (id, doc, version, kind, name, persona_id, enabled, failures, held, last_fire_at, created_at, updated_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, 0, '', NULL, ?, ?)
      ON CONFLICT (id) DO UPDATE SET doc = excluded.doc, version = excluded.version, kind = excluded.kind, name = excluded.name,
        persona_id = excluded.persona_id, enabled = excluded.enabled, updated_at = excluded.updated_at
        WHERE version = excluded.version - 1`,
    params: [id, JSON.stringify(doc), made.version, doc.when.kind, doc.name, doc.personaId, doc.enabled ? 1 : 0, made.createdAt, now],
    expectChanges: 1,
  }
}
