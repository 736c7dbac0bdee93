/** What is counted, in whole numbers, so that no sum drifts: billionths of a dollar, tokens, model calls, milliseconds. */
import type { BudgetUnit } from '#contract/plain'

export interface Amounts {
  /** Billionths of a US dollar. A token of the cheapest model costs 10 of them; 2^53 are nine million dollars. */
  readonly nano: number
  readonly tokens: number
  readonly requests: number
  readonly ms: number
  /** Calls whose price is unknown. */
  readonly unpriced: number
}

export const NOTHING: Amounts = { nano: 0, tokens: 0, requests: 0, ms: 0, unpriced: 0 }
const NANO = 1_000_000_000

/** Upwards, for what is reserved and for limits that are compared with it. */
export const nanoCeil = (usd: number): number => Math.ceil(usd * NANO - 1e-6)
export const nanoOf = (usd: number): number => Math.round(usd * NANO)
export const usdOf = (nano: number): number => nano / NANO

export const plus = (a: Amounts, b: Amounts): Amounts => ({
  nano: a.nano + b.nano,
  tokens: a.tokens + b.tokens,
  requests: a.requests + b.requests,
  ms: a.ms + b.ms,
  unpriced: a.unpriced + b.unpriced,
})

export const minus = (a: Amounts, b: Amounts): Amounts => ({
  nano: a.nano - b.nano,
  tokens: a.tokens - b.tokens,
  requests: a.requests - b.requests,
  ms: a.ms - b.ms,
  unpriced: a.unpriced - b.unpriced,
})

/** In the ledger's whole numbers: what a limit allows, and what of an amount it counts. */
export const counted = (amounts: Amounts, unit: BudgetUnit): number => (unit === 'usd' ? amounts.nano : amounts[unit])
export const allowed = (amount: number, unit: BudgetUnit): number => (unit === 'usd' ? nanoOf(amount) : Math.floor(amount))
/** In the limit's own unit, for people. */
export const inUnit = (count: number, unit: BudgetUnit): number => (unit === 'usd' ? usdOf(count) : count)
