/**
 * Schedules in words: "every weekday at 9", "every 15 minutes between 9 and 17", "last friday of the month at 18:00", "tomorrow at 8".
 * Each clause is taken out of the text; what is left over was not understood, and is said instead of guessed at. [SC31]
 */
import type { ScheduleRule } from '#contract'
import { momentOf, wallAt } from './wall.ts'

export type Reading = { readonly rule: ScheduleRule } | { readonly problem: string }

const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTHS = ['january', 'february', 'march', 'april', 'may', 'june', 'july', 'august', 'september', 'october', 'november', 'december']
const ORDINALS: Readonly<Record<string, string>> = {
  first: '1',
  second: '2',
  third: '3',
  fourth: '4',
  last: 'L',
  '1st': '1',
  '2nd': '2',
  '3rd': '3',
  '4th': '4',
}
const UNIT_MS: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000 }
const DAY = '(sun|mon|tue|tues|wed|thu|thur|thurs|fri|sat|sunday|monday|tuesday|wednesday|thursday|friday|saturday)s?'
const MONTH = `(${MONTHS.map((month) => `${month}|${month.slice(0, 3)}`).join('|')})`
const TIME = '(\\d{1,2}(?::\\d{2})?\\s?(?:am|pm)?|noon|midday|midnight)'
const FILLER =
  /\b(?:every|each|on|at|the|of|and|in|a|an|day|days|daily|month|months|monthly|week|weekly|year|yearly|run|please|oclock|o'clock|from)\b|[,.]/g
const EXAMPLES =
  'For example: "every weekday at 9", "every 15 minutes between 9 and 17", "first monday of the month at 8:30", "tomorrow at 7pm".'

export function readWords(text: string, zone: string, now: number): Reading {
  const asked = text.trim().toLowerCase().replace(/\s+/g, ' ')
  if (asked === '') return { problem: `Say when. ${EXAMPLES}` }
  if (/^@[a-z]+$/.test(asked) || /^[\d*?/,\-#lw]+(?: [\da-z*?/,\-#]+){4,5}$/i.test(asked))
    return { rule: { how: 'cron', expression: text.trim() } }
  const rest = new Clauses(asked)
  const rule = oneTime(rest, zone, now) ?? spaced(rest) ?? repeated(rest)
  const left = rest.left()
  if (typeof rule === 'string') return { problem: rule }
  if (rule === null) return { problem: `No time was found in "${text.trim()}". ${EXAMPLES}` }
  if (left !== '') return { problem: `"${left}" was not understood. ${EXAMPLES}` }
  return { rule }
}

/** The text, of which clauses are taken out one by one. */
class Clauses {
  #text: string
  constructor(text: string) {
    this.#text = text
  }
  take(pattern: RegExp): RegExpExecArray | null {
    const found = pattern.exec(this.#text)
    if (found) this.#text = `${this.#text.slice(0, found.index)} ${this.#text.slice(found.index + found[0].length)}`
    return found
  }
  has(pattern: RegExp): boolean {
    return pattern.test(this.#text)
  }
  left(): string {
    return this.#text.replace(FILLER, ' ').replace(/\s+/g, ' ').trim()
  }
}

type Found = ScheduleRule | string | null

function oneTime(rest: Clauses, zone: string, now: number): Found {
  const soon = rest.take(/\bin (\d+|an?) (second|minute|hour|day|week)s?\b/)
  if (soon) return { how: 'once', at: now + (Number(soon[1]) || 1) * (UNIT_MS[soon[2] ?? ''] ?? 0) }
  const date = rest.take(/\b(?:on )?(\d{4})-(\d{2})-(\d{2})\b/)
  const near = date ? null : rest.take(/\b(today|tomorrow)\b/)
  if (!date && !near) return null
  const times = timesIn(rest)
  if (typeof times === 'string') return times
  const [time] = times
  if (!time || times.length > 1) return 'One time of day is needed, such as "tomorrow at 9".'
  const today = wallAt(zone, now)
  const midnight = date
    ? Date.parse(`${date[1]}-${date[2]}-${date[3]}T00:00:00Z`)
    : today - (today % 86_400_000) + (near?.[1] === 'tomorrow' ? 86_400_000 : 0)
  if (Number.isNaN(midnight)) return `"${date?.[0].trim()}" is no day of the calendar.`
  const { at } = momentOf(zone, midnight + (time.hour * 60 + time.minute) * 60_000)
  return at > now ? { how: 'once', at } : 'That time has passed already.'
}

/** Every 15 minutes, every 2 hours, hourly; with hours and days to which it is kept. */
function spaced(rest: Clauses): Found {
  const half = rest.take(/\bevery (half|quarter)(?: an?)?[- ]hour\b/)
  const found = half ?? rest.take(/\bevery (?:(\d+) )?(second|minute|hour)s?\b/) ?? rest.take(/\bhourly\b/)
  if (!found) {
    const days = rest.take(/\bevery (?:(\d+|other) )(day|week)s?\b/)
    return days ? everyFewDays(rest, days) : null
  }
  const unit = half ? 'minute' : (found[2] ?? 'hour')
  const count = half ? (half[1] === 'half' ? 30 : 15) : Number(found[1] ?? 1)
  if (count < 1) return 'A distance of at least one second is needed.'
  const between = rest.take(new RegExp(`\\b(?:between|from) ${TIME} (?:and|to|until|till) ${TIME}`))
  const days = daysIn(rest)
  const from = between ? timeOf(between[1] ?? '') : null
  const to = between ? timeOf(between[2] ?? '') : null
  if (between && (!from || !to)) return `"${between[0]}" is no span of a day.`
  const cyclic = (unit === 'hour' ? 24 : 60) % count === 0
  if (!from && days === '*')
    return cyclic && unit !== 'second'
      ? cronSpaced(unit, count, '*', '*')
      : { how: 'interval', everyMs: count * (UNIT_MS[unit] ?? 0), anchor: 0 }
  if (!cyclic || unit === 'second')
    return `Every ${count} ${unit}s does not divide the ${unit === 'hour' ? 'day' : 'hour'} evenly, so it cannot be kept to hours or days. Take ${unit === 'hour' ? '2, 3, 4, 6, 8 or 12 hours' : '5, 10, 15, 20 or 30 minutes'}.`
  if (from && to && (from.minute !== 0 || to.minute !== 0))
    return 'The hours between which it runs are whole ones, such as "between 9 and 17".'
  // Up to 17 means that the last one is before 17:00, or at it for whole hours.
  const hours = from && to ? `${from.hour}-${unit === 'hour' ? to.hour : (to.hour + 23) % 24}` : '*'
  return cronSpaced(unit, count, hours, days)
}

function cronSpaced(unit: string, count: number, hours: string, days: string): ScheduleRule {
  const step = count === 1 ? '' : `/${count}`
  const expression = unit === 'minute' ? `*${step} ${hours} * * ${days}` : `0 ${hours}${step} * * ${days}`
  return { how: 'cron', expression }
}

function everyFewDays(rest: Clauses, found: RegExpExecArray): Found {
  const count = found[1] === 'other' ? 2 : Number(found[1])
  const times = timesIn(rest)
  if (typeof times === 'string') return times
  if (times.length > 1) return 'One time of day is needed.'
  const days = found[2] === 'week' ? daysIn(rest) : '*'
  const { hour, minute } = times[0] ?? { hour: 0, minute: 0 }
  const by = days === '*' ? '' : `;BYDAY=${days.split(',').flatMap(rruleDays).join(',')}`
  const frequency = found[2] === 'week' ? 'WEEKLY' : 'DAILY'
  return { how: 'rrule', rule: `FREQ=${frequency};INTERVAL=${count}${by};BYHOUR=${hour};BYMINUTE=${minute};BYSECOND=0` }
}

function rruleDays(day: string): string[] {
  const names = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA']
  const [from, to] = day.split('-').map(Number)
  return names.slice(from ?? 0, (to ?? from ?? 0) + 1)
}

/** Certain days at certain times. */
function repeated(rest: Clauses): Found {
  const nth = rest.take(new RegExp(`\\b(first|second|third|fourth|last|1st|2nd|3rd|4th) ${DAY} of (?:the|every|each)? ?month\\b`))
  const lastDay = nth ? null : rest.take(/\blast (day|weekday) of (?:the|every|each)? ?month\b/)
  const yearly = rest.take(new RegExp(`\\b(?:(\\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH}|${MONTH} (?:the )?(\\d{1,2})(?:st|nd|rd|th)?)\\b`))
  const numbered = yearly || nth || lastDay ? [] : takeAll(rest, /\b(?:the )?(\d{1,2})(?:st|nd|rd|th)\b/)
  const word = rest.has(/\b(?:every|each|daily|weekly|monthly|yearly|month|day)\b/)
  const days = daysIn(rest)
  const times = timesIn(rest)
  if (typeof times === 'string') return times
  const named = nth !== null || lastDay !== null || yearly !== null || numbered.length > 0 || days !== '*'
  if (!named && !word && times.length === 0) return null
  const minutes = new Set(times.map(({ minute }) => minute))
  if (minutes.size > 1)
    return 'Several times of day need the same minute here, such as "at 9:30 and 17:30"; make a trigger for each otherwise.'
  const clock = `${times[0]?.minute ?? 0} ${times.length > 0 ? times.map(({ hour }) => hour).join(',') : 0}`
  const cron = (expression: string): ScheduleRule => ({ how: 'cron', expression })
  if (nth) return cron(`${clock} * * ${dayNumber(nth[2] ?? '')}${ORDINALS[nth[1] ?? ''] === 'L' ? 'L' : `#${ORDINALS[nth[1] ?? '']}`}`)
  if (lastDay) return cron(`${clock} ${lastDay[1] === 'day' ? 'L' : 'LW'} * *`)
  if (yearly) return cron(`${clock} ${yearly[1] ?? yearly[4]} ${monthNumber(yearly[2] ?? yearly[3] ?? '')} *`)
  if (numbered.length > 0) return cron(`${clock} ${numbered.join(',')} * *`)
  if (rest.has(/\bmonth(?:ly)?\b/)) return cron(`${clock} 1 * *`)
  if (rest.has(/\byear(?:ly)?\b/)) return cron(`${clock} 1 1 *`)
  if (days === '*' && rest.has(/\bweek(?:ly)?\b/)) return cron(`${clock} * * 1`)
  return cron(`${clock} * * ${days}`)
}

function takeAll(rest: Clauses, pattern: RegExp): string[] {
  const found: string[] = []
  for (let one = rest.take(pattern); one; one = rest.take(pattern)) found.push(one[1] ?? '')
  return found
}

/** The cron field of the days that are named; `*` when none is. */
function daysIn(rest: Clauses): string {
  const span = rest.take(new RegExp(`\\b${DAY} (?:to|through|until|-) ${DAY}\\b`))
  if (span) return `${dayNumber(span[1] ?? '')}-${dayNumber(span[2] ?? '')}`
  if (rest.take(/\b(?:weekdays?|working days?|workdays?)\b/)) return '1-5'
  if (rest.take(/\bweekends?\b/)) return '0,6'
  const days = takeAll(rest, new RegExp(`\\b${DAY}\\b`)).map(dayNumber)
  return days.length > 0 ? [...new Set(days)].sort((a, b) => a - b).join(',') : '*'
}

interface Time {
  readonly hour: number
  readonly minute: number
}

/** Every time of day that is left, with or without "at"; a text when one is none. */
function timesIn(rest: Clauses): Time[] | string {
  const times: Time[] = []
  for (const text of takeAll(rest, new RegExp(`\\b(?:at |and |, ?)?${TIME}(?= |,|$)`))) {
    const time = timeOf(text)
    if (!time) return `"${text}" is no time of day.`
    times.push(time)
  }
  return times
}

function timeOf(text: string): Time | null {
  if (text === 'noon' || text === 'midday') return { hour: 12, minute: 0 }
  if (text === 'midnight') return { hour: 0, minute: 0 }
  const found = /^(\d{1,2})(?::(\d{2}))?\s?(am|pm)?$/.exec(text)
  if (!found) return null
  const minute = Number(found[2] ?? 0)
  const said = Number(found[1])
  if (found[3] && (said < 1 || said > 12)) return null
  const hour = found[3] ? (said % 12) + (found[3] === 'pm' ? 12 : 0) : said
  return hour > 23 || minute > 59 ? null : { hour, minute }
}

function dayNumber(text: string): number {
  return DAYS.findIndex((day) => day.startsWith(text.slice(0, 3)))
}

function monthNumber(text: string): number {
  return MONTHS.findIndex((month) => month.startsWith(text.slice(0, 3))) + 1
}
