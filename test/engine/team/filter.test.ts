import { expect, test } from 'vitest'
import { coerce, type FilterCondition, type FilterOptions, passesFilter } from '../../../extensions/engine/team/expression/mod.ts'
import { failure, NOW } from './world.ts'

const place = { itemIndex: 3, timeZone: 'UTC', now: NOW }

function passes(leftValue: unknown, type: string, operation: string, rightValue?: unknown, options: FilterOptions = {}): boolean {
  const condition: FilterCondition = { leftValue, rightValue, operator: { type, operation, singleValue: rightValue === undefined } }
  return passesFilter({ options: { version: 2, ...options }, combinator: 'and', conditions: [condition] }, place)
}

const loose = { typeValidation: 'loose' } as const

test('[EX15] strict wants the type, loose converts, and what cannot be compared is never true', () => {
  expect(passes(2, 'number', 'gt', 1)).toBe(true)
  expect(failure(() => passes('2', 'number', 'gt', 1))).toBe(
    "Error: Wrong type: '2' is a string but was expecting a number [condition 0, item 3]",
  )
  expect(passes('2', 'number', 'gt', 1, loose)).toBe(true)
  expect(failure(() => passes('two', 'number', 'gt', 1, loose))).toMatch(
    "Conversion error: the string 'two' can't be converted to a number",
  )
  expect(passes('2026-01-02', 'dateTime', 'after', '2026-01-01T23:00:00+00:00')).toBe(true)
  expect(failure(() => passes(1, 'number', 'resembles', 1))).toMatch('Unknown filter parameter operator')
})

test('[EX15] undefined and null are not converted; from version 3 an empty text is no number', () => {
  expect(passes(undefined, 'number', 'exists')).toBe(false)
  expect(passes(null, 'string', 'notContains', 'x')).toBe(true)
  expect(passes(null, 'dateTime', 'notEquals', '2026-01-01')).toBe(false)
  expect(passes('', 'number', 'empty', undefined, { version: 3 })).toBe(true)
  expect(passes('', 'number', 'equals', 0, { ...loose, version: 2 })).toBe(true)
  expect(passesFilter({ combinator: 'or', conditions: [] }, place)).toBe(true)
})

test('[EX15] letters may be folded, patterns never; a pattern without end is stopped', () => {
  expect(passes('Apple', 'string', 'startsWith', 'aP', { caseSensitive: false })).toBe(true)
  expect(passes('abc', 'string', 'regex', '/B/i')).toBe(true)
  expect(passes('a1', 'string', 'regex', '\\D\\d', { caseSensitive: false })).toBe(true)
  expect(failure(() => passes(`${'a'.repeat(60)}!`, 'string', 'regex', '^(a+)+$'))).toMatch('was stopped after 500 ms')
  expect(failure(() => passes('a', 'string', 'regex', '('))).toMatch('SyntaxError')
  expect(failure(() => passes('a', 'string', 'regex', '(a+b+'))).toMatch('SyntaxError')
})

test('[EX16] coercion answers a value or a sentence', () => {
  const as = (value: unknown, type: string, more = {}) => coerce('x', value, type, { timeZone: 'UTC', now: NOW, ...more })
  expect(as('12.5', 'number')).toEqual({ valid: true, newValue: 12.5 })
  expect(as('abc', 'number')).toEqual({ valid: false, errorMessage: "'x' expects a number but we got 'abc'" })
  expect(as('[1]', 'array')).toEqual({ valid: true, newValue: [1] })
  expect(as('[1]', 'array', { strict: true })).toEqual({ valid: false, errorMessage: "'x' expects a array but we got '[1]'" })
  expect(as({ a: 1 }, 'string', { parseStrings: true })).toEqual({ valid: true, newValue: '{"a":1}' })
  expect(as(undefined, 'boolean')).toEqual({ valid: true })
  expect(as('2026-01-01', 'dateTime')).toMatchObject({ valid: true, newValue: { iso: '2026-01-01T00:00:00.000Z' } })
})
