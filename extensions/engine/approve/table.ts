/** The approval table. What is read is checked again. */
import { type AskedCall, askedCall, type DecidedItem, type InboxItem, type Question, question } from '#contract'
import { APPROVAL_STATES, type ApprovalState, WAIT_KINDS, type WaitKind } from '#contract/plain'
import { integer, json, oneOf, orNull, type RowOf, readRow, readRows, type Statement, text } from '#core'
import type { ApproveStore } from './ports.ts'

export interface Approval {
  readonly id: string
  readonly kind: WaitKind
  readonly runId: string
  readonly step: number
  readonly key: string
  readonly personaId: string | null
  readonly personaName: string
  readonly title: string
  readonly why: string
  readonly call: AskedCall | null
  readonly question: Question | null
  readonly digest: string
  readonly ruleId: string | null
  readonly state: ApprovalState
  readonly askedAt: number
  readonly decidedAt: number | null
  readonly decidedBy: string
  /** A reason, an answer, or in words what was edited. */
  readonly said: string
  /** Set when the arguments were edited, or a question was answered: what runs. */
  readonly edited: unknown
}

const ROW = {
  id: text,
  kind: oneOf(WAIT_KINDS),
  run_id: text,
  step: integer,
  step_key: text,
  persona_id: orNull(text),
  persona_name: text,
  title: text,
  why: text,
  call: orNull(json('a call', askedCall)),
  question: orNull(json('a question', question)),
  digest: text,
  rule_id: orNull(text),
  state: oneOf(APPROVAL_STATES),
  asked_at: integer,
  decided_at: orNull(integer),
  decided_by: text,
  said: text,
  edited: orNull(json('edited arguments', { parse: (value: unknown) => value })),
}
const COLUMNS = Object.keys(ROW).join(', ')

function approvalOf(row: RowOf<typeof ROW>): Approval {
  const { run_id, step_key, persona_id, persona_name, rule_id, asked_at, decided_at, decided_by, ...rest } = row
  return {
    ...rest,
    runId: run_id,
    key: step_key,
    personaId: persona_id,
    personaName: persona_name,
    ruleId: rule_id,
    askedAt: asked_at,
    decidedAt: decided_at,
    decidedBy: decided_by,
  }
}

/** Bounded by what may wait: an inbox of more is shown by its oldest. */
const INBOX_ROWS = 1000
/** More than any queue holds. */
const WAITING_RUNS = 200_000

export async function waitingApprovals(store: ApproveStore): Promise<readonly Approval[]> {
  const sql = `SELECT ${COLUMNS} FROM approval WHERE state = 'waiting' ORDER BY asked_at, id LIMIT ${INBOX_ROWS}`
  return (await readRows(store, ROW, sql)).map(approvalOf)
}

/** Runs with a question that nobody has decided. */
export async function waitingRuns(store: ApproveStore): Promise<readonly string[]> {
  const sql = `SELECT DISTINCT run_id AS id FROM approval WHERE state = 'waiting'`
  return (await readRows(store, { id: text }, sql, [], { maxRows: WAITING_RUNS })).map(({ id }) => id)
}

export async function waitingCount(store: ApproveStore): Promise<number> {
  return (await readRow(store, { n: integer }, `SELECT count(*) AS n FROM approval WHERE state = 'waiting'`))?.n ?? 0
}

export async function decidedApprovals(store: ApproveStore, runId: string | undefined, limit: number): Promise<readonly Approval[]> {
  const where = runId === undefined ? 'decided_at IS NOT NULL' : 'run_id = ? AND decided_at IS NOT NULL'
  const sql = `SELECT ${COLUMNS} FROM approval WHERE ${where} ORDER BY decided_at DESC, id LIMIT ?`
  return (await readRows(store, ROW, sql, runId === undefined ? [limit] : [runId, limit])).map(approvalOf)
}

export async function approvalById(store: ApproveStore, id: string): Promise<Approval | undefined> {
  const row = await readRow(store, ROW, `SELECT ${COLUMNS} FROM approval WHERE id = ?`, [id])
  return row && approvalOf(row)
}

export async function approvalsAt(store: ApproveStore, runId: string, key: string): Promise<readonly Approval[]> {
  const sql = `SELECT ${COLUMNS} FROM approval WHERE run_id = ? AND step_key = ? ORDER BY asked_at, id`
  return (await readRows(store, ROW, sql, [runId, key])).map(approvalOf)
}

/** Runs of which something was decided and that may not have heard of it. */
export async function runsDecidedSince(store: ApproveStore, since: number): Promise<readonly string[]> {
  const sql = `SELECT DISTINCT run_id FROM approval WHERE decided_at >= ? AND state <> 'withdrawn'`
  return (await readRows(store, { run_id: text }, sql, [since])).map(({ run_id }) => run_id)
}

export function insertApproval(one: Approval): Statement {
  return {
    sql: `INSERT INTO approval (${COLUMNS}) VALUES (${Object.keys(ROW)
      .map(() => '?')
      .join(', ')})`,
    params: [
      one.id,
      one.kind,
      one.runId,
      one.step,
      one.key,
      one.personaId,
      one.personaName,
      one.title,
      one.why,
      one.call && JSON.stringify(one.call),
      one.question && JSON.stringify(one.question),
      one.digest,
      one.ruleId,
      one.state,
      one.askedAt,
      one.decidedAt,
      one.decidedBy,
      one.said,
      one.edited === null || one.edited === undefined ? null : JSON.stringify(one.edited),
    ],
  }
}

export interface Ending {
  readonly state: Exclude<ApprovalState, 'waiting'>
  readonly at: number
  readonly by: string
  readonly said: string
  readonly edited: unknown
}

/** The one way out of `waiting`; CONFLICT when somebody else was first. */
export function decideApproval(id: string, { state, at, by, said, edited }: Ending): Statement {
  return {
    sql: `UPDATE approval SET state = ?, decided_at = ?, decided_by = ?, said = ?, edited = ? WHERE id = ? AND state = 'waiting'`,
    params: [state, at, by, said, edited === undefined || edited === null ? null : JSON.stringify(edited), id],
    expectChanges: 1,
  }
}

export function withdrawApprovals(runId: string, at: number, why: string, key?: string): Statement {
  return {
    sql: `UPDATE approval SET state = 'withdrawn', decided_at = ?, decided_by = 'Troupe', said = ? WHERE run_id = ? AND state = 'waiting'${key === undefined ? '' : ' AND step_key = ?'}`,
    params: key === undefined ? [at, why, runId] : [at, why, runId, key],
  }
}

export function itemOf(one: Approval): InboxItem {
  const { id, kind, runId, step, personaId, personaName, title, why, call, question: asked, ruleId, askedAt } = one
  return { id, kind, runId, step, personaId, personaName, title, why, since: askedAt, call, question: asked, ruleId }
}

export function decidedItemOf(one: Approval): DecidedItem {
  return { ...itemOf(one), state: one.state, decidedAt: one.decidedAt ?? one.askedAt, decidedBy: one.decidedBy, said: one.said }
}
