/** What is shown: bars of limits, and what was spent. */
import type { BudgetBar, BudgetLimit, BudgetSpend, BudgetStatus } from '#contract'
import { counted, inUnit, usdOf } from './amounts.ts'
import { keyFor, type Ledger, type Place, type Total } from './ledger.ts'
import type { Today } from './ports.ts'

type Waits = ReadonlyMap<string, { readonly limitId: string }>

export function spendOf({ used, reserved }: Total): BudgetSpend {
  return {
    usd: usdOf(used.nano),
    reservedUsd: usdOf(reserved.nano),
    tokens: used.tokens,
    reservedTokens: reserved.tokens,
    requests: used.requests + reserved.requests,
    ms: used.ms,
    unpriced: used.unpriced + reserved.unpriced,
  }
}

export function statusOf(ledger: Ledger, today: Today, waits: Waits): BudgetStatus {
  const personas = [...ledger.keys()].flatMap((key) => {
    const [, personaId] = /^persona:(.+)\|\d{4}-\d{2}$/.exec(key) ?? []
    return personaId !== undefined && key.endsWith(`|${today.month}`) ? [{ personaId, spend: spendOf(ledger.total(key)) }] : []
  })
  return {
    bars: ledger.limits.map((limit) => barOf(ledger, limit, fullestKey(ledger, limit, today), today, waits)),
    today: spendOf(ledger.total(`everything|${today.day}`)),
    month: spendOf(ledger.total(`everything|${today.month}`)),
    personas,
  }
}

/** Those that hold for one run, the narrowest first. */
export function barsOf(ledger: Ledger, place: Place, today: Today, waits: Waits): BudgetBar[] {
  return ledger.limits
    .filter(
      ({ target }) =>
        target.kind === 'everything' || (target.kind === 'group' ? target.name === place.group : target.id === place.personaId),
    )
    .map((limit) => barOf(ledger, limit, keyFor(limit, place), today, waits))
}

function barOf(ledger: Ledger, limit: BudgetLimit, key: string, today: Today, waits: Waits): BudgetBar {
  const { used, reserved } = ledger.total(key)
  return {
    limit,
    used: inUnit(counted(used, limit.unit), limit.unit),
    reserved: inUnit(counted(reserved, limit.unit), limit.unit),
    resetsAt: limit.span === 'run' ? null : limit.span === 'day' ? today.nextDayAt : today.nextMonthAt,
    waiting: [...waits.values()].filter(({ limitId }) => limitId === limit.id).length,
    unpriced: limit.unit === 'usd' ? used.unpriced + reserved.unpriced : 0,
  }
}

/** Of a limit for each run: the run that has used most of it, as far as runs are in memory. */
function fullestKey(ledger: Ledger, limit: BudgetLimit, today: Today): string {
  if (limit.span !== 'run') return keyFor(limit, { rootId: '', day: today.day, month: today.month })
  let fullest = 'run:'
  let most = -1
  for (const key of ledger.keys()) {
    if (!key.startsWith('run:')) continue
    const { used, reserved } = ledger.total(key)
    const sum = counted(used, limit.unit) + counted(reserved, limit.unit)
    if (sum > most) [fullest, most] = [key, sum]
  }
  return fullest
}
