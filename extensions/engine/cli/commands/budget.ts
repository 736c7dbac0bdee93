/** Limits of what may be spent, and what was. */
import type { BudgetBar, BudgetSpend, BudgetStatus } from '#contract'
import { type BudgetSpan, type BudgetUnit, EXIT } from '#contract/plain'
import { WrongUse } from '../failure.ts'
import { findPersona } from '../find.ts'
import type { Session } from '../session.ts'
import { table } from '../show/table.ts'
import { count, duration, facts, moment, usd } from '../show/words.ts'

export async function budgetStatus(session: Session): Promise<number> {
  const engine = await session.engine()
  const [status, personas] = await Promise.all([engine.budget.status(), engine.persona.list({ archived: false })])
  const names = new Map(personas.map(({ id, name }) => [id, name]))
  await session.print(status, () => statusWords(status, names, session))
  return EXIT.ok
}

async function statusWords({ bars, today, month }: BudgetStatus, names: ReadonlyMap<string, string>, { io }: Session): Promise<string> {
  const { out } = io.paint
  const head = facts(
    [
      ['Today', spendWords(today)],
      ['This month', spendWords(month)],
    ],
    out.dim,
    io.columns,
  )
  if (bars.length === 0) return `${head}\nNo limit stands. For example: troupe budget set '$5' --per day\n`
  const rows = bars.map((bar) => [
    bar.limit.id,
    `${whose(bar, names)}, a ${bar.limit.span}`,
    barWords(bar),
    amount(bar.used, bar.limit.unit),
    amount(bar.limit.amount, bar.limit.unit),
    notes(bar),
  ])
  const columns = [
    { title: 'Id', paint: out.dim },
    { title: 'Of' },
    { title: '' },
    { title: 'Used', align: 'right' as const },
    { title: 'Limit', align: 'right' as const },
    { title: '', gives: true, paint: out.dim },
  ]
  return `${head}\n${await table(columns, rows, { width: io.columns, dim: out.dim })}`
}

const WIDTH = 10

/** Used, reserved, free. */
function barWords({ used, reserved, limit }: BudgetBar): string {
  const part = (value: number) => (limit.amount === 0 ? WIDTH : Math.min(WIDTH, Math.round((value / limit.amount) * WIDTH)))
  const full = part(used)
  const half = Math.min(WIDTH, part(used + reserved)) - full
  return '█'.repeat(full) + '▒'.repeat(Math.max(0, half)) + '░'.repeat(Math.max(0, WIDTH - full - Math.max(0, half)))
}

function notes({ limit, waiting, unpriced, resetsAt, reserved }: BudgetBar): string {
  return [
    limit.firmness === 'soft' ? 'only tells' : '',
    waiting > 0 ? `${waiting} ${waiting === 1 ? 'run waits' : 'runs wait'}` : '',
    reserved > 0 ? `${amount(reserved, limit.unit)} reserved` : '',
    unpriced > 0 ? `${unpriced} calls of unknown price are not in it` : '',
    resetsAt === null ? '' : `anew ${moment(resetsAt)}`,
  ]
    .filter((part) => part !== '')
    .join(' · ')
}

function spendWords({ usd: spent, tokens, requests, unpriced }: BudgetSpend): string {
  const unknown = unpriced === 0 ? '' : `, and ${count(unpriced)} calls of unknown price`
  return `${usd(spent)}${unknown} · ${count(tokens)} tokens · ${count(requests)} model calls`
}

function whose({ limit: { target } }: BudgetBar, names: ReadonlyMap<string, string>): string {
  if (target.kind === 'everything') return 'everything'
  return target.kind === 'group' ? `group ${target.name}` : (names.get(target.id) ?? target.id)
}

function amount(value: number, unit: BudgetUnit): string {
  if (unit === 'usd') return usd(value)
  return unit === 'ms' ? duration(value) : `${count(value)}${unit === 'tokens' ? ' tokens' : ''}`
}

export interface SetBudgetOptions {
  readonly per: BudgetSpan
  readonly persona?: string
  readonly group?: string
  readonly soft: boolean
}

export async function setBudget(session: Session, text: string, options: SetBudgetOptions): Promise<number> {
  const wanted = amountOf(text)
  if (options.persona !== undefined && options.group !== undefined)
    throw new WrongUse('--persona and --group: not both.', 'Name one, or set two limits.')
  const engine = await session.engine()
  const target =
    options.persona !== undefined
      ? ({ kind: 'persona', id: (await findPersona(engine, options.persona)).id } as const)
      : options.group !== undefined
        ? ({ kind: 'group', name: options.group } as const)
        : ({ kind: 'everything' } as const)
  const limit = await engine.budget.set({ ...wanted, target, span: options.per, firmness: options.soft ? 'soft' : 'hard' })
  await session.print(limit, () => `${session.io.paint.out.green('✓')} ${amount(limit.amount, limit.unit)} a ${limit.span} (${limit.id})\n`)
  return EXIT.ok
}

export async function removeBudget(session: Session, id: string): Promise<number> {
  const done = await (await session.engine()).budget.remove({ id })
  await session.print(done, () => 'The limit is gone.\n')
  return EXIT.ok
}

const EXPECTED = 'Write it as $5, 0.5 usd, 200k tokens, 50 requests, 90s, 10m or 2h.'
const TIMES = { s: 1000, m: 60_000, h: 3_600_000 } as const

/** `$5`, `0.5 usd`, `200k tokens`, `50 requests`, `90s`, `10m`, `2h`. */
export function amountOf(text: string): { readonly amount: number; readonly unit: BudgetUnit } {
  const plain = text.trim().toLowerCase().replaceAll(',', '')
  const [, dollars] = /^\$\s*(\d+(?:\.\d+)?)$/.exec(plain) ?? /^(\d+(?:\.\d+)?)\s*usd$/.exec(plain) ?? []
  if (dollars !== undefined) return { amount: Number(dollars), unit: 'usd' }
  const [, number, kilo, unit] = /^(\d+(?:\.\d+)?)\s*(k?)\s*(tokens?|requests?|calls?)$/.exec(plain) ?? []
  if (number !== undefined && unit !== undefined) {
    return { amount: Math.floor(Number(number) * (kilo === 'k' ? 1000 : 1)), unit: unit.startsWith('token') ? 'tokens' : 'requests' }
  }
  const [, time, letter] = /^(\d+(?:\.\d+)?)\s*([smh])$/.exec(plain) ?? []
  if (time !== undefined && letter !== undefined) return { amount: Number(time) * TIMES[letter as keyof typeof TIMES], unit: 'ms' }
  throw new WrongUse(`"${text}" is no amount.`, EXPECTED)
}
