/** Guidance: messages that wait for a run's next turn. They can be changed until they are taken, which is a step of the run. */
import type { RunMessage, StepRecord } from '#contract'
import { LIMITS } from '#contract/plain'
import { type Clock, integer, orNull, readRow, readRows, TroupeError, text } from '#core'
import type { LiveRun } from '../live-run.ts'
import type { RunStore, Statement } from '../ports.ts'
import { insertStep, type JournalStep } from './rows.ts'

const MESSAGE = { id: integer, text, step: orNull(integer), created_at: integer }

/** All of a run, oldest first. */
export async function readMessages(store: RunStore, runId: string): Promise<RunMessage[]> {
  const sql = 'SELECT id, text, step, created_at FROM run_message WHERE run_id = ? ORDER BY id'
  const rows = await readRows(store, MESSAGE, sql, [runId], { maxRows: 100_000 })
  return rows.map(({ id, text, step, created_at: createdAt }) => ({
    id,
    text,
    state: step === null ? 'waiting' : 'taken',
    step,
    createdAt,
  }))
}

/** FULL. */
export async function addMessage(store: RunStore, runId: string, text: string, at: number): Promise<RunMessage> {
  const waiting = await readRow(store, { n: integer }, 'SELECT count(*) AS n FROM run_message WHERE run_id = ? AND step IS NULL', [runId])
  if ((waiting?.n ?? 0) >= LIMITS.guidanceWaiting) {
    throw new TroupeError('FULL', `${LIMITS.guidanceWaiting} messages wait for this run already.`, {
      hint: 'Wait until they are taken at its next turn, or take some back.',
    })
  }
  await store.write([insertMessage(runId, text, at)])
  const all = await readMessages(store, runId)
  const added = all.at(-1)
  if (!added) throw new TroupeError('INTERNAL', 'A message was stored and is not there.')
  return added
}

export function insertMessage(runId: string, text: string, at: number): Statement {
  return { sql: 'INSERT INTO run_message (run_id, text, created_at) VALUES (?, ?, ?)', params: [runId, text, at] }
}

/** An empty text takes it back. WRONG_STATE: it was taken into the conversation, or there is none such. */
export async function changeMessage(store: RunStore, runId: string, id: number, text: string): Promise<void> {
  const where = 'WHERE id = ? AND run_id = ? AND step IS NULL'
  const statement: Statement =
    text === ''
      ? { sql: `DELETE FROM run_message ${where}`, params: [id, runId], expectChanges: 1 }
      : { sql: `UPDATE run_message SET text = ? ${where}`, params: [text, id, runId], expectChanges: 1 }
  await store.write([statement]).catch((thrown: unknown) => {
    if (!(thrown instanceof TroupeError) || thrown.code !== 'CONFLICT') throw thrown
    throw new TroupeError('WRONG_STATE', 'This message does not wait any more: the run has taken it.', { cause: thrown })
  })
}

interface Taking {
  readonly store: RunStore
  readonly clock: Clock
  readonly write: (statements: readonly Statement[]) => Promise<void>
}

/** What waits becomes one step of the run, in one transaction. Nothing waits: no step. */
export async function takeGuidance(at: Taking, run: LiveRun, turn: number): Promise<{ readonly texts: readonly string[] }> {
  const runId = run.row.id
  const waiting = (await readMessages(at.store, runId)).filter(({ state }) => state === 'waiting')
  if (waiting.length === 0 || run.ending) return { texts: [] }
  const texts = waiting.map(({ text }) => text)
  const key = `message:${turn}`
  const { n, attempt } = run.steps.next(key)
  const now = at.clock.now()
  const record: StepRecord = {
    runId,
    n,
    kind: 'message',
    title: 'Guidance',
    key,
    attempt,
    digest: null,
    safety: 'idempotent',
    inherited: false,
    aside: false,
    state: 'done',
    startedAt: now,
    endedAt: now,
    detail: { texts },
    usage: null,
    costUsd: null,
    model: null,
  }
  const step: JournalStep = { record, reservation: null, answer: JSON.stringify({ result: texts }), sha256: null }
  // Each exactly as it was read: one that was changed or taken back meanwhile makes the whole transaction fail, and it is read again.
  const taken = waiting.map(
    ({ id, text }): Statement => ({
      sql: 'UPDATE run_message SET step = ? WHERE id = ? AND step IS NULL AND text = ?',
      params: [n, id, text],
      expectChanges: 1,
    }),
  )
  await at.write([insertStep(step), ...taken])
  run.steps.close(step)
  run.stream.append([{ kind: 'step', step: record }])
  return { texts }
}
