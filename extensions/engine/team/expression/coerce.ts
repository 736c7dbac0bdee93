/**
 * Makes a value fit a declared type, as the Set node, the filter conditions and form fields need it. Undefined and null fit
 * every type. The outcome is a value: what does not fit says so in n8n's words, which people's error handling may read.
 */
import { readTime } from './read-time.ts'

export type ValueType =
  | 'string'
  | 'number'
  | 'boolean'
  | 'dateTime'
  | 'time'
  | 'object'
  | 'array'
  | 'options'
  | 'url'
  | 'jwt'
  | 'string-alphanumeric'
  | 'form-fields'
  | 'any'

export interface CoerceOptions {
  /** The value must have the type already; only dates are still read from text. Default false. */
  readonly strict?: boolean
  /** With `string`: everything else becomes text; objects become JSON. Default false: they stay as they are. */
  readonly parseStrings?: boolean
  /** With `options`: what is allowed. */
  readonly valueOptions?: readonly { readonly value: unknown }[]
  /** IANA zone in which dates without one are read. */
  readonly timeZone: string
  /** Milliseconds since 1970; a time of day without a date is today's. */
  readonly now: number
}

export type Coerced = { readonly valid: true; readonly newValue?: unknown } | { readonly valid: false; readonly errorMessage: string }

/** `name` is the field's, for the message. */
export function coerce(name: string, value: unknown, type: ValueType | (string & {}), options: CoerceOptions): Coerced {
  if (value === undefined || value === null) return value === null ? { valid: true, newValue: null } : { valid: true }
  const kind = KINDS[type]
  if (!kind) return { valid: true, newValue: value }
  const read = kind.read(value, options)
  if (read !== UNFIT) return { valid: true, newValue: read }
  return { valid: false, errorMessage: kind.complaint(name, shown(value), type, options) }
}

const UNFIT: unique symbol = Symbol('does not fit')

interface Kind {
  /** The fitting value, or `UNFIT`. */
  readonly read: (value: unknown, options: CoerceOptions) => unknown
  readonly complaint: (name: string, got: string, type: string, options: CoerceOptions) => string
}

const plainComplaint = (name: string, got: string, type: string): string => `'${name}' expects a ${type} but we got ${got}`
const FORMAT_ADVICE =
  ' <br/><br/> Consider using <a href="https://moment.github.io/luxon/api-docs/index.html#datetimefromformat" target="_blank"><code>DateTime.fromFormat</code></a> to work with custom date formats.'

const KINDS: Readonly<Record<string, Kind>> = {
  __proto__: null as never,
  string: { read: (value, { parseStrings }) => (parseStrings === true ? asText(value) : value), complaint: plainComplaint },
  number: { read: asNumber, complaint: plainComplaint },
  boolean: { read: asBoolean, complaint: plainComplaint },
  dateTime: {
    read: (value, options) => readTime(String(value), options) ?? UNFIT,
    complaint: (name, got, type) => plainComplaint(name, got, type) + FORMAT_ADVICE,
  },
  time: {
    read: (value) => (/^\d{2}:\d{2}(:\d{2})?$/.test(String(value)) ? String(value) : UNFIT),
    complaint: (name, got) => `'${name}' expects time (hh:mm:(:ss)) but we got ${got}.`,
  },
  object: { read: (value, options) => structure(value, options, (read) => !Array.isArray(read)), complaint: plainComplaint },
  array: { read: (value, options) => structure(value, options, Array.isArray), complaint: plainComplaint },
  options: {
    read: (value, { valueOptions }) => (valueOptions?.some((option) => option.value === value) ? value : UNFIT),
    complaint: (name, got, _type, { valueOptions }) =>
      `'${name}' expects one of the following values: [${(valueOptions ?? []).map((option) => String(option.value)).join(', ')}] but we got ${got}`,
  },
  url: { read: asUrl, complaint: plainComplaint },
  jwt: {
    read: (value) => (typeof value === 'string' && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(value) ? value : UNFIT),
    complaint: () => 'Value is not a valid JWT token',
  },
  'string-alphanumeric': {
    read: (value) => (typeof value === 'string' && /^[A-Za-z_]\w*$/.test(value) ? value : UNFIT),
    complaint: () => 'Value is not a valid alphanumeric string, only letters, numbers and underscore allowed',
  },
  'form-fields': {
    read: (value) => (typeof value === 'string' ? rows(value) : UNFIT),
    complaint: () => 'Value is not valid JSON',
  },
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return typeof value === 'object' ? 'object' : `'${String(value)}'`
}

/** Objects as JSON, everything else as JavaScript writes it. */
export function asText(value: unknown): string {
  return typeof value === 'object' && value !== null && !(value instanceof Date) ? JSON.stringify(value) : String(value)
}

function asNumber(value: unknown, { strict }: CoerceOptions): unknown {
  if (typeof value === 'number') return value
  if (strict === true) return UNFIT
  const number = Number(value)
  return Number.isNaN(number) ? UNFIT : number
}

function asBoolean(value: unknown, { strict }: CoerceOptions): unknown {
  if (typeof value === 'boolean') return value
  if (strict === true) return UNFIT
  const text = typeof value === 'string' ? value.trim().toLowerCase() : value
  if (text === 'true' || text === '1' || text === 1) return true
  if (text === 'false' || text === '0' || text === 0) return false
  return UNFIT
}

/** An object or a list, also from its JSON text when that is allowed. */
function structure(value: unknown, { strict }: CoerceOptions, fits: (read: unknown) => boolean): unknown {
  if (typeof value === 'object') return fits(value) ? value : UNFIT
  if (strict === true || typeof value !== 'string') return UNFIT
  try {
    const read: unknown = JSON.parse(value)
    return typeof read === 'object' && read !== null && fits(read) ? read : UNFIT
  } catch {
    return UNFIT
  }
}

function asUrl(value: unknown): unknown {
  if (typeof value !== 'string' || value === '' || /\s/.test(value)) return UNFIT
  const text = /^https?:\/\//i.test(value) ? value : `https://${value}`
  return URL.canParse(text) ? text : UNFIT
}

function rows(text: string): unknown {
  const read = structure(text, { timeZone: '', now: 0 }, Array.isArray)
  return Array.isArray(read) && read.length > 0 && read.every((row) => typeof row === 'object' && row !== null && !Array.isArray(row))
    ? read
    : UNFIT
}
