/** Runs and steps as rows of the room's two tables, both ways. */
import { type RunRow, runReason, runRow, type StepRecord, stepRecord, type TokenUsage, tokenUsage } from '#contract'
import { flag, integer, json, oneOf, orNull, type RowOf, readRows, real, text } from '#core'
import type { RunStore, Statement } from './ports.ts'

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

const STEP = {
  run_id: text,
  n: integer,
  kind: oneOf(stepRecord.shape.kind.options),
  title: text,
  state: oneOf(stepRecord.shape.state.options),
  started_at: integer,
  ended_at: orNull(integer),
  usage: orNull(json('token counts', tokenUsage)),
  cost_usd: orNull(real),
  model: orNull(text),
  detail: json('what went in and out', stepRecord.shape.detail),
}

/** Everything but `num`, in this order. */
export const RUN_COLUMNS = `id, persona_id, persona_name, persona_icon, persona_colour, body_kind, revision, state, reason_code,
  reason_message, priority, again_of, concurrency, queued_at, started_at, ended_at, exit_code, model, usage, cost_usd, cost_known,
  input_preview, result_preview, last_seq, cut_bytes`

/** What the column says for a draft of no persona: it is NOT NULL, and every id is longer. */
export const NO_PERSONA = ''

const usageText = (usage: TokenUsage | null): string | null => (usage === null ? null : JSON.stringify(usage))

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

export function insertRun(row: RunRow, concurrency: number): Statement {
  return {
    sql: `INSERT INTO run (${RUN_COLUMNS}) VALUES (${Array(25).fill('?').join(', ')})`,
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

/** Stores a run in its new state, if it still stands in `from`: CONFLICT otherwise. */
export function updateRun(row: RunRow, from: RunRow['state']): Statement {
  return {
    sql: `UPDATE run SET state = ?, reason_code = ?, reason_message = ?, started_at = ?, ended_at = ?, exit_code = ?, model = ?,
      usage = ?, cost_usd = ?, cost_known = ?, result_preview = ?, last_seq = ?, cut_bytes = ? WHERE id = ? AND state = ?`,
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
      row.id,
      from,
    ],
    expectChanges: 1,
  }
}

/** All steps of a run, in order of beginning. */
export async function readSteps(store: RunStore, runId: string): Promise<StepRecord[]> {
  const rows = await readRows(store, STEP, 'SELECT * FROM run_step WHERE run_id = ? ORDER BY n', [runId], { maxBytes: 256 * 1024 * 1024 })
  return rows.map((row) => ({
    runId: row.run_id,
    n: row.n,
    kind: row.kind,
    title: row.title,
    state: row.state,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    detail: row.detail,
    usage: row.usage,
    costUsd: row.cost_usd,
    model: row.model,
  }))
}

export function insertStep(step: StepRecord): Statement {
  return {
    sql: `INSERT INTO run_step (run_id, n, kind, title, state, started_at, ended_at, usage, cost_usd, model, detail)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      step.runId,
      step.n,
      step.kind,
      step.title,
      step.state,
      step.startedAt,
      step.endedAt,
      usageText(step.usage),
      step.costUsd,
      step.model,
      JSON.stringify(step.detail),
    ],
  }
}

export function updateStep(step: StepRecord): Statement {
  return {
    sql: 'UPDATE run_step SET state = ?, ended_at = ?, usage = ?, cost_usd = ?, model = ?, detail = ? WHERE run_id = ? AND n = ?',
    params: [step.state, step.endedAt, usageText(step.usage), step.costUsd, step.model, JSON.stringify(step.detail), step.runId, step.n],
  }
}

/** Steps that were begun and whose end nobody heard. */
export function forgetSteps(runId: string, at: number): Statement {
  return { sql: `UPDATE run_step SET state = 'unknown', ended_at = ? WHERE run_id = ? AND state = 'running'`, params: [at, runId] }
}
