/** Limits of what may be spent, and what was. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { BUDGET_FIRMNESS, BUDGET_SPANS, BUDGET_UNITS } from './guard-words.ts'
import { LIMITS } from './limits.ts'

const id = z.string().min(1).max(80)

export const budgetTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everything') }),
  /** The heading under which personas stand in the list. */
  z.strictObject({ kind: z.literal('group'), name: z.string().min(1).max(LIMITS.nameChars) }),
  z.strictObject({ kind: z.literal('persona'), id }),
])
export type BudgetTarget = z.infer<typeof budgetTarget>

/** There is one limit for each target, span, unit and firmness; a second one takes its place. */
export const newLimit = z.strictObject({
  target: budgetTarget,
  span: z.enum(BUDGET_SPANS),
  unit: z.enum(BUDGET_UNITS),
  /** US dollars, tokens, model calls or milliseconds. 0 lets nothing through. */
  amount: z.number().min(0).max(1e12),
  firmness: z.enum(BUDGET_FIRMNESS).default('hard'),
})
export type NewLimit = z.infer<typeof newLimit>

export const budgetLimit = newLimit.extend({ id: z.string(), firmness: z.enum(BUDGET_FIRMNESS), createdAt: z.int(), updatedAt: z.int() })
export type BudgetLimit = z.infer<typeof budgetLimit>

/** What was spent, and what calls that are under way may still cost. */
export const budgetSpend = z.object({
  usd: z.number(),
  reservedUsd: z.number(),
  tokens: z.int(),
  reservedTokens: z.int(),
  requests: z.int(),
  ms: z.int(),
  /** Calls whose price nobody knows: they are in tokens and requests, and not in the dollars. */
  unpriced: z.int(),
})
export type BudgetSpend = z.infer<typeof budgetSpend>

export const budgetBar = z.object({
  limit: budgetLimit,
  /** In the limit's unit. For a limit of each run: of the run that has used most of it just now. */
  used: z.number(),
  reserved: z.number(),
  /** When its day or month ends; null for a run. */
  resetsAt: z.int().nullable(),
  /** Runs that wait because of it. */
  waiting: z.int(),
  /** Calls of this span whose price is unknown (for limits in dollars). */
  unpriced: z.int(),
})
export type BudgetBar = z.infer<typeof budgetBar>

export const budgetStatus = z.object({
  bars: z.array(budgetBar),
  today: budgetSpend,
  month: budgetSpend,
  /** Of each persona, this month. */
  personas: z.array(z.object({ personaId: z.string(), spend: budgetSpend })),
})
export type BudgetStatus = z.infer<typeof budgetStatus>

export const budgetOfRun = z.object({ spend: budgetSpend, bars: z.array(budgetBar), waitsFor: z.string().nullable() })
export type BudgetOfRun = z.infer<typeof budgetOfRun>

const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const budgetMethods = {
  status: get('/budget').input(z.strictObject({}).optional()).output(budgetStatus),
  ofRun: get('/budget/runs/{id}').input(z.strictObject({ id })).output(budgetOfRun),
  /** Sets or changes a limit. Runs that now fit go on. FULL: LIMITS.budgets stand already. */
  set: post('/budget').input(newLimit).output(budgetLimit),
  /** Runs that waited for it go on. */
  remove: post('/budget/{id}/remove')
    .input(z.strictObject({ id }))
    .output(z.object({ done: z.literal(true) })),
}
