/** Runs as rows of the room's table, both ways. */
import { type RunRow, runReason, runRow, type TokenUsage, tokenUsage } from '#contract'
import { flag, integer, json, oneOf, orNull, type RowOf, real, text } from '#core'
import type { Statement } from './ports.ts'

export const RUN = {
  id: text,
  persona_id: text,
  persona_name: text,
  persona_icon: oneOf(runRow.shape.personaIcon.options),
  persona_colour: oneOf(runRow.shape.personaColour.options),
  body_kind: oneOf(runRow.shape.bodyKind.options),
  revision: orNull(integer),
  state: oneOf(runRow.shape.state.options),
  reason_code: orNull(oneOf(runReason.shape.code.options)),
  reason_message: orNull(text),
  priority: oneOf(runRow.shape.priority.options),
  again_of: orNull(text),
  origin: oneOf(runRow.shape.origin.options),
  origin_step: orNull(integer),
  attempt: integer,
  stalled: integer,
  active_ms: integer,
  wake_at: orNull(integer),
  concurrency: integer,
  queued_at: integer,
  started_at: orNull(integer),
  ended_at: orNull(integer),
  exit_code: orNull(integer),
  model: orNull(text),
  usage: orNull(json('token counts', tokenUsage)),
  cost_usd: orNull(real),
  cost_known: flag,
  input_preview: text,
  result_preview: text,
  last_seq: integer,
  cut_bytes: integer,
}
export type RunRecord = RowOf<typeof RUN>

/** Everything but `num`, in this order. */
export const RUN_COLUMNS = `id, persona_id, persona_name, persona_icon, persona_colour, body_kind, revision, state, reason_code,
  reason_message, priority, again_of, origin, origin_step, attempt, stalled, active_ms, wake_at, concurrency, queued_at, started_at,
  ended_at, exit_code, model, usage, cost_usd, cost_known, input_preview, result_preview, last_seq, cut_bytes`

/** What the column says for a draft of no persona: it is NOT NULL, and every id is longer. */
export const NO_PERSONA = ''

export const usageText = (usage: TokenUsage | null): string | null => (usage === null ? null : JSON.stringify(usage))

export function runOf(record: RunRecord): RunRow {
  return {
    id: record.id,
    personaId: record.persona_id === NO_PERSONA ? null : record.persona_id,
    personaName: record.persona_name,
    personaIcon: record.persona_icon,
    personaColour: record.persona_colour,
    bodyKind: record.body_kind,
    revision: record.revision,
    state: record.state,
    reason: record.reason_code === null ? null : { code: record.reason_code, message: record.reason_message ?? '' },
    priority: record.priority,
    againOf: record.again_of,
    origin: record.origin,
    originStep: record.origin_step,
    attempt: record.attempt,
    wakeAt: record.wake_at,
    queuedAt: record.queued_at,
    startedAt: record.started_at,
    endedAt: record.ended_at,
    exitCode: record.exit_code,
    model: record.model,
    usage: record.usage,
    costUsd: record.cost_usd,
    costKnown: record.cost_known,
    inputPreview: record.input_preview,
    resultPreview: record.result_preview,
    lastSeq: record.last_seq,
    cutBytes: record.cut_bytes,
  }
}

/** What the room alone knows of a run. */
export interface RunInner {
  readonly stalled: number
  readonly activeMs: number
}

export function insertRun(row: RunRow, concurrency: number): Statement {
  return {
    sql: `INSERT INTO run (${RUN_COLUMNS}) VALUES (${Array(31).fill('?').join(', ')})`,
    params: [
      row.id,
      row.personaId ?? NO_PERSONA,
      row.personaName,
      row.personaIcon,
      row.personaColour,
      row.bodyKind,
      row.revision,
      row.state,
      row.reason?.code ?? null,
      row.reason?.message ?? null,
      row.priority,
      row.againOf,
      row.origin,
      row.originStep,
      row.attempt,
      0,
      0,
      row.wakeAt,
      concurrency,
      row.queuedAt,
      row.startedAt,
      row.endedAt,
      row.exitCode,
      row.model,
      usageText(row.usage),
      row.costUsd,
      row.costKnown ? 1 : 0,
      row.inputPreview,
      row.resultPreview,
      row.lastSeq,
      row.cutBytes,
    ],
  }
}

/** A step of it was done since something broke beneath it. */
export function progressMade(runId: string): Statement {
  return { sql: 'UPDATE run SET stalled = 0 WHERE id = ?', params: [runId] }
}

/** Stores a run in its new state, if it still stands in `from`: CONFLICT otherwise. */
export function updateRun(row: RunRow, from: RunRow['state'], { stalled, activeMs }: RunInner): Statement {
  return {
    sql: `UPDATE run SET state = ?, reason_code = ?, reason_message = ?, started_at = ?, ended_at = ?, exit_code = ?, model = ?,
      usage = ?, cost_usd = ?, cost_known = ?, result_preview = ?, last_seq = ?, cut_bytes = ?, attempt = ?, stalled = ?, active_ms = ?,
      wake_at = ? WHERE id = ? AND state = ?`,
    params: [
      row.state,
      row.reason?.code ?? null,
      row.reason?.message ?? null,
      row.startedAt,
      row.endedAt,
      row.exitCode,
      row.model,
      usageText(row.usage),
      row.costUsd,
      row.costKnown ? 1 : 0,
      row.resultPreview,
      row.lastSeq,
      row.cutBytes,
      row.attempt,
      stalled,
      activeMs,
      row.wakeAt,
      row.id,
      from,
    ],
    expectChanges: 1,
  }
}
