/** What the list of runs is narrowed to, in the address, as a filter of the contract, and in words. Wrong parts of an address are dropped. */
import type { RunFilter } from '#contract'
import { RUN_STATES, type RunState } from '#contract/plain'

export const SPANS = ['any', '1h', '24h', '7d', '30d', 'custom'] as const
export type Span = (typeof SPANS)[number]
export const SPAN_WORDS: Readonly<Record<Span, string>> = {
  any: 'Any time',
  '1h': 'Last hour',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  custom: 'From … to …',
}
const SPAN_MS: Readonly<Record<string, number>> = { '1h': 3_600_000, '24h': 86_400_000, '7d': 7 * 86_400_000, '30d': 30 * 86_400_000 }

/** In place of a persona's id: drafts that belong to none. No id looks like it. */
export const DRAFTS = 'drafts'

export interface RunFilters {
  /** Empty: every run. */
  readonly persona: string
  readonly states: readonly RunState[]
  readonly span: Span
  /** Days as `2026-11-21`, for the span `custom`; both ends belong to it. */
  readonly from: string
  readonly to: string
  /** US dollars; empty means no bound. */
  readonly minCost: string
  readonly text: string
}

export const NO_FILTERS: RunFilters = { persona: '', states: [], span: 'any', from: '', to: '', minCost: '', text: '' }

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MONEY = /^\d{1,6}(?:\.\d{1,6})?$/

export function filtersFromUrl(search: string): RunFilters {
  const query = new URLSearchParams(search)
  const span = query.get('time') ?? 'any'
  const day = (name: string) => {
    const value = query.get(name) ?? ''
    return DAY.test(value) && !Number.isNaN(Date.parse(value)) ? value : ''
  }
  const cost = query.get('cost') ?? ''
  return {
    persona: (query.get('persona') ?? '').slice(0, 80),
    states: RUN_STATES.filter((state) => (query.get('state') ?? '').split(',').includes(state)),
    span: (SPANS as readonly string[]).includes(span) ? (span as Span) : 'any',
    from: day('from'),
    to: day('to'),
    minCost: MONEY.test(cost) ? cost : '',
    text: (query.get('q') ?? '').slice(0, 200),
  }
}

/** Without the question mark; empty when nothing is filtered. */
export function filtersToUrl(filters: RunFilters): string {
  const query = new URLSearchParams()
  if (filters.persona) query.set('persona', filters.persona)
  if (filters.states.length > 0) query.set('state', filters.states.join(','))
  if (filters.span !== 'any') query.set('time', filters.span)
  if (filters.span === 'custom' && filters.from) query.set('from', filters.from)
  if (filters.span === 'custom' && filters.to) query.set('to', filters.to)
  if (filters.minCost) query.set('cost', filters.minCost)
  if (filters.text) query.set('q', filters.text)
  return query.toString()
}

/** `now` in milliseconds; custom days are days of this machine's time zone. */
export function toRunFilter(filters: RunFilters, now: number): RunFilter {
  const filter: RunFilter = {}
  if (filters.persona) filter.personaId = filters.persona === DRAFTS ? null : filters.persona
  if (filters.states.length > 0) filter.states = [...filters.states]
  const spanMs = SPAN_MS[filters.span]
  if (spanMs !== undefined) filter.from = now - spanMs
  if (filters.span === 'custom') {
    if (filters.from) filter.from = startOfDay(filters.from)
    if (filters.to) filter.to = startOfDay(filters.to, 1)
  }
  if (MONEY.test(filters.minCost)) filter.minCostUsd = Number(filters.minCost)
  if (filters.text.trim()) filter.text = filters.text.trim()
  return filter
}

function startOfDay(day: string, plusDays = 0): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date + plusDays).getTime()
}

export function isFiltered(filters: RunFilters): boolean {
  return filtersToUrl(filters) !== ''
}

export function withState(filters: RunFilters, state: RunState): RunFilters {
  const states = filters.states.includes(state) ? filters.states.filter((one) => one !== state) : [...filters.states, state]
  return { ...filters, states: RUN_STATES.filter((one) => states.includes(one)) }
}
