/** Steps as rows of the room's table, both ways. */
import { type StepRecord, stepRecord, tokenUsage } from '#contract'
import { flag, integer, json, oneOf, orNull, type RowOf, readRows, real, text } from '#core'
import type { RunStore, Statement } from '../ports.ts'
import { usageText } from '../rows.ts'

/** A step as the journal has it: what people see of it, and what only the room needs. */
export interface JournalStep {
  readonly record: StepRecord
  readonly reservation: string | null
  /** What it answered, as JSON; null while it has no answer, or when it is in a file. */
  readonly answer: string | null
  /** The file that has it. */
  readonly sha256: string | null
}

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
  step_key: orNull(text),
  attempt: integer,
  digest: orNull(text),
  safety: oneOf(stepRecord.shape.safety.unwrap().options),
  inherited: flag,
  aside: flag,
}
const INNER = { ...STEP, reservation: orNull(text), result: orNull(text), result_sha256: orNull(text) }
const COLUMNS = Object.keys(STEP).join(', ')
const READ = { maxRows: 100_000, maxBytes: 256 * 1024 * 1024 }

/** All steps of a run, in order of beginning. */
export async function readSteps(store: RunStore, runId: string): Promise<StepRecord[]> {
  const rows = await readRows(store, STEP, `SELECT ${COLUMNS} FROM run_step WHERE run_id = ? ORDER BY n`, [runId], READ)
  return rows.map(recordOf)
}

/** The same with what the room needs to go on. */
export async function readJournal(store: RunStore, runId: string): Promise<JournalStep[]> {
  const sql = `SELECT ${COLUMNS}, reservation, result, result_sha256 FROM run_step WHERE run_id = ? ORDER BY n`
  const rows = await readRows(store, INNER, sql, [runId], READ)
  return rows.map((row) => ({ record: recordOf(row), reservation: row.reservation, answer: row.result, sha256: row.result_sha256 }))
}

type StepColumns = RowOf<typeof STEP>

function recordOf(row: StepColumns): StepRecord {
  return {
    runId: row.run_id,
    n: row.n,
    kind: row.kind,
    title: row.title,
    key: row.step_key,
    attempt: row.attempt,
    digest: row.digest,
    safety: row.safety,
    inherited: row.inherited,
    aside: row.aside,
    state: row.state,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    detail: row.detail,
    usage: row.usage,
    costUsd: row.cost_usd,
    model: row.model,
  }
}

export function insertStep({ record, reservation, answer, sha256 }: JournalStep): Statement {
  return {
    sql: `INSERT INTO run_step (${COLUMNS}, reservation, result, result_sha256) VALUES (${Array(20).fill('?').join(', ')})`,
    params: [
      record.runId,
      record.n,
      record.kind,
      record.title,
      record.state,
      record.startedAt,
      record.endedAt,
      usageText(record.usage),
      record.costUsd,
      record.model,
      JSON.stringify(record.detail),
      record.key,
      record.attempt,
      record.digest,
      record.safety,
      record.inherited ? 1 : 0,
      record.aside ? 1 : 0,
      reservation,
      answer,
      sha256,
    ],
  }
}

/** Completes a step that is under way, or whose outcome a person told. CONFLICT: it has an end already. */
export function completeStep({ record, answer, sha256 }: JournalStep): Statement {
  return {
    sql: `UPDATE run_step SET state = ?, ended_at = ?, usage = ?, cost_usd = ?, model = ?, detail = ?, result = ?, result_sha256 = ?
      WHERE run_id = ? AND n = ? AND state IN ('running', 'unknown')`,
    params: [
      record.state,
      record.endedAt,
      usageText(record.usage),
      record.costUsd,
      record.model,
      JSON.stringify(record.detail),
      answer,
      sha256,
      record.runId,
      record.n,
    ],
    expectChanges: 1,
  }
}

/** Steps that were begun and whose end nobody heard. */
export function forgetSteps(runId: string, at: number): Statement {
  return { sql: `UPDATE run_step SET state = 'unknown', ended_at = ? WHERE run_id = ? AND state = 'running'`, params: [at, runId] }
}

/** The step is not counted any more when the run goes on: it is done again, as the next try. */
export function setAside(runId: string, n: number): Statement {
  return { sql: 'UPDATE run_step SET aside = 1 WHERE run_id = ? AND n = ?', params: [runId, n] }
}
