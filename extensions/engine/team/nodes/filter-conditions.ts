/** The filter parameter of If, Filter and Switch from version 2 on: typed conditions, strict or converting (rule NODE10). */
import { DateTime } from 'luxon'
import { MomentValue } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import { bags, type Json, text } from './each.ts'
import { isBag, isPlain } from './paths.ts'

export interface FilterWay {
  readonly itemIndex: number
  /** Overrides what the filter says about converting types. */
  readonly loose?: boolean
  readonly caseSensitive?: boolean
  readonly zone: string
}

export function filterMeets(filter: unknown, way: FilterWay): boolean {
  if (!isBag(filter)) return true
  const options = isBag(filter.options) ? filter.options : {}
  const loose = way.loose ?? options.typeValidation === 'loose'
  const sensitive = way.caseSensitive ?? options.caseSensitive !== false
  const version = typeof options.version === 'number' ? options.version : 1
  const conditions = bags(filter.conditions)
  const meets = (condition: Json, at: number) => one(condition, at, { way, loose, sensitive, version })
  return filter.combinator === 'or' ? conditions.some(meets) : conditions.every(meets)
}

interface Ruling {
  readonly way: FilterWay
  readonly loose: boolean
  readonly sensitive: boolean
  readonly version: number
}

function one(condition: Json, at: number, ruling: Ruling): boolean {
  const operator = isBag(condition.operator) ? condition.operator : {}
  const [type, operation] = [text(operator.type, 'string'), text(operator.operation)]
  const left = typed(condition.leftValue, type, at, ruling)
  const right =
    operator.singleValue === true
      ? undefined
      : typed(condition.rightValue, text(operator.rightType, RIGHT[`${type}.${operation}`] ?? type), at, ruling)
  if (operation === 'exists' || operation === 'notExists') return (exists(left) === true) === (operation === 'exists')
  return compared(type, operation, left, right, ruling)
}

const RIGHT: Readonly<Record<string, string>> = {
  'array.contains': 'any',
  'array.notContains': 'any',
  'array.lengthEquals': 'number',
  'array.lengthNotEquals': 'number',
  'array.lengthGt': 'number',
  'array.lengthLt': 'number',
  'array.lengthGte': 'number',
  'array.lengthLte': 'number',
}

function exists(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'number' && Number.isNaN(value))
}

function typed(value: unknown, type: string, at: number, { way, loose, version }: Ruling): unknown {
  if (value === undefined || value === null || type === 'any') return value
  const is = kindOf(value)
  if (type === 'dateTime' || type === 'date') {
    const date = dateOf(value, way.zone, loose)
    if (date !== undefined) return date
  } else {
    if (is === type) return value
    if (loose) {
      const made = converted(value, type, version)
      if (made !== undefined) return made
    }
  }
  const place = `[condition ${at}, item ${way.itemIndex}]`
  const wanted = type === 'array' || type === 'object' ? `an ${type}` : `a ${type}`
  const found = is === 'array' || is === 'object' ? `an ${is}` : `a ${is}`
  const shown = typeof value === 'object' && !Array.isArray(value) && !(value instanceof MomentValue) ? '[object Object]' : String(value)
  throw new NodeFailure(
    loose
      ? `Conversion error: the ${is} '${shown}' can't be converted to ${wanted} ${place}`
      : `Wrong type: '${shown}' is ${found} but was expecting ${wanted} ${place}`,
  )
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  return value instanceof MomentValue || value instanceof Date ? 'dateTime' : typeof value
}

function converted(value: unknown, type: string, version: number): unknown {
  switch (type) {
    case 'string':
      return typeof value === 'object' && !(value instanceof MomentValue) ? JSON.stringify(value) : String(value)
    case 'number': {
      if (version > 1 && value === '') return null
      const number = Number(value)
      return Number.isNaN(number) ? undefined : number
    }
    case 'boolean':
      return Boolean(value) && !['false', '0'].includes(String(value).toLowerCase())
    case 'array':
    case 'object':
      return parsed(value, type)
    default:
      return undefined
  }
}

function parsed(value: unknown, type: string): unknown {
  if (typeof value !== 'string') return undefined
  try {
    const made: unknown = JSON.parse(value)
    return (type === 'array' ? Array.isArray(made) : isPlain(made)) ? made : undefined
  } catch {
    return undefined
  }
}

function dateOf(value: unknown, zone: string, loose: boolean): number | undefined {
  if (value instanceof MomentValue) return value.millis
  if (typeof value !== 'string') return undefined
  const date = DateTime.fromISO(value, { zone })
  if (date.isValid) return date.toMillis()
  const read = loose || /\d{4}/.test(value) ? Date.parse(value) : Number.NaN
  return Number.isNaN(read) ? undefined : read
}

function compared(type: string, operation: string, left: unknown, right: unknown, { sensitive }: Ruling): boolean {
  const fold = (value: unknown) => (typeof value === 'string' && !sensitive ? value.toLowerCase() : value)
  const [a, b] = [fold(left), fold(right)]
  if (operation === 'empty') return isEmpty(left)
  if (operation === 'notEmpty') return !isEmpty(left)
  if (operation === 'equals') return a === b
  if (operation === 'notEquals') return a !== b
  switch (type) {
    case 'string':
      return strings(operation, a ?? '', b ?? '', left, right)
    case 'number':
    case 'dateTime':
      return ordered(operation, left as number, right as number)
    case 'boolean':
      return operation === 'true' ? left === true : left === false
    case 'array':
      return arrays(operation, (left ?? []) as unknown[], right, fold)
    default:
      throw new NodeFailure(`The comparison "${operation}" of ${type} is not known.`)
  }
}

function isEmpty(value: unknown): boolean {
  if (!exists(value)) return true
  if (typeof value === 'string' || Array.isArray(value)) return value.length === 0
  return isPlain(value) ? Object.keys(value).length === 0 : false
}

function strings(operation: string, a: unknown, b: unknown, left: unknown, right: unknown): boolean {
  const [x, y] = [String(a), String(b)]
  switch (operation) {
    case 'contains':
      return x.includes(y)
    case 'notContains':
      return !x.includes(y)
    case 'startsWith':
      return x.startsWith(y)
    case 'notStartsWith':
      return !x.startsWith(y)
    case 'endsWith':
      return x.endsWith(y)
    case 'notEndsWith':
      return !x.endsWith(y)
    case 'regex':
    case 'notRegex': {
      const parts = /^\/(.*)\/([dgimsuvy]*)$/s.exec(String(right ?? ''))
      const pattern = parts === null ? new RegExp(String(right ?? '')) : new RegExp(parts[1] ?? '', parts[2])
      return pattern.test(String(left ?? '')) === (operation === 'regex')
    }
    default:
      throw new NodeFailure(`The comparison "${operation}" of texts is not known.`)
  }
}

function ordered(operation: string, a: number, b: number): boolean {
  switch (operation) {
    case 'gt':
    case 'after':
      return a > b
    case 'lt':
    case 'before':
      return a < b
    case 'gte':
    case 'afterOrEquals':
      return a >= b
    case 'lte':
    case 'beforeOrEquals':
      return a <= b
    default:
      throw new NodeFailure(`The comparison "${operation}" is not known.`)
  }
}

const LENGTHS: Readonly<Record<string, (length: number, wanted: number) => boolean>> = {
  lengthEquals: (a, b) => a === b,
  lengthNotEquals: (a, b) => a !== b,
  lengthGt: (a, b) => a > b,
  lengthLt: (a, b) => a < b,
  lengthGte: (a, b) => a >= b,
  lengthLte: (a, b) => a <= b,
}

function arrays(operation: string, list: readonly unknown[], right: unknown, fold: (value: unknown) => unknown): boolean {
  const length = LENGTHS[operation]
  if (length !== undefined) return length(list.length, right as number)
  const has = list.some((entry) => fold(entry) === fold(right))
  if (operation === 'contains') return has
  if (operation === 'notContains') return !has
  throw new NodeFailure(`The comparison "${operation}" of lists is not known.`)
}
