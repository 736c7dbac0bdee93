/** Reading dates as people write them, in the team's zone. */
import { DateTime } from 'luxon'
import { MomentValue } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'

export function readDate(value: unknown, zone: string, fromFormat?: string): DateTime {
  const date =
    fromFormat === undefined || fromFormat === '' ? guessed(value, zone) : DateTime.fromFormat(String(value), fromFormat, { zone })
  if (!date.isValid) throw new NodeFailure(`${JSON.stringify(value) ?? 'Nothing'} is no date that can be read.`)
  return date
}

function guessed(value: unknown, zone: string): DateTime {
  if (value instanceof MomentValue) return DateTime.fromMillis(value.millis, { zone: value.zone ?? zone })
  if (value instanceof Date) return DateTime.fromJSDate(value, { zone })
  const text = String(value ?? '')
  if (/^\d{13}$/.test(text)) return DateTime.fromMillis(Number(text), { zone })
  if (/^\d{10}(\.\d+)?$/.test(text)) return DateTime.fromSeconds(Number(text), { zone })
  if (typeof value === 'number') return DateTime.fromMillis(value, { zone })
  for (const read of [DateTime.fromISO, DateTime.fromHTTP, DateTime.fromRFC2822, DateTime.fromSQL]) {
    const date = read(text, { zone })
    if (date.isValid) return date
  }
  const parsed = text === '' ? Number.NaN : Date.parse(text)
  return Number.isNaN(parsed) ? DateTime.invalid('unreadable') : DateTime.fromMillis(parsed, { zone })
}

const MOMENT_TOKENS: Readonly<Record<string, string>> = {
  YYYY: 'yyyy',
  YY: 'yy',
  MMMM: 'LLLL',
  MMM: 'LLL',
  MM: 'LL',
  M: 'L',
  DD: 'dd',
  D: 'd',
  dddd: 'cccc',
  ddd: 'ccc',
  E: 'c',
  HH: 'HH',
  H: 'H',
  hh: 'hh',
  h: 'h',
  mm: 'mm',
  m: 'm',
  ss: 'ss',
  s: 's',
  SSS: 'SSS',
  A: 'a',
  a: 'a',
  Z: 'ZZ',
  ZZ: 'ZZZ',
  X: 'X',
  x: 'x',
  Q: 'q',
  WW: 'WW',
  W: 'W',
  DDDD: 'ooo',
  DDD: 'o',
}
const MOMENT_PART = /\[([^\]]*)\]|Do|YYYY|YY|MMMM|MMM|MM|M|DDDD|DDD|DD|D|dddd|ddd|E|HH|H|hh|h|mm|m|ss|s|SSS|A|a|ZZ|Z|X|x|Q|WW|W|[^\w[]+|\w/g

/** Formats in the older language of dates (`YYYY-MM-DD`), which version 1 of the node used. */
export function formatOld(date: DateTime, format: string): string {
  let out = ''
  for (const match of format.matchAll(MOMENT_PART)) {
    const [part, literal] = match
    const token = MOMENT_TOKENS[part]
    if (literal !== undefined) out += literal
    else if (part === 'Do') out += ordinal(date.day)
    else if (part === 'a') out += date.toFormat('a').toLowerCase()
    else out += token === undefined ? part : date.toFormat(token)
  }
  return out
}

function ordinal(day: number): string {
  const tens = day % 100
  if (tens >= 11 && tens <= 13) return `${day}th`
  return `${day}${['th', 'st', 'nd', 'rd'][day % 10] ?? 'th'}`
}

/** The older language as the newer one, for reading. */
export function newFormat(format: string): string {
  return [...format.matchAll(MOMENT_PART)]
    .map(([part, literal]) => (literal !== undefined ? `'${literal}'` : (MOMENT_TOKENS[part] ?? part)))
    .join('')
}
