/**
 * Cron expressions on plain wall-clock time. The library (croner) reads and walks them, and only ever in UTC: around changes of clocks
 * every library asked was wrong in its own way (DECISIONS). Read expressions are shared; the last answers of each are kept, since many
 * schedules of one expression ask for the same moment.
 */
import { Cron } from 'croner'
import { TroupeError } from '#core'

interface Read {
  readonly cron: Cron
  lastAfter: number
  lastNext: number | null
}

const read = new Map<string, Read>()
/** Expressions kept in memory, some 3 kB each. */
const KEPT = 2_000

/** INVALID with what is wrong. */
export function checkCron(expression: string): void {
  open(expression)
}

/** The first wall-clock time strictly after; null: it never comes. */
export function cronAfter(expression: string, wall: number): number | null {
  const one = open(expression)
  if (one.lastAfter === wall || (one.lastNext !== null && wall >= one.lastAfter && wall < one.lastNext)) return one.lastNext
  const next = one.cron.nextRun(new Date(wall))?.getTime() ?? null
  one.lastAfter = wall
  one.lastNext = next
  return next
}

function open(expression: string): Read {
  const known = read.get(expression)
  if (known) return known
  if (!/^@[a-z]+$/.test(expression) && ![5, 6].includes(expression.split(/\s+/).length))
    throw new TroupeError(
      'INVALID',
      `"${expression}" has ${expression.split(/\s+/).length} fields; a cron expression has five, or six with seconds first.`,
      {
        hint: 'For example: 0 9 * * 1-5 (minute, hour, day of month, month, day of week).',
      },
    )
  try {
    const cron = new Cron(expression, { utcOffset: 0, paused: true })
    if (read.size >= KEPT) read.clear()
    const one = { cron, lastAfter: Number.NaN, lastNext: null }
    read.set(expression, one)
    return one
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.replace(/^CronPattern: /, '') : String(cause)
    throw new TroupeError('INVALID', `"${expression}" cannot be read as a cron expression: ${why}`, {
      cause,
      hint: 'For example: 0 9 * * 1-5 (minute, hour, day of month, month, day of week).',
    })
  }
}
