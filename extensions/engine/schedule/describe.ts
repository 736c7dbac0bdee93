/** A rule in plain words. [SC30] Loaded when somebody reads it: no schedule needs its description. */
import { toString as cronWords } from 'cronstrue'
import type { ScheduleRule } from '#contract'
import { rruleWords } from './rrule.ts'
import { wallText } from './rule.ts'

const UNITS: readonly (readonly [number, string])[] = [
  [7 * 24 * 3_600_000, 'week'],
  [24 * 3_600_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1000, 'second'],
]

export function describeRule(rule: ScheduleRule, zone: string): string {
  switch (rule.how) {
    case 'cron':
      return cronText(rule.expression)
    case 'interval':
      return `Every ${durationWords(rule.everyMs)}`
    case 'once':
      return `Once, on ${wallText(zone, rule.at).slice(0, 16)}`
    case 'rrule':
      return rruleText(rule.rule)
  }
}

/** `90 minutes`, `day`, `2 weeks`; in the largest unit that is whole. */
export function durationWords(ms: number): string {
  const [size, unit] = UNITS.find(([size]) => ms % size === 0) ?? [1, 'millisecond']
  const count = ms / size
  return count === 1 ? unit : `${count} ${unit}s`
}

function cronText(expression: string): string {
  const nick: Record<string, string> = {
    '@hourly': '0 * * * *',
    '@daily': '0 0 * * *',
    '@midnight': '0 0 * * *',
    '@weekly': '0 0 * * 0',
    '@monthly': '0 0 1 * *',
    '@yearly': '0 0 1 1 *',
    '@annually': '0 0 1 1 *',
  }
  try {
    return cronWords(nick[expression.toLowerCase()] ?? expression, { use24HourTimeFormat: true, verbose: false })
  } catch {
    return `Cron ${expression}`
  }
}

function rruleText(rule: string): string {
  const words = rruleWords(rule)
  return words ? words.charAt(0).toUpperCase() + words.slice(1) : `Calendar rule ${rule}`
}
