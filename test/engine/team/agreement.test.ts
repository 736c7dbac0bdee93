import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ExpressionFailure, type Expressions } from '../../../extensions/engine/team/expression/mod.ts'
import { chain, openExpressions } from './world.ts'

let expressions: Expressions
beforeAll(async () => {
  expressions = await openExpressions()
})
afterAll(() => expressions.dispose())

const KEYS = ['a', 'b', 'c d', '0', 'length', 'toString', 'valueOf', 'json', 'hasOwnProperty', 'map']
const key = fc.constantFrom(...KEYS)
const leaf = fc.oneof(
  fc.string({ maxLength: 4 }),
  fc.integer({ min: -3, max: 9 }),
  fc.boolean(),
  fc.constant(null),
  fc.constant(''),
  fc.double({ noNaN: true }),
)
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(key, tie('any'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any
const row = fc.dictionary(key, value, { minKeys: 1, maxKeys: 5, noNullPrototype: true })

const start = fc.constantFrom(
  '$json',
  "$('A').item.json",
  "$('A').first().json",
  "$('B').last().json",
  '$node["A"].json',
  '$node.B.json',
  '$input.item.json',
  '$input.first().json',
  '$itemIndex',
  '$runIndex',
)
const step = fc.oneof(
  key.map((name) => `[${JSON.stringify(name)}]`),
  fc.constantFrom('.a', '.b', '.json', '.length', '[0]', '[1]', '?.a', '?.b', '?.[0]', "?.['c d']"),
)
const path = fc.tuple(start, fc.array(step, { maxLength: 4 })).map(([root, steps]) => root + steps.join(''))
const literal = fc.constantFrom('1', '0', '"x"', '""', 'null', 'true', 'false', 'undefined')
const code = fc.letrec<{ any: string }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    path,
    literal,
    fc.tuple(tie('any'), fc.constantFrom('||', '&&'), tie('any')).map(([left, sign, right]) => `(${left}) ${sign} (${right})`),
    fc.tuple(tie('any'), tie('any')).map(([left, right]) => `(${left}) ?? (${right})`),
    fc.tuple(tie('any'), tie('any'), tie('any')).map(([one, yes, no]) => `(${one}) ? (${yes}) : (${no})`),
    fc.tuple(tie('any'), tie('any')).map(([left, right]) => '`p${' + left + '}\\n${' + right + '}s`'),
  ),
})).any

function outcome(template: string, scope: Parameters<Expressions['evaluate']>[1], index: number): unknown {
  try {
    return { value: expressions.evaluate(template, scope, index) }
  } catch (error) {
    if (error instanceof ExpressionFailure) return { failure: `${error.name}: ${error.message}` }
    throw error
  }
}

test('[EX14] the short way and the sandbox give the same, value or failure', () => {
  fc.assert(
    fc.property(
      fc.array(row, { minLength: 1, maxLength: 3 }),
      fc.array(row, { minLength: 1, maxLength: 3 }),
      code,
      fc.integer({ min: 0, max: 3 }),
      (first, second, text, index) => {
        const scope = chain({
          A: first.map((json) => ({ json, pairedItem: { item: 0 } })),
          B: second.map((json, place) => (place === 2 ? { json } : { json, pairedItem: { item: place } })),
        })
        const short = outcome(`={{ ${text} }}`, scope, index)
        expect(short).toEqual(outcome(`={{ (it => it)(${text}) }}`, scope, index))
        const within = outcome(`=t {{ ${text} }} t`, scope, index)
        expect(within).toEqual(outcome(`=t {{ (it => it)(${text}) }} t`, scope, index))
      },
    ),
    { numRuns: 1_500 },
  )
})
