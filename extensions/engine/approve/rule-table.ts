/** The table of rules. */

import { z } from 'zod'
import { type ApprovalRule, ruleLifetime, ruleTarget } from '#contract'
import { RULE_EFFECTS, RULE_STATES, type RuleState } from '#contract/plain'
import { integer, json, oneOf, orNull, type RowOf, readRows, type Statement, text } from '#core'
import type { ApproveStore } from './ports.ts'

const lastMatch = z.object({ at: z.int(), runId: z.string(), call: z.string() })
const ROW = {
  id: text,
  effect: oneOf(RULE_EFFECTS),
  pattern: text,
  target: json('where a rule holds', ruleTarget),
  lifetime: json('how long a rule holds', ruleLifetime),
  note: text,
  state: oneOf(RULE_STATES),
  created_at: integer,
  created_by: text,
  ended_at: orNull(integer),
  matches: integer,
  last_match: orNull(json('a match', lastMatch)),
}
const COLUMNS = Object.keys(ROW).join(', ')
/** Ended rules that a list shows. */
const ENDED_ROWS = 200

function ruleOf(row: RowOf<typeof ROW>): ApprovalRule {
  const { created_at, created_by, ended_at, last_match, ...rest } = row
  return { ...rest, createdAt: created_at, createdBy: created_by, endedAt: ended_at, lastMatch: last_match }
}

export async function activeRules(store: ApproveStore): Promise<readonly ApprovalRule[]> {
  return (await readRows(store, ROW, `SELECT ${COLUMNS} FROM approval_rule WHERE state = 'active' ORDER BY created_at, id`)).map(ruleOf)
}

export async function endedRules(store: ApproveStore): Promise<readonly ApprovalRule[]> {
  const sql = `SELECT ${COLUMNS} FROM approval_rule WHERE state <> 'active' ORDER BY ended_at DESC, id LIMIT ${ENDED_ROWS}`
  return (await readRows(store, ROW, sql)).map(ruleOf)
}

export function insertRule(rule: ApprovalRule): Statement {
  return {
    sql: `INSERT INTO approval_rule (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    params: [
      rule.id,
      rule.effect,
      rule.pattern,
      JSON.stringify(rule.target),
      JSON.stringify(rule.lifetime),
      rule.note,
      rule.state,
      rule.createdAt,
      rule.createdBy,
      rule.endedAt,
      rule.matches,
      rule.lastMatch && JSON.stringify(rule.lastMatch),
    ],
  }
}

/** The one way out of `active`; CONFLICT when it has ended already. */
export function endRule(id: string, state: Exclude<RuleState, 'active'>, at: number): Statement {
  return {
    sql: `UPDATE approval_rule SET state = ?, ended_at = ? WHERE id = ? AND state = 'active'`,
    params: [state, at, id],
    expectChanges: 1,
  }
}

export function countMatch({ id, matches, lastMatch }: ApprovalRule): Statement {
  return {
    sql: 'UPDATE approval_rule SET matches = ?, last_match = ? WHERE id = ?',
    params: [matches, lastMatch && JSON.stringify(lastMatch), id],
  }
}
