/** Recurrence rules of RFC 5545, for what comes from a calendar; on plain wall-clock time, as cron expressions are. */
import type { RRuleSet } from 'rrule'
import { messageOf, TroupeError } from '#core'

const read = new Map<string, RRuleSet>()
const KEPT = 500
let library: typeof import('rrule') | undefined

/** Few schedules are of this kind, and the library is the largest of this room: it is loaded before the first one is asked. */
export async function loadRrule(): Promise<void> {
  if (library) return
  const loaded: { readonly rrulestr?: unknown; readonly default?: unknown } = await import('rrule')
  // From source Node reads it as CommonJS, in the bundle it is a module.
  library = (loaded.rrulestr ? loaded : loaded.default) as typeof import('rrule')
}

/** In words of the library; undefined: it has none. */
export function rruleWords(rule: string): string | undefined {
  try {
    return library?.rrulestr(rule.replace(/DTSTART[^\n]*\n?/i, '')).toText()
  } catch {
    return undefined
  }
}

/** INVALID with what is wrong. `start` is used where the rule names no DTSTART. */
export function checkRrule(rule: string): void {
  open(rule)
}

/** The first wall-clock time strictly after; null: there is none. */
export function rruleAfter(rule: string, wall: number): number | null {
  return open(rule).after(new Date(wall), false)?.getTime() ?? null
}

function open(rule: string): RRuleSet {
  const known = read.get(rule)
  if (known) return known
  // A slow rule is walked from its beginning: only what has at most one due time an hour or so may begin years ago.
  if (/FREQ=(HOURLY|MINUTELY|SECONDLY)/i.test(rule))
    throw new TroupeError('INVALID', 'A recurrence rule here is DAILY, WEEKLY, MONTHLY or YEARLY.', {
      hint: 'For hours and minutes take a cron expression or an interval.',
    })
  try {
    // Without DTSTART the rule counts from a fixed Monday, so that every look at it agrees.
    const whole = /DTSTART/i.test(rule) ? rule : `DTSTART:20240101T000000Z\n${/^RRULE:/i.test(rule) ? rule : `RRULE:${rule}`}`
    if (!library) throw new TroupeError('INTERNAL', 'loadRrule is called first.')
    const set = library.rrulestr(whole.replace(/DTSTART;TZID=[^:]+:/i, 'DTSTART:'), { forceset: true }) as RRuleSet
    if (read.size >= KEPT) read.clear()
    read.set(rule, set)
    return set
  } catch (cause) {
    throw new TroupeError('INVALID', `This recurrence rule cannot be read: ${messageOf(cause)}`, {
      cause,
      hint: 'For example: FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0',
    })
  }
}
