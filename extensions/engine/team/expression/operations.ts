/** The comparisons of the filter, by type. Each gets values of its type, null or undefined; one-sided ones take the left value only. */
import { ExpressionFailure } from './failure.ts'
import { patternMatches } from './watched-regex.ts'

type Operation = (left: unknown, right?: unknown) => boolean

const exists: Operation = (left) => left !== undefined && left !== null && !Number.isNaN(left)
const notExists: Operation = (left) => !exists(left)

const text = (value: unknown): string => (value ?? '') as string
/** JavaScript's own comparison: null counts as 0, undefined as nothing. */
const number = (value: unknown): number => value as number
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const size = (value: unknown): number => (typeof value === 'object' && value !== null ? Object.keys(value).length : 0)

function matches(left: unknown, right: unknown): boolean {
  const pattern = String(right ?? '')
  const parts = /^\/(.*)\/([a-z]*)$/s.exec(pattern)
  try {
    return parts ? patternMatches(parts[1] ?? '', parts[2] ?? '', text(left)) : patternMatches(pattern, '', text(left))
  } catch (error) {
    if (error instanceof ExpressionFailure) throw error
    throw new ExpressionFailure('SyntaxError', String((error as { message?: unknown }).message ?? error))
  }
}

/** Both dates must be there; otherwise no comparison holds, not even "is not equal". */
const dated =
  (compare: (left: number, right: number) => boolean): Operation =>
  (left, right) =>
    left !== undefined && left !== null && right !== undefined && right !== null && compare(Number(left), Number(right))

const sized =
  (compare: (length: number, wanted: number) => boolean): Operation =>
  (left, right) =>
    compare(list(left).length, number(right))

export const OPERATIONS: Readonly<Record<string, Readonly<Record<string, Operation>>>> = {
  __proto__: null as never,
  string: {
    exists,
    notExists,
    empty: (left) => text(left).length === 0,
    notEmpty: (left) => text(left).length !== 0,
    equals: (left, right) => text(left) === text(right),
    notEquals: (left, right) => text(left) !== text(right),
    contains: (left, right) => text(left).includes(text(right)),
    notContains: (left, right) => !text(left).includes(text(right)),
    startsWith: (left, right) => text(left).startsWith(text(right)),
    notStartsWith: (left, right) => !text(left).startsWith(text(right)),
    endsWith: (left, right) => text(left).endsWith(text(right)),
    notEndsWith: (left, right) => !text(left).endsWith(text(right)),
    regex: (left, right) => matches(left, right),
    notRegex: (left, right) => !matches(left, right),
  },
  number: {
    exists,
    notExists,
    empty: (left) => !exists(left),
    notEmpty: (left) => exists(left),
    equals: (left, right) => left === right,
    notEquals: (left, right) => left !== right,
    gt: (left, right) => number(left) > number(right),
    gte: (left, right) => number(left) >= number(right),
    lt: (left, right) => number(left) < number(right),
    lte: (left, right) => number(left) <= number(right),
  },
  boolean: {
    exists,
    notExists,
    empty: (left) => !exists(left),
    notEmpty: (left) => exists(left),
    true: (left) => left === true,
    false: (left) => left !== true,
    equals: (left, right) => left === right,
    notEquals: (left, right) => left !== right,
  },
  dateTime: {
    exists,
    notExists,
    empty: (left) => !exists(left),
    notEmpty: (left) => exists(left),
    equals: dated((left, right) => left === right),
    notEquals: dated((left, right) => left !== right),
    after: dated((left, right) => left > right),
    before: dated((left, right) => left < right),
    afterOrEquals: dated((left, right) => left >= right),
    beforeOrEquals: dated((left, right) => left <= right),
  },
  array: {
    exists,
    notExists,
    empty: (left) => list(left).length === 0,
    notEmpty: (left) => list(left).length > 0,
    contains: (left, right) => list(left).includes(right),
    notContains: (left, right) => !list(left).includes(right),
    lengthEquals: sized((length, wanted) => length === wanted),
    lengthNotEquals: sized((length, wanted) => length !== wanted),
    lengthGt: sized((length, wanted) => length > wanted),
    lengthLt: sized((length, wanted) => length < wanted),
    lengthGte: sized((length, wanted) => length >= wanted),
    lengthLte: sized((length, wanted) => length <= wanted),
  },
  object: {
    exists,
    notExists,
    empty: (left) => size(left) === 0,
    notEmpty: (left) => size(left) > 0,
  },
}
