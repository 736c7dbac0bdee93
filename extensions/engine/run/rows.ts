/** Runs and steps as rows of the room's two tables, both ways. */
import type { RunRow, StepRecord, TokenUsage } from '#contract'
import type { Statement } from './ports.ts'

export interface RunRecord {
  readonly id: string
  readonly persona_id: string
  readonly persona_name: string
  readonly persona_icon: RunRow['personaIcon']
  readonly persona_colour: RunRow['personaColour']
  readonly body_kind: RunRow['bodyKind']
  readonly revision: number | null
  readonly state: RunRow['state']
  readonly reason_code: NonNullable<RunRow['reason']>['code'] | null
  readonly reason_message: string | null
  readonly priority: RunRow['priority']
  readonly again_of: string | null
  readonly concurrency: number
  readonly queued_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
  readonly exit_code: number | null
  readonly model: string | null
  readonly usage: string | null
  readonly cost_usd: number | null
  readonly cost_known: number
  readonly input_preview: string
  readonly result_preview: string
  readonly last_seq: number
  readonly cut_bytes: number
}

export interface StepRow {
  readonly run_id: string
  readonly n: number
  readonly kind: StepRecord['kind']
  readonly title: string
  readonly state: StepRecord['state']
  readonly started_at: number
  readonly ended_at: number | null
  readonly usage: string | null
  readonly cost_usd: number | null
  readonly model: string | null
  readonly detail: string
}

/** Everything but `num`, in this order. */
export const RUN_COLUMNS = `id, persona_id, persona_name, persona_icon, persona_colour, body_kind, revision, state, reason_code,
  reason_message, priority, again_of, concurrency, queued_at, started_at, ended_at, exit_code, model, usage, cost_usd, cost_known,
  input_preview, result_preview, last_seq, cut_bytes`

/** What the column says for a draft of no persona: it is NOT NULL, and every id is longer. */
export const NO_PERSONA = ''

const usageOf = (text: string | null): TokenUsage | null => (text === null ? null : (JSON.parse(text) as TokenUsage))
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
    usage: usageOf(record.usage),
    costUsd: record.cost_usd,
    costKnown: record.cost_known === 1,
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

export function stepOf(row: StepRow): StepRecord {
  return {
    runId: row.run_id,
    n: row.n,
    kind: row.kind,
    title: row.title,
    state: row.state,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    detail: JSON.parse(row.detail) as StepRecord['detail'],
    usage: usageOf(row.usage),
    costUsd: row.cost_usd,
    model: row.model,
  }
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
