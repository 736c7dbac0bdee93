/**
 * What the box may ask of the host whatever runs in it: reading and printing dates, `Intl`, hashes, Base64. Pure functions of text
 * and numbers; inputs are bounded, since they run outside the box's limits. `undefined` means that the question is not one of these.
 */
import { createHash } from 'node:crypto'
import { titleCase } from 'title-case'

type Answer = (values: readonly unknown[]) => unknown

/** Longest text that is read as a date. Characters. */
const LONGEST_DATE = 1_000
/** Longest text for hashes, Base64 and case. Characters. */
const LONGEST_TEXT = 20_000_000
/** Formatters kept, by their JSON. */
const KEPT_FORMATTERS = 200

export class PlatformRefusal extends Error {
  override readonly name = 'PlatformRefusal'
}

export const platformAnswers: Readonly<Record<string, Answer>> = {
  date: ([text]) => {
    const given = String(text)
    return given.length > LONGEST_DATE ? null : Date.parse(given)
  },
  dateText: ([name, millis, locales, options]) => dateText(String(name), millis, locales, options),
  intl: ([kind, locales, options, method, given]) =>
    intl(String(kind), locales, options, String(method), Array.isArray(given) ? given : []),
  base64: ([direction, text]) => {
    const given = bounded(text)
    return direction === 'encode'
      ? Buffer.from(given, 'utf8').toString('base64')
      : Buffer.from(given.replace(/[^A-Za-z0-9+/_-]/g, ''), 'base64').toString('utf8')
  },
  hash: ([algorithm, text]) => hash(String(algorithm), bounded(text)),
  titleCase: ([text]) => titleCase(bounded(text)),
  plainLetters: ([text]) => plainLetters(bounded(text)),
  bytes: ([text, from, to]) => bytes(bounded(text), String(from), String(to)),
  jsonComplaint: ([text]) => jsonComplaint(bounded(text)),
}

function bounded(text: unknown): string {
  const given = String(text)
  if (given.length > LONGEST_TEXT) throw new PlatformRefusal(`A text of ${given.length} characters; at most ${LONGEST_TEXT} are allowed.`)
  return given
}

const DATE_TEXTS = new Set(['toString', 'toTimeString', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'])

function dateText(name: string, millis: unknown, locales: unknown, options: unknown): string {
  const date = new Date(typeof millis === 'number' ? millis : Number.NaN)
  if (name === 'toString') return date.toString()
  if (name === 'toTimeString') return date.toTimeString()
  if (!DATE_TEXTS.has(name)) throw new PlatformRefusal(`No such date text: ${name}`)
  const print = date[name as 'toLocaleString']
  return print.call(date, localesOf(locales), (options ?? undefined) as Intl.DateTimeFormatOptions | undefined)
}

/** The language of a text does not hang on the machine: English (US) when none is named. */
function localesOf(locales: unknown): string | string[] {
  if (typeof locales === 'string') return locales
  return Array.isArray(locales) && locales.length > 0 ? locales.map(String) : 'en-US'
}

const KINDS = {
  DateTimeFormat: Intl.DateTimeFormat,
  NumberFormat: Intl.NumberFormat,
  RelativeTimeFormat: Intl.RelativeTimeFormat,
  PluralRules: Intl.PluralRules,
  ListFormat: Intl.ListFormat,
  Collator: Intl.Collator,
  DisplayNames: Intl.DisplayNames,
} as const
const INTL_METHODS = new Set(['format', 'formatToParts', 'formatRange', 'resolvedOptions', 'select', 'compare', 'of'])
const formatters = new Map<string, object>()

function intl(kind: string, locales: unknown, options: unknown, method: string, given: readonly unknown[]): unknown {
  if (!Object.hasOwn(KINDS, kind) || !INTL_METHODS.has(method)) throw new PlatformRefusal(`Intl.${kind} has no ${method} here.`)
  const key = JSON.stringify([kind, locales, options])
  const formatter = formatters.get(key) ?? keepFormatter(key, makeFormatter(kind as keyof typeof KINDS, locales, options))
  const called: unknown = Reflect.get(formatter, method)
  if (typeof called !== 'function') throw new PlatformRefusal(`Intl.${kind} has no ${method} here.`)
  return Reflect.apply(called, formatter, given.map(plainNumber))
}

function makeFormatter(kind: keyof typeof KINDS, locales: unknown, options: unknown): object {
  try {
    return Reflect.construct(KINDS[kind], [localesOf(locales), options ?? undefined]) as object
  } catch (error) {
    throw new PlatformRefusal(error instanceof Error ? error.message : String(error))
  }
}

function keepFormatter(key: string, formatter: object): object {
  if (formatters.size >= KEPT_FORMATTERS) formatters.clear()
  formatters.set(key, formatter)
  return formatter
}

function plainNumber(value: unknown): unknown {
  return typeof value === 'object' && value !== null && '\u0000' in value && 'text' in value ? Number(value.text) : value
}

const ENCODINGS = new Set(['utf8', 'utf-8', 'ascii', 'latin1', 'binary', 'base64', 'base64url', 'hex', 'utf16le', 'ucs2'])

/** Text in one encoding as text in another; bytes themselves travel as Latin-1. */
function bytes(text: string, from: string, to: string): string {
  const [source, target] = [from.toLowerCase(), to.toLowerCase()]
  if (!ENCODINGS.has(source) || !ENCODINGS.has(target)) throw new PlatformRefusal(`Unknown encoding: ${ENCODINGS.has(source) ? to : from}`)
  return Buffer.from(text, source as BufferEncoding).toString(target as BufferEncoding)
}

const HASHES = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-384', 'sha3-512'])

function hash(algorithm: string, text: string): string {
  if (algorithm === 'base64') return Buffer.from(text, 'utf8').toString('base64')
  const name = algorithm === 'sha3' ? 'sha3-512' : algorithm
  if (!HASHES.has(name)) {
    throw new PlatformRefusal(
      `Unknown algorithm ${algorithm}. Available algorithms are: base64, md5, sha1, sha224, sha256, sha384, sha512, sha3.`,
    )
  }
  return createHash(name).update(text, 'utf8').digest('hex')
}

const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  œ: 'oe',
  Œ: 'OE',
  đ: 'd',
  Đ: 'D',
  ł: 'l',
  Ł: 'L',
  þ: 'th',
  Þ: 'TH',
  ð: 'd',
  ı: 'i',
}

/** Letters without their marks. */
function plainLetters(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæÆøØœŒđĐłŁþÞðı]/g, (letter) => LETTERS[letter] ?? letter)
}

/** What V8 says about a text that is not JSON; QuickJS says it in other words. */
function jsonComplaint(text: string): string {
  try {
    JSON.parse(text)
    return ''
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
