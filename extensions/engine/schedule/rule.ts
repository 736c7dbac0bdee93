/** A rule in a zone, and its due times. [SC1], [SC4], [SC6] */
import type { ScheduleRule } from '#contract'
import { TroupeError } from '#core'
import { checkCron, cronAfter } from './cron.ts'
import { checkRrule, rruleAfter } from './rrule.ts'
import { type Mark, type Moment, momentOf, searchFrom, wallAt } from './wall.ts'
import { isZone, offsetAt } from './zone.ts'

export interface DueTime {
  readonly at: number
  readonly mark: Mark
}

/** Due times beyond this are not looked for: what comes once in four years comes, 30 February does not. */
const HORIZON = 8 * 366 * 24 * 3_600_000

/** INVALID with what is wrong. */
export function checkRule(rule: ScheduleRule, zone: string): void {
  if (!isZone(zone))
    throw new TroupeError('INVALID', `"${zone}" is no time zone that this machine knows.`, {
      hint: 'For example: Europe/Vienna, America/New_York, UTC.',
    })
  if (rule.how === 'cron') checkCron(rule.expression)
  if (rule.how === 'rrule') checkRrule(rule.rule)
}

/** The first due time strictly after; null: there is none. */
export function nextDue(rule: ScheduleRule, zone: string, after: number): Moment | null {
  switch (rule.how) {
    case 'once':
      return rule.at > after ? { at: rule.at, mark: 'none' } : null
    case 'interval': {
      const { everyMs, anchor } = rule
      return { at: anchor + Math.max(0, Math.floor((after - anchor) / everyMs) + 1) * everyMs, mark: 'none' }
    }
    case 'cron':
      return nextOnWall((wall) => cronAfter(rule.expression, wall), zone, after)
    case 'rrule':
      return nextOnWall((wall) => rruleAfter(rule.rule, wall), zone, after)
  }
}

function nextOnWall(step: (wall: number) => number | null, zone: string, after: number): Moment | null {
  let wall: number | null = searchFrom(zone, after)
  for (;;) {
    wall = step(wall)
    if (wall === null || wall - after > HORIZON) return null
    const moment = momentOf(zone, wall)
    if (moment.at > after) return moment
  }
}

/** The first `count` due times after, each with what a change of clocks does to it: [SC2], [SC3]; `shift`: another offset than the one before. */
export function nextDues(rule: ScheduleRule, zone: string, after: number, count: number): DueTime[] {
  const found: DueTime[] = []
  let offset = offsetAt(zone, after)
  for (let last = after; found.length < count; ) {
    const next = nextDue(rule, zone, last)
    if (!next) break
    const now = offsetAt(zone, next.at)
    found.push({ at: next.at, mark: next.mark === 'none' && now !== offset ? 'shift' : next.mark })
    offset = now
    last = next.at
  }
  return found
}

/** `2026-11-25 09:00:00` on the zone's clock. */
export function wallText(zone: string, at: number): string {
  return new Date(wallAt(zone, at)).toISOString().slice(0, 19).replace('T', ' ')
}

/** `UTC+05:30` */
export function offsetText(zone: string, at: number): string {
  const minutes = Math.round(offsetAt(zone, at) / 60_000)
  const size = Math.abs(minutes)
  const two = (value: number) => String(value).padStart(2, '0')
  return `UTC${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
