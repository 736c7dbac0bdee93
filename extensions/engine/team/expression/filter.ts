/**
 * The filter parameter of If, Filter and Switch, version 2 and later: conditions on typed values, strict or loose. What cannot be
 * compared throws `ExpressionFailure`, so a condition that cannot be evaluated is never taken as true.
 */
import { asText, coerce } from './coerce.ts'
import { ExpressionFailure } from './failure.ts'
import { OPERATIONS } from './operations.ts'

export interface FilterOperator {
  readonly type: string
  readonly operation: string
  readonly rightType?: string
  readonly singleValue?: boolean
}

export interface FilterCondition {
  readonly leftValue?: unknown
  readonly rightValue?: unknown
  readonly operator: FilterOperator
}

export interface FilterOptions {
  /** Default true. */
  readonly caseSensitive?: boolean
  /** Default strict. */
  readonly typeValidation?: 'strict' | 'loose' | (string & {})
  /** Of the filter parameter; from 3 an empty text is no number. Default 1. */
  readonly version?: number
}

export interface Filter {
  readonly options?: FilterOptions
  /** Default `and`. */
  readonly combinator?: 'and' | 'or' | (string & {})
  readonly conditions?: readonly FilterCondition[]
}

export interface FilterContext {
  readonly itemIndex: number
  readonly timeZone: string
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Whether the item passes. The filter's expressions must be resolved already. No condition at all passes. */
export function passesFilter(filter: Filter, context: FilterContext): boolean {
  const conditions = filter.conditions ?? []
  const options = filter.options ?? {}
  const test = (condition: FilterCondition, index: number): boolean => passesCondition(condition, options, { ...context, condition: index })
  if (filter.combinator === 'or') return conditions.length === 0 || conditions.some(test)
  return conditions.every(test)
}

interface Place extends FilterContext {
  readonly condition: number
}

export function passesCondition(condition: FilterCondition, options: FilterOptions, place: Place): boolean {
  const { operator } = condition
  const operation = OPERATIONS[operator.type]?.[operator.operation]
  if (!operation) {
    throw new ExpressionFailure('Error', `Unknown filter parameter operator "${operator.type}:${operator.operation}"`)
  }
  const left = typed(condition.leftValue, operator.type, options, place)
  const single = operator.singleValue === true || operation.length < 2
  const right = single ? undefined : typed(condition.rightValue, operator.rightType ?? operator.type, options, place)
  const fold = options.caseSensitive === false
  // A pattern is never folded: its letters may be classes.
  return operation(fold ? folded(left) : left, fold && !/regex/i.test(operator.operation) ? folded(right) : right)
}

function typed(value: unknown, type: string, options: FilterOptions, place: Place): unknown {
  const empty = value === '' && type === 'number' && (options.version ?? 1) >= 3
  if (value === undefined || value === null || empty) return empty ? null : value
  const strict = options.typeValidation !== 'loose'
  if (strict && type === 'string' && typeof value !== 'string') throw unfit(value, type, strict, place)
  const coerced = coerce('', value, type, { strict, parseStrings: true, timeZone: place.timeZone, now: place.now })
  if (coerced.valid) return coerced.newValue
  if (!strict && type === 'boolean') return Boolean(value)
  throw unfit(value, type, strict, place)
}

function unfit(value: unknown, type: string, strict: boolean, place: Place): ExpressionFailure {
  const where = `[condition ${place.condition}, item ${place.itemIndex}]`
  const message = strict
    ? `Wrong type: '${String(value)}' is ${withArticle(typeof value)} but was expecting ${withArticle(type)} ${where}`
    : `Conversion error: the ${typeof value} '${typeof value === 'object' ? asText(value) : String(value)}' can't be converted to ${withArticle(type)} ${where}`
  return new ExpressionFailure('Error', message, {
    description: strict
      ? "Try changing the type of comparison. Alternatively you can enable 'Convert types where required'."
      : 'Try changing the type of the comparison.',
  })
}

function withArticle(word: string): string {
  return /^[aeiou]/.test(word) ? `an ${word}` : `a ${word}`
}

/** Texts in lower case, also those of a list. */
function folded(value: unknown): unknown {
  if (typeof value === 'string') return value.toLowerCase()
  return Array.isArray(value) ? value.map((each: unknown) => (typeof each === 'string' ? each.toLowerCase() : each)) : value
}
