/** Limits and amounts in words, for messages. */
import type { BudgetLimit } from '#contract'
import type { BudgetUnit } from '#contract/plain'
import { inUnit } from './amounts.ts'

export function amountWords(amount: number, unit: BudgetUnit): string {
  switch (unit) {
    case 'usd':
      return money(amount)
    case 'tokens':
      return `${amount.toLocaleString('en-US')} tokens`
    case 'requests':
      return `${amount.toLocaleString('en-US')} model ${amount === 1 ? 'call' : 'calls'}`
    case 'ms':
      return amount < 60_000 ? `${Math.round(amount / 100) / 10} s` : `${Math.round(amount / 6_000) / 10} min`
  }
}

/** Two digits of cents, and more where those would hide something. */
function money(usd: number): string {
  if (usd === 0) return '$0'
  const exact = usd.toFixed(6).replace(/0+$/, '')
  return `$${exact.length < usd.toFixed(2).length ? usd.toFixed(2) : exact}`
}

export const countWords = (count: number, unit: BudgetUnit): string => amountWords(inUnit(count, unit), unit)

const SPANS = { run: 'a run', day: 'a day', month: 'a month' }

/** `$0.50 a day, of the group Research` */
export function limitWords({ amount, unit, span, target }: BudgetLimit, personaName: string): string {
  const whose =
    target.kind === 'everything' ? 'of everything' : target.kind === 'group' ? `of the group ${target.name}` : `of ${personaName}`
  return `${amountWords(amount, unit)} ${SPANS[span]} ${whose}`
}
