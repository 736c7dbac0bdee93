/** Inside the box: the extension methods of dates, and reading a time. All need Luxon, which is loaded when an expression first names a time. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions, guestTable } from '../../sandbox/guest-text.ts'

interface Time {
  readonly isValid: boolean
  readonly isInDST: boolean
  readonly weekday: number
  readonly [part: string]: unknown
  plus(amount: object): Time
  minus(amount: object): Time
  startOf(unit: string): Time
  endOf(unit: string): Time
  toFormat(format: string): string
  toMillis(): number
  toJSDate(): Date
  diff(other: Time, units: readonly string[]): { toObject(): Record<string, number> }
}

interface Times {
  fromISO(text: string): Time
  fromMillis(millis: number): Time
  fromJSDate(date: Date): Time
  fromFormat(text: string, format: string): Time
  fromHTTP(text: string): Time
  fromRFC2822(text: string): Time
  fromSQL(text: string): Time
  now(): Time
}

interface TimeKit extends GuestKit {
  refuse(message: string): Error
  libraries: Record<string, object>
  luxon(): { DateTime: Times }
  toTime(value: unknown): Time
  likeBefore(before: unknown, time: Time): unknown
  textToTime(text: string, format?: unknown): Time
}

declare const kit: TimeKit

function luxon(): unknown {
  return kit.libraries.luxon
}

function textToTime(text: string, format?: unknown): Time {
  const { DateTime } = kit.luxon()
  if (typeof format === 'string') return DateTime.fromFormat(text, format)
  const at = new Date(text).getTime()
  for (const read of [DateTime.fromISO, DateTime.fromHTTP, DateTime.fromRFC2822, DateTime.fromSQL]) {
    const time = (read as (text: string, options: object) => Time).call(DateTime, text, { setZone: true })
    if (time.isValid) return time
  }
  if (Number.isNaN(at)) throw kit.refuse('cannot convert to Luxon DateTime')
  return DateTime.fromMillis(at)
}

function numberToTime(value: number, unit?: unknown): Time {
  const { DateTime } = kit.luxon()
  const scale: Record<string, number> = { s: 1000, us: 0.001 }
  const millis = unit === 'excel' ? (value - 25_569) * 86_400_000 : value * (scale[String(unit)] ?? 1)
  return DateTime.fromMillis(Math.trunc(millis))
}

/** Any date-like value as a Luxon time. */
function toTime(value: unknown): Time {
  const { DateTime } = kit.luxon()
  if (value instanceof Date) return DateTime.fromJSDate(value)
  if (typeof value === 'number') return DateTime.fromMillis(value)
  if (typeof value === 'string') return kit.textToTime(value)
  return value as Time
}

/** What came as a plain Date goes back as one. */
function likeBefore(before: unknown, time: Time): unknown {
  return before instanceof Date ? time.toJSDate() : time
}

function span(amount: unknown, unit: unknown): object {
  if (typeof amount === 'object' && amount !== null) return amount
  const short: Record<string, string> = {
    ms: 'milliseconds',
    s: 'seconds',
    sec: 'seconds',
    secs: 'seconds',
    m: 'minutes',
    min: 'minutes',
    mins: 'minutes',
  }
  const long: Record<string, string> = {
    h: 'hours',
    hr: 'hours',
    hrs: 'hours',
    d: 'days',
    w: 'weeks',
    wk: 'weeks',
    M: 'months',
    mo: 'months',
    y: 'years',
    yr: 'years',
  }
  const wanted = typeof unit === 'string' ? unit : 'milliseconds'
  return { [short[wanted] ?? long[wanted] ?? wanted]: amount }
}

function onlyLuxon(value: unknown, name: string): Time {
  if (value instanceof Date) throw new TypeError(`${name} is not a function`)
  return value as Time
}

function difference(from: Time, to: Time, units: unknown): unknown {
  const wanted = Array.isArray(units) ? (units as string[]) : [typeof units === 'string' ? units : 'days']
  const parts = from.diff(to, wanted).toObject()
  return Array.isArray(units) ? parts : (Object.values(parts)[0] ?? Number.NaN)
}

const times = {
  beginningOf(value: unknown, unit?: unknown): unknown {
    return kit.likeBefore(value, kit.toTime(value).startOf(String(unit ?? 'week')))
  },
  endOfMonth(value: unknown): unknown {
    return kit.likeBefore(value, kit.toTime(value).endOf('month'))
  },
  diffTo(value: unknown, other: unknown, units?: unknown): unknown {
    return difference(onlyLuxon(value, 'diff'), kit.toTime(other), units)
  },
  diffToNow(value: unknown, units?: unknown): unknown {
    return difference(onlyLuxon(value, 'diffNow'), kit.luxon().DateTime.now(), units)
  },
  extract(value: unknown, part?: unknown): unknown {
    const names: Record<string, string> = { week: 'weekNumber', dayOfMonth: 'day', yearDayNumber: 'ordinal', dayOfYear: 'ordinal' }
    const wanted = String(part ?? 'week')
    return kit.toTime(value)[names[wanted] ?? wanted]
  },
  format(value: unknown, format?: unknown): unknown {
    return kit.toTime(value).toFormat(String(format ?? 'yyyy-MM-dd'))
  },
  isBetween(value: unknown, from: unknown, to: unknown): boolean {
    const at = kit.toTime(value).toMillis()
    const [first, second] = [kit.toTime(from).toMillis(), kit.toTime(to).toMillis()]
    return at > Math.min(first, second) && at < Math.max(first, second)
  },
  isDst(value: unknown): boolean {
    return kit.toTime(value).isInDST
  },
  isEmpty(): boolean {
    return false
  },
  isInLast(value: unknown, amount: unknown, unit?: unknown): boolean {
    const now = kit.luxon().DateTime.now()
    const at = kit.toTime(value).toMillis()
    return at >= now.minus(span(amount, unit ?? 'minutes')).toMillis() && at <= now.toMillis()
  },
  isWeekend(value: unknown): boolean {
    return kit.toTime(value).weekday > 5
  },
  plus(value: unknown, amount: unknown, unit?: unknown): unknown {
    return kit.likeBefore(value, kit.toTime(value).plus(span(amount, unit)))
  },
  minus(value: unknown, amount: unknown, unit?: unknown): unknown {
    return kit.likeBefore(value, kit.toTime(value).minus(span(amount, unit)))
  },
  toBoolean(): undefined {
    return undefined
  },
  toDateTime(value: unknown): unknown {
    return kit.toTime(value)
  },
  toInt(value: unknown): number {
    return Number(value)
  },
  toJsonString(value: unknown): string {
    return JSON.stringify(value)
  },
}

export const timesPart =
  guestFunctions({ luxon, textToTime, numberToTime, toTime, likeBefore }) +
  guestTable('times', times as never, [span, onlyLuxon, difference] as never)
