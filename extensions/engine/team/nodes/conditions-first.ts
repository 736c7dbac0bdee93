/** The comparisons of the first versions of If, Filter and Switch: by type, loosely, as the language itself compares. */
import { DateTime } from 'luxon'
import { MomentValue } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import { text } from './each.ts'

export type OldType = 'boolean' | 'dateTime' | 'number' | 'string'

/** One comparison. Unknown operations are refused: a condition that cannot be evaluated fails closed. */
export function oldCompare(type: OldType, operation: string, value1: unknown, value2: unknown, zone: string): boolean {
  switch (type) {
    case 'boolean':
      return booleans(operation, value1, value2)
    case 'number':
      return numbers(operation, value1, value2)
    case 'dateTime':
      return dates(operation, value1, value2, zone)
    case 'string':
      return strings(operation, value1, value2)
  }
}

function unknown(operation: string): never {
  throw new NodeFailure(`The comparison "${operation}" is not known.`)
}

function booleans(operation: string, value1: unknown, value2: unknown): boolean {
  if (operation === 'equal') return value1 === value2
  if (operation === 'notEqual') return value1 !== value2
  return unknown(operation)
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || (typeof value === 'number' && Number.isNaN(value))) return true
  if (value instanceof MomentValue || value instanceof Date) return false
  return typeof value === 'object' && Object.keys(value).length === 0
}

function numbers(operation: string, value1: unknown, value2: unknown): boolean {
  const [a, b] = [(value1 || 0) as number, (value2 || 0) as number]
  switch (operation) {
    case 'smaller':
      return a < b
    case 'smallerEqual':
      return a <= b
    case 'larger':
      return a > b
    case 'largerEqual':
      return a >= b
    case 'equal':
      return a === b
    case 'notEqual':
      return a !== b
    case 'isEmpty':
      return isEmpty(value1)
    case 'isNotEmpty':
      return !isEmpty(value1)
    default:
      return unknown(operation)
  }
}

function strings(operation: string, value1: unknown, value2: unknown): boolean {
  const [a, b] = [text(value1 || ''), text(value2 || '')]
  switch (operation) {
    case 'equal':
      return value1 === value2
    case 'notEqual':
      return value1 !== value2
    case 'contains':
      return a.includes(b)
    case 'notContains':
      return !a.includes(b)
    case 'startsWith':
      return a.startsWith(b)
    case 'notStartsWith':
      return !a.startsWith(b)
    case 'endsWith':
      return a.endsWith(b)
    case 'notEndsWith':
      return !a.endsWith(b)
    case 'isEmpty':
      return isEmpty(value1)
    case 'isNotEmpty':
      return !isEmpty(value1)
    case 'regex':
      return pattern(b).test(a)
    case 'notRegex':
      return !pattern(b).test(a)
    default:
      return unknown(operation)
  }
}

/** `/…/flags`, or the bare pattern. Longer texts are not searched: a pattern can make the engine stand still. */
function pattern(source: string): RegExp {
  const parts = /^\/(.*)\/([dgimsuvy]*)$/s.exec(source)
  try {
    return parts === null ? new RegExp(source) : new RegExp(parts[1] ?? '', (parts[2] ?? '').replace(/[gy]/g, ''))
  } catch {
    throw new NodeFailure(`"${source}" is not a valid regular expression.`)
  }
}

function dates(operation: string, value1: unknown, value2: unknown, zone: string): boolean {
  const [a, b] = [millis(value1, zone), millis(value2, zone)]
  if (operation === 'after') return (a || 0) > (b || 0)
  if (operation === 'before') return (a || 0) < (b || 0)
  return unknown(operation)
}

function millis(value: unknown, zone: string): number {
  if (value === undefined || value === null || value === '') return Number.NaN
  if (value instanceof MomentValue) return value.millis
  if (typeof value === 'number') return value
  if (value instanceof Date) return value.getTime()
  const date = DateTime.fromISO(text(value), { zone })
  const read = date.isValid ? date.toMillis() : Date.parse(text(value))
  if (Number.isNaN(read)) throw new NodeFailure(`The value "${text(value)}" is not a valid DateTime.`)
  return read
}
