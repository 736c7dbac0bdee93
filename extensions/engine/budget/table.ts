/** The room's rows. An entry's amounts are what it reserved while it is `reserved` or `lost`, and what was used once it is `settled`. */

import { z } from 'zod'
import { type BudgetLimit, budgetTarget } from '#contract'
import { BUDGET_FIRMNESS, BUDGET_SPANS, BUDGET_UNITS } from '#contract/plain'
import { canonicalJson, integer, json, oneOf, orNull, readRows, real, type Statement, text } from '#core'
import type { Amounts } from './amounts.ts'
import type { Place } from './ledger.ts'
import type { BudgetStore } from './ports.ts'

const LIMIT = {
  id: text,
  target: json('whom a limit holds for', budgetTarget),
  span: oneOf(BUDGET_SPANS),
  unit: oneOf(BUDGET_UNITS),
  firmness: oneOf(BUDGET_FIRMNESS),
  amount: real,
  created_at: integer,
  updated_at: integer,
}
const SUMS = 'sum(nano) AS nano, sum(tokens) AS tokens, sum(requests) AS requests, sum(ms) AS ms, sum(unpriced) AS unpriced'
const AMOUNTS = { nano: integer, tokens: integer, requests: integer, ms: integer, unpriced: integer }

export async function allLimits(store: BudgetStore): Promise<readonly BudgetLimit[]> {
  const rows = await readRows(store, LIMIT, 'SELECT * FROM budget_limit ORDER BY created_at, id')
  return rows.map(({ created_at, updated_at, ...rest }) => ({ ...rest, createdAt: created_at, updatedAt: updated_at }))
}

export function putLimit({ id, target, span, unit, firmness, amount, createdAt, updatedAt }: BudgetLimit): Statement {
  return {
    sql: `INSERT INTO budget_limit (id, target, span, unit, firmness, amount, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (target, span, unit, firmness) DO UPDATE SET amount = excluded.amount, updated_at = excluded.updated_at`,
    params: [id, canonicalJson(target), span, unit, firmness, amount, createdAt, updatedAt],
  }
}

export const dropLimit = (id: string): readonly Statement[] => [
  { sql: 'DELETE FROM budget_limit WHERE id = ?', params: [id], expectChanges: 1 },
  { sql: 'DELETE FROM budget_told WHERE limit_id = ?', params: [id] },
]

/** A changed limit is told of anew. */
export const forgetTold = (limitId: string): Statement => ({ sql: 'DELETE FROM budget_told WHERE limit_id = ?', params: [limitId] })

export interface Entry {
  readonly id: string
  readonly runId: string
  readonly step: number
  readonly model: string
  readonly place: Place
  readonly amounts: Amounts
  readonly at: number
}

export function insertEntry({ id, runId, step, model, place, amounts, at }: Entry): Statement {
  const { rootId, personaId, group, day, month } = place
  const { nano, tokens, requests, ms, unpriced } = amounts
  return {
    sql: `INSERT INTO budget_entry (id, run_id, root_id, step, persona_id, group_name, model, day, month, state, nano, tokens, requests, ms, unpriced, reserved_at)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'reserved', ?, ?, ?, ?, ?, ?)`,
    params: [id, runId, rootId, step, personaId, group, model, day, month, nano, tokens, requests, ms, unpriced, at],
  }
}

/** From `reserved`, once; a second one changes nothing. */
export function settleEntry(
  id: string,
  state: 'settled' | 'released',
  { nano, tokens, requests, ms, unpriced }: Amounts,
  at: number,
): Statement {
  return {
    sql: `UPDATE budget_entry SET state = ?, nano = ?, tokens = ?, requests = ?, ms = ?, unpriced = ?, settled_at = ?
      WHERE id = ? AND state = 'reserved'`,
    params: [state, nano, tokens, requests, ms, unpriced, at, id],
  }
}

export const loseEntry = (id: string, at: number): Statement => ({
  sql: `UPDATE budget_entry SET state = 'lost', settled_at = ? WHERE id = ? AND state = 'reserved'`,
  params: [at, id],
})

/** What is reserved counts as used; of one run, or of all that an engine before this one left. */
export function loseEntries(at: number, runId?: string): Statement {
  return {
    sql: `UPDATE budget_entry SET state = 'lost', settled_at = ? WHERE state = 'reserved'${runId === undefined ? '' : ' AND run_id = ?'}`,
    params: runId === undefined ? [at] : [at, runId],
  }
}

export interface Sum {
  readonly personaId: string | null
  readonly group: string
  readonly day: string
  readonly amounts: Amounts
}

/** What a month has used so far, by persona, group and day. */
export async function sumsOfMonth(store: BudgetStore, month: string): Promise<readonly Sum[]> {
  const sql = `SELECT persona_id, group_name, day, ${SUMS} FROM budget_entry WHERE month = ? AND state <> 'released' GROUP BY persona_id, group_name, day`
  const rows = await readRows(store, { persona_id: orNull(text), group_name: text, day: text, ...AMOUNTS }, sql, [month], {
    maxRows: 200_000,
  })
  return rows.map(({ persona_id: personaId, group_name: group, day, ...amounts }) => ({ personaId, group, day, amounts }))
}

/** What a run (with its fan-out) has used so far; nothing is reserved for it in this engine yet. */
export async function sumOfRoot(store: BudgetStore, rootId: string): Promise<Amounts | undefined> {
  const sql = `SELECT root_id, ${SUMS} FROM budget_entry WHERE root_id = ? AND state <> 'released' GROUP BY root_id`
  const [row] = await readRows(store, { ...AMOUNTS }, sql, [rootId])
  return row
}

export interface Wait {
  readonly runId: string
  readonly limitId: string
  readonly personaId: string | null
  readonly personaName: string
  readonly since: number
  readonly message: string
  /** What it asked for, so that it is called again when that fits. */
  readonly need: { readonly rootId: string; readonly group: string; readonly worst: Amounts }
}

const whole = z.int()
const amountsRow = z.object({ nano: whole, tokens: whole, requests: whole, ms: whole, unpriced: whole })
const need = z.object({ rootId: z.string(), group: z.string(), worst: amountsRow })
const WAIT = {
  run_id: text,
  limit_id: text,
  persona_id: orNull(text),
  persona_name: text,
  since: integer,
  message: text,
  need: json('what was asked for', need),
}

export async function allWaits(store: BudgetStore): Promise<readonly Wait[]> {
  const rows = await readRows(store, WAIT, 'SELECT * FROM budget_wait ORDER BY since, run_id', [], { maxRows: 50_000 })
  return rows.map(({ run_id, limit_id, persona_id, persona_name, ...rest }) => ({
    ...rest,
    runId: run_id,
    limitId: limit_id,
    personaId: persona_id,
    personaName: persona_name,
  }))
}

export function putWait({ runId, limitId, personaId, personaName, since, message, need }: Wait): Statement {
  return {
    sql: `INSERT INTO budget_wait (run_id, limit_id, persona_id, persona_name, since, message, need) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (run_id) DO UPDATE SET limit_id = excluded.limit_id, message = excluded.message, need = excluded.need`,
    params: [runId, limitId, personaId, personaName, since, message, JSON.stringify(need)],
  }
}

export const dropWait = (runId: string): Statement => ({ sql: 'DELETE FROM budget_wait WHERE run_id = ?', params: [runId] })

/** One row when it was told for the first time, none when it was told before. */
export const markTold = (limitId: string, spanKey: string, level: string, at: number): Statement => ({
  sql: 'INSERT INTO budget_told (limit_id, span_key, level, at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING',
  params: [limitId, spanKey, level, at],
})
