/**
 * Moving a due time to another: what the schedule's rule becomes. Only rules for which one answer is plain are moved: a single time, an interval of
 * whole hours or more, and cron with one minute, one hour and at most one day.
 */
import type { ScheduleRule } from '#contract'

export type Moved = { readonly rule: ScheduleRule; readonly every: boolean } | { readonly why: string }

const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const NUMBER = /^\d{1,2}$/
const HOUR_MS = 3_600_000

/** `zone`: in which the rule's wall clock is. `every`: all later times move too. */
export function movedRule(rule: ScheduleRule, from: number, to: number, zone: string): Moved {
  if (from === to) return { why: 'It is there already.' }
  switch (rule.how) {
    case 'once':
      return { rule: { how: 'once', at: to }, every: false }
    case 'interval': {
      if (rule.everyMs < HOUR_MS) return { why: 'It comes more often than every hour; change its interval instead.' }
      const shift = (((to - from) % rule.everyMs) + rule.everyMs) % rule.everyMs
      if (shift === 0) return { why: 'It comes there already: its interval divides this step.' }
      return { rule: { ...rule, anchor: (rule.anchor + shift) % rule.everyMs }, every: true }
    }
    case 'cron':
      return movedCron(rule.expression, from, to, zone)
    case 'rrule':
      return { why: 'It came from a calendar; change its rule in the trigger.' }
  }
}

/** Whether its chip can be taken at all. */
export function canMove(rule: ScheduleRule): boolean {
  if (rule.how === 'once') return true
  if (rule.how === 'interval') return rule.everyMs >= HOUR_MS
  return rule.how === 'cron' && fieldsOf(rule.expression) !== undefined
}

function fieldsOf(expression: string): readonly [string, string, string, string, string] | undefined {
  const parts = expression.trim().split(/\s+/)
  const [minute, hour, day, month, weekday] = parts.length === 6 && parts[0] === '0' ? parts.slice(1) : parts.length === 5 ? parts : []
  if (!minute || !hour || !day || !month || !weekday || !NUMBER.test(minute) || !NUMBER.test(hour)) return undefined
  return [minute, hour, day, month, weekday]
}

function movedCron(expression: string, from: number, to: number, zone: string): Moved {
  const fields = fieldsOf(expression)
  if (!fields) return { why: 'It has more than one time of day; change it in the trigger.' }
  const [, , day, month, weekday] = fields
  const old = wallIn(zone, from)
  const wall = wallIn(zone, to)
  const time = `${wall.minute} ${wall.hour}`
  const sameDay = old.day === wall.day && old.month === wall.month
  const cron = (rest: string): Moved => ({ rule: { how: 'cron', expression: `${time} ${rest}` }, every: true })
  if (sameDay) return cron(`${day} ${month} ${weekday}`)
  if (day === '*' && month === '*' && isOneWeekday(weekday)) return cron(`* * ${wall.weekday}`)
  if (NUMBER.test(day) && weekday === '*' && (month === '*' || NUMBER.test(month))) {
    if (wall.day > 28 && month === '*') return { why: `Not every month has a day ${wall.day}; take one up to the 28th.` }
    return cron(`${wall.day} ${month === '*' ? '*' : wall.month} *`)
  }
  const sameTime = old.hour === wall.hour && old.minute === wall.minute
  if (day === '*' && weekday === '*' && !sameTime) return cron(`${day} ${month} ${weekday}`)
  return { why: 'It comes on several days: only its time of day can be moved.' }
}

function isOneWeekday(field: string): boolean {
  return /^[0-7]$/.test(field) || WEEKDAYS.includes(field.toUpperCase())
}

/** What the wall clock of a zone shows at a moment; an empty zone is this machine's. */
export function wallIn(zone: string, at: number) {
  const parts = new Intl.DateTimeFormat('en-US', {
    ...(zone !== '' && { timeZone: zone }),
    hourCycle: 'h23',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    weekday: 'short',
  }).formatToParts(at)
  const of = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? ''
  return {
    month: Number(of('month')),
    day: Number(of('day')),
    hour: Number(of('hour')),
    minute: Number(of('minute')),
    weekday: WEEKDAYS.indexOf(of('weekday').toUpperCase()),
  }
}

/** For `<input type="datetime-local">`, in this machine's zone. */
export function localText(at: number): string {
  const date = new Date(at)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`
}

/** Where a step of the keyboard leads: days sideways, a week or an hour up and down. */
export function stepped(at: number, key: string, view: 'month' | 'week'): number | undefined {
  const date = new Date(at)
  const by = (days: number, hours = 0) =>
    new Date(
      date.getFullYear(),
      date.getMonth(),
      date.getDate() + days,
      date.getHours() + hours,
      date.getMinutes(),
      date.getSeconds(),
    ).getTime()
  if (key === 'ArrowLeft') return by(-1)
  if (key === 'ArrowRight') return by(1)
  if (key === 'ArrowUp') return view === 'month' ? by(-7) : by(0, -1)
  if (key === 'ArrowDown') return view === 'month' ? by(7) : by(0, 1)
  return undefined
}
