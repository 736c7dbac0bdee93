/** Retries and events. */

import { z } from 'zod'
import type { HealEvent, RetryRow } from '#contract'
import { FAILURE_CLASSES, type FailureClass, HEAL_CHANGES, HEAL_OUTCOMES, type HealChange, type HealOutcome } from '#contract/plain'
import { integer, json, oneOf, orNull, type RowOf, readRow, readRows, type Statement, text } from '#core'
import { HEALING } from './classes.ts'
import type { HealStore } from './ports.ts'

const RETRY_STATES = ['waiting', 'begun', 'asked', 'over'] as const
type RetryState = (typeof RETRY_STATES)[number]

/** What is known of a run that failed at least once; it goes on counting until the run has ended. */
export interface Retry {
  readonly runId: string
  readonly personaId: string | null
  readonly personaName: string
  readonly class: FailureClass
  readonly signature: string
  readonly state: RetryState
  readonly attempts: number
  readonly tries: number
  readonly same: number
  /** Steps that the run had finished when it failed last. */
  readonly progress: number
  readonly rungs: readonly HealChange[]
  /** Tools that were switched off for this run. */
  readonly off: readonly string[]
  readonly dueAt: number
  readonly change: HealChange
  readonly about: string
  readonly message: string
  readonly updatedAt: number
}

const RETRY = {
  run_id: text,
  persona_id: orNull(text),
  persona_name: text,
  class: oneOf(FAILURE_CLASSES),
  signature: text,
  state: oneOf(RETRY_STATES),
  attempts: integer,
  tries: integer,
  same: integer,
  progress: integer,
  rungs: json('rungs', z.array(z.enum(HEAL_CHANGES))),
  off: json('tools', z.array(z.string())),
  due_at: integer,
  change: oneOf(HEAL_CHANGES),
  about: text,
  message: text,
  updated_at: integer,
}
const COLUMNS = Object.keys(RETRY).join(', ')

function retryOf(row: RowOf<typeof RETRY>): Retry {
  const { run_id, persona_id, persona_name, due_at, updated_at, ...rest } = row
  return { ...rest, runId: run_id, personaId: persona_id, personaName: persona_name, dueAt: due_at, updatedAt: updated_at }
}

export async function retryOfRun(store: HealStore, runId: string): Promise<Retry | undefined> {
  const row = await readRow(store, RETRY, `SELECT ${COLUMNS} FROM heal_retry WHERE run_id = ?`, [runId])
  return row && retryOf(row)
}

export async function waitingRetries(store: HealStore, limit = 10_000): Promise<readonly Retry[]> {
  const sql = `SELECT ${COLUMNS} FROM heal_retry WHERE state = 'waiting' ORDER BY due_at, run_id LIMIT ?`
  return (await readRows(store, RETRY, sql, [limit], { maxRows: limit })).map(retryOf)
}

export async function retriesWithToolsOff(store: HealStore): Promise<readonly Retry[]> {
  return (await readRows(store, RETRY, `SELECT ${COLUMNS} FROM heal_retry WHERE off <> '[]'`)).map(retryOf)
}

/** The time of the next one; null: none waits. */
export async function nextDue(store: HealStore): Promise<number | null> {
  const row = await readRow(store, { due: orNull(integer) }, `SELECT min(due_at) AS due FROM heal_retry WHERE state = 'waiting'`)
  return row?.due ?? null
}

export function putRetry(one: Retry): Statement {
  const { runId, personaId, personaName, rungs, dueAt, updatedAt } = one
  return {
    sql: `INSERT OR REPLACE INTO heal_retry (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      runId,
      personaId,
      personaName,
      one.class,
      one.signature,
      one.state,
      one.attempts,
      one.tries,
      one.same,
      one.progress,
      JSON.stringify(rungs),
      JSON.stringify(one.off),
      dueAt,
      one.change,
      one.about,
      one.message,
      updatedAt,
    ],
  }
}

/** Out of `waiting`, once: [HE22]. CONFLICT when it does not wait. */
export const beginRetry = (runId: string, at: number): Statement => ({
  sql: `UPDATE heal_retry SET state = 'begun', updated_at = ? WHERE run_id = ? AND state = 'waiting'`,
  params: [at, runId],
  expectChanges: 1,
})

/** Whatever is due before `dueAt` waits until then. */
export const postpone = (dueAt: number): Statement => ({
  sql: `UPDATE heal_retry SET due_at = ? WHERE state = 'waiting' AND due_at < ?`,
  params: [dueAt, dueAt],
})

export const dropRetry = (runId: string): Statement => ({ sql: 'DELETE FROM heal_retry WHERE run_id = ?', params: [runId] })

export interface EventRow extends HealEvent {
  readonly signature: string
}

const EVENT = {
  id: text,
  at: integer,
  run_id: text,
  persona_id: orNull(text),
  persona_name: text,
  class: oneOf(FAILURE_CLASSES),
  outcome: oneOf(HEAL_OUTCOMES),
  change: oneOf(HEAL_CHANGES),
  message: text,
}

export async function newestEvents(store: HealStore, limit: number): Promise<readonly HealEvent[]> {
  const sql = `SELECT ${Object.keys(EVENT).join(', ')} FROM heal_event ORDER BY at DESC, rowid DESC LIMIT ?`
  return (await readRows(store, EVENT, sql, [limit])).map(({ run_id, persona_id, persona_name, ...rest }) => ({
    ...rest,
    runId: run_id,
    personaId: persona_id,
    personaName: persona_name,
  }))
}

/** The event, and the oldest ones beyond what is kept gone. */
export function insertEvent({
  id,
  at,
  runId,
  personaId,
  personaName,
  outcome,
  change,
  signature,
  message,
  ...rest
}: EventRow): readonly Statement[] {
  return [
    {
      sql: `INSERT INTO heal_event (id, at, run_id, persona_id, persona_name, class, outcome, change, signature, message) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      params: [id, at, runId, personaId, personaName, rest.class, outcome, change, signature, message],
    },
    {
      sql: `DELETE FROM heal_event WHERE at < (SELECT at FROM heal_event ORDER BY at DESC LIMIT 1 OFFSET ?)`,
      params: [HEALING.events],
    },
  ]
}

export async function countEvents(store: HealStore, since: number): Promise<Readonly<Record<HealOutcome, number>>> {
  const rows = await readRows(
    store,
    { outcome: oneOf(HEAL_OUTCOMES), n: integer },
    'SELECT outcome, count(*) AS n FROM heal_event WHERE at >= ? GROUP BY outcome',
    [since],
  )
  const zero = Object.fromEntries(HEAL_OUTCOMES.map((outcome) => [outcome, 0])) as Record<HealOutcome, number>
  return { ...zero, ...Object.fromEntries(rows.map(({ outcome, n }) => [outcome, n])) }
}

/** Attempts of one persona that began since. */
export async function personaAttempts(store: HealStore, personaId: string, since: number): Promise<number> {
  const sql = `SELECT count(*) AS n FROM heal_event WHERE persona_id = ? AND at >= ? AND outcome = 'waiting'`
  return (await readRow(store, { n: integer }, sql, [personaId, since]))?.n ?? 0
}

export async function givenUpAlike(store: HealStore, personaId: string, signature: string, since: number): Promise<number> {
  const sql = `SELECT count(*) AS n FROM heal_event WHERE persona_id = ? AND at >= ? AND outcome = 'given-up' AND signature = ?`
  return (await readRow(store, { n: integer }, sql, [personaId, since, signature]))?.n ?? 0
}

export function retryRowOf(one: Retry): RetryRow {
  const { runId, personaId, personaName, attempts, dueAt, change, about, message } = one
  return { runId, personaId, personaName, class: one.class, attempt: attempts + 1, dueAt, change, about, message }
}
