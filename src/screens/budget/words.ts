/** Amounts and limits in words. */
import type { BudgetBar, BudgetLimit } from '#contract'
import type { BudgetUnit } from '#contract/plain'
import { clockTime, count, counted, duration, money, tokens } from '../../look/format.ts'

export function amountWords(amount: number, unit: BudgetUnit): string {
  switch (unit) {
    case 'usd':
      return money(amount)
    case 'tokens':
      return `${tokens(amount)} tokens`
    case 'requests':
      return counted(amount, 'call')
    case 'ms':
      return duration(amount)
  }
}

const SPANS = { run: 'each run', day: 'a day', month: 'a month' }

export const spanWords = ({ span }: Pick<BudgetLimit, 'span'>): string => SPANS[span]

/** What is to be said beneath a bar. */
export function notes({ limit, waiting, unpriced, reserved, resetsAt }: BudgetBar): string {
  return [
    limit.firmness === 'soft' ? 'only tells' : '',
    waiting > 0 ? counted(waiting, 'run waits', 'runs wait') : '',
    reserved > 0 ? `${amountWords(reserved, limit.unit)} reserved for calls under way` : '',
    unpriced > 0 ? `${count(unpriced)} calls of unknown price are not in it` : '',
    resetsAt === null ? '' : `anew ${clockTime(resetsAt)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ')
}
