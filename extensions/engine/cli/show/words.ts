/** Times, costs and states as a person reads them. */
import type { RunRow, TokenUsage } from '#contract'
import type { RunState } from '#contract/plain'
import type { Paint } from '../io.ts'
import { wrap } from './wrap.ts'

/** "just now", "5 min ago", "3 h ago", "12 days ago" */
export function ago(ms: number, now = Date.now()): string {
  const seconds = Math.max(0, (now - ms) / 1000)
  if (seconds < 10) return 'just now'
  if (seconds < 100) return `${Math.round(seconds)} s ago`
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`
  if (seconds < 48 * 3600) return `${Math.round(seconds / 3600)} h ago`
  return `${Math.round(seconds / 86_400)} days ago`
}

/** Local time: "2026-11-21 07:44:52" */
export function moment(ms: number): string {
  const date = new Date(ms)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
}

/** When it starts by itself: "2026-11-25 16:28:00", or "By hand" when nothing but a person starts it. */
export const nextStart = (at: number | null): string => (at === null ? 'By hand' : moment(at))

/** "0.4 s", "12 s", "3 min 20 s", "2 h 5 min" */
export function duration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return `${Math.floor(whole / 60)} min${whole % 60 > 0 ? ` ${whole % 60} s` : ''}`
  const minutes = Math.round(whole / 60)
  return `${Math.floor(minutes / 60)} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ''}`
}

export function runTime(run: Pick<RunRow, 'startedAt' | 'endedAt'>, now = Date.now()): string {
  return run.startedAt === null ? '' : duration((run.endedAt ?? now) - run.startedAt)
}

/** Unknown is never shown as nothing. */
export function cost(run: Pick<RunRow, 'bodyKind' | 'costUsd' | 'costKnown'>): string {
  if (!run.costKnown) return 'unknown'
  if (run.bodyKind === 'command' || run.costUsd === null) return ''
  return usd(run.costUsd)
}

export function usd(amount: number): string {
  if (amount === 0) return '$0'
  return amount < 0.01 ? `$${amount.toPrecision(2)}` : `$${amount.toFixed(2)}`
}

/** "1,200 tokens in, 80 out"; what the provider did not report is left out. */
export function tokens(usage: TokenUsage | null): string {
  if (usage === null) return ''
  const named = [
    [usage.input, 'in'],
    [usage.output, 'out'],
    [usage.cachedInput || null, 'cached'],
    [usage.reasoning || null, 'reasoning'],
  ] as const
  const given = named.flatMap(([value, word]) => (value === null ? [] : [{ value, word }]))
  return given.map(({ value, word }, index) => `${count(value)}${index === 0 ? ' tokens' : ''} ${word}`).join(', ')
}

export function count(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

export function bytes(value: number): string {
  let left = value
  for (const unit of ['B', 'kB', 'MB', 'GB']) {
    if (left < 999.5 || unit === 'GB') return `${unit === 'B' || left >= 99.95 ? Math.round(left) : left.toFixed(1)} ${unit}`
    left /= 1000
  }
  return String(value)
}

const SIGNS: Record<RunState, string> = {
  queued: '○',
  running: '●',
  parked: '○',
  succeeded: '✓',
  failed: '✗',
  cancelled: '–',
  incomplete: '✗',
}

/** A sign and a word; the sign tells it without colour too. */
export function stateWords(state: RunState): string {
  return `${SIGNS[state]} ${state}`
}

export function paintState(state: RunState, text: string, paint: Paint): string {
  const painters: Record<RunState, (text: string) => string> = {
    queued: paint.dim,
    running: paint.cyan,
    parked: paint.yellow,
    succeeded: paint.green,
    failed: paint.red,
    cancelled: paint.dim,
    incomplete: paint.yellow,
  }
  return painters[state](text)
}

/** "Name   value" lines, broken to the terminal's width; empty values are left out. */
export function facts(pairs: readonly (readonly [string, string])[], dim: (text: string) => string, columns?: number): string {
  const given = pairs.filter(([, value]) => value !== '')
  const width = Math.max(0, ...given.map(([name]) => name.length))
  return given.map(([name, value]) => `${dim(name.padEnd(width))}  ${wrap(value, columns, width + 2)}\n`).join('')
}
