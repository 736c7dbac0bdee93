import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Expressions, MomentValue } from '../../../extensions/engine/team/expression/mod.ts'
import { chain, failure, items, openExpressions, over } from './world.ts'

let expressions: Expressions
beforeAll(async () => {
  expressions = await openExpressions()
})
afterAll(() => expressions.dispose())

const at = (template: string, json: Record<string, unknown> = {}) => expressions.evaluate(template, over(json), 0)

test('[EX1] text without code is itself, without its leading sign', () => {
  expect(at('=plain')).toBe('plain')
  expect(at('=')).toBe('')
  expect(at('=={{ 1 }}')).toBe('=1')
})

test('[EX2] the first closing braces end the code, wherever they stand', () => {
  expect(at('={{ $json.a }}}', { a: 1 })).toBe('1}')
  expect(failure(() => at('={{ "}}" }}'))).toBe('Error: invalid syntax')
  expect(failure(() => at('={{ {a:{b:1}} }}'))).toBe('Error: invalid syntax')
  expect(at('=\\{{ a }} {{ 1 }}')).toBe('\\{{ a }} 1')
  expect(at('=n {{ 1 + 1')).toBe('n 2')
})

test('[EX3] a lone chunk keeps its type, text around it does not', () => {
  const json = { list: [1, [2, 3]], row: { k: null }, none: null }
  expect(at('={{ $json.row }}', json)).toEqual({ k: null })
  expect(at('={{ $json.none }}', json)).toBeNull()
  expect(at('={{ $json.gone }}', json)).toBeUndefined()
  expect(at('= {{ $json.list }}/{{ $json.row }}/{{ $json.none }}/{{ $json.gone }}/{{ 0/0 }}/{{ false }}', json)).toBe(
    ' 1,2,3/[object Object]////false',
  )
  expect(at('={{ [undefined, 0/0, -0, 1/0] }}')).toEqual([undefined, Number.NaN, -0, Number.POSITIVE_INFINITY])
})

test('[EX4] one expression; what is no expression is invalid syntax with its place', () => {
  expect(at('={{ 1 + 1; }}')).toBe(2)
  expect(at('={{ "a"\n"b" }}')).toBe('a')
  expect(at('={{ { a: 1, "b": [2] } }}')).toEqual({ a: 1, b: [2] })
  for (const bad of ['{{ }}', '{{ const a = 1 }}', '{{ throw 1 }}', '{{ your key }}', '{{ .a }}', '{{ await 1 }}']) {
    expect(failure(() => at(`=${bad}`))).toBe('Error: invalid syntax')
  }
  expect(failure(() => at('={{ [1].first( }}'))).toBe('ExpressionExtensionError: invalid syntax')
  expect(() => at('=ab {{ 1 + }}')).toThrow(expect.objectContaining({ place: { offset: expect.any(Number) } }))
})

test('[EX5] what JavaScript throws is undefined; extension errors and functions surface', () => {
  expect(at('={{ $json.a.b.c }}')).toBeUndefined()
  expect(at('={{ nobody.here }}')).toBeUndefined()
  expect(at('={{ JSON.parse("no") }}')).toBeUndefined()
  expect(at('={{ (() => { throw new Error("mine") })() }}')).toBeUndefined()
  expect(at('=a{{ $json.a.b() }}b')).toBe('ab')
  expect(failure(() => at('={{ "x".parseJson() }}'))).toBe('ExpressionExtensionError: Parsing failed')
  expect(failure(() => at('={{ [].map }}'))).toBe('Error: this is a function, please add ()')
  expect(failure(() => at('={{ DateTime }}'))).toBe('Error: this is a DateTime, please access its methods')
})

test('[EX6] unknown names are undefined, names of the host are hollow', () => {
  expect(at('={{ typeof nobody }}')).toBe('undefined')
  expect(at('={{ globalThis }}')).toEqual({})
  for (const name of ['process.env', 'require("fs")', 'fetch("http://x")', 'eval("1")', 'Function("return 1")()', 'Promise.resolve(1)']) {
    expect(at(`={{ ${name} }}`), name).toBeUndefined()
  }
})

test('[EX7] extension methods by kind, then the value itself', () => {
  expect(at('={{ [3, 1, 3].unique().sum() }}')).toBe(4)
  expect(at('={{ ({ a: 1, b: "" }).keys().last() }}')).toBe('b')
  expect(at('={{ Object.keys($json).first() }}', { z: 1 })).toBe('z')
  expect(at('={{ (2.5).round() + Math.round(0.4) }}')).toBe(3)
  expect(at('={{ "two words".toTitleCase() }}')).toBe('Two Words')
  expect(at('={{ [1, 2].values().next().value }}')).toBe(1)
  expect(at('={{ $json.gone?.first().a ?? "none" }}')).toBe('none')
  expect(at('={{ [[], {}, "", $json.gone].map(each => each.isEmpty()) }}')).toEqual([true, true, true, true])
  expect(failure(() => at('={{ $json.gone.first() }}'))).toBe("ExpressionExtensionError: first can't be used on undefined value")
  expect(failure(() => at('={{ "a".sum() }}'))).toBe('ExpressionExtensionError: sum() is only callable on type "Array"')
  expect(failure(() => at('={{ (1).toNumber() }}'))).toBe(
    'ExpressionExtensionError: toNumber() is only callable on types "String", and "Boolean"',
  )
})

test('[EX8] refused names, however they are spelt', () => {
  const refused = (name: string) => `ExpressionError: Cannot access "${name}" due to security concerns`
  expect(failure(() => at('={{ constructor }}'))).toBe(refused('constructor'))
  expect(failure(() => at('={{ $json["__proto__"] }}'))).toBe(refused('__proto__'))
  expect(failure(() => at('={{ $json["__pro" + "to__"] }}'))).toBe(refused('__proto__'))
  expect(failure(() => at('={{ [][["constructor"]] }}'))).toBe(refused('constructor'))
  expect(failure(() => at('={{ $json.function.arguments.q }}'))).toBe(refused('arguments'))
  expect(failure(() => at('={{ "".sub.constructor("return 1")() }}'))).toBe(
    'ExpressionError: Expression contains invalid constructor function call',
  )
})

test('[EX9] times stand in the team’s zone and on the given clock', () => {
  const scope = over({ when: '2025-07-01', far: '2025-07-01T08:00:00+05:30' }, { timeZone: 'Europe/Berlin' })
  const value = (template: string) => expressions.evaluate(template, scope, 0)
  expect(value('={{ $now }}')).toEqual(new MomentValue('2026-01-15T11:30:00.000+01:00', 'Europe/Berlin', Date.UTC(2026, 0, 15, 10, 30)))
  expect(value('={{ $json.when.toDateTime().toISO() }}')).toBe('2025-07-01T00:00:00.000+02:00')
  expect(value('={{ $json.far.toDateTime().toFormat("HH:mm ZZ") }}')).toBe('08:00 +05:30')
  expect(value('={{ $today.plus(1, "week").weekdayLong }}, {{ $now.setLocale("de").toFormat("cccc") }}')).toBe('Thursday, Donnerstag')
  expect(value('={{ new Date("March 7, 2025 10:00 UTC").toISOString() }}')).toBe('2025-03-07T10:00:00.000Z')
  expect(value('={{ (1234.5).toLocaleString() }} {{ (1234.5).format("de-DE") }}')).toBe('1,234.5 1.234,5')
  expect(value('={{ Date.now() }}')).toBe(Date.UTC(2026, 0, 15, 10, 30))
})

test('[EX10] the paired item is found through the chain, and what is missing is said', () => {
  const many = [
    { json: { m: 0 }, pairedItem: { item: 0 } },
    { json: { m: 1 }, pairedItem: { item: 1 } },
  ]
  const kept = [
    { json: { k: 'b' }, pairedItem: { item: 1 } },
    { json: { k: 'lost' } },
    { json: { k: 'both' }, pairedItem: [{ item: 0 }, { item: 1 }] },
  ]
  const scope = chain({ Start: items({ s: 'a' }, { s: 'b' }), Many: many, Kept: kept })
  const item = (index: number) => () => expressions.evaluate("={{ $('Start').item.json.s }}", scope, index)
  expect(item(0)()).toBe('b')
  expect(failure(item(1))).toMatch("Paired item data for item from node 'Kept' is unavailable.")
  expect(failure(item(2))).toBe('ExpressionError: Multiple matches found')
  expect(failure(() => at("={{ $('Nope').first() }}"))).toBe("ExpressionError: Referenced node doesn't exist")
  const unrun = over({}, { nodeNamed: (name) => ({ name, type: 'set', typeVersion: 1, parameters: {}, runs: [] }) })
  expect(expressions.evaluate("={{ $('Later').isExecuted }}", unrun, 0)).toBe(false)
  expect(failure(() => expressions.evaluate("={{ $('Later').item.json.a }}", unrun, 0))).toBe(
    "ExpressionError: Node 'Later' hasn't been executed",
  )
})

test('[EX11] the environment is refused without an allow list', () => {
  expect(failure(() => at('={{ $env.HOME }}'))).toBe('ExpressionError: access to env vars denied')
  expect(expressions.evaluate('={{ $env.STAGE }}', over({}, { environment: { STAGE: 'test' } }), 0)).toBe('test')
  expect(at('={{ $fromAI("city", "a city", "string", "Brno") }}')).toBe('Brno')
  expect(expressions.evaluate('={{ $fromAI("city") }}', over({}, { fromModel: ({ name }) => `model's ${name}` }), 0)).toBe("model's city")
})

test('[EX12] parameters are resolved at any depth; the rest is the same object', () => {
  const plain = { a: ['x', { b: 1 }] }
  expect(expressions.resolve(plain, over({}), 0)).toBe(plain)
  const given = { id: { __rl: true, mode: 'id', value: '={{ $json.id }}' }, list: ['={{ $json.id + 1 }}', plain], text: '{{ no }}' }
  expect(expressions.resolve(given, over({ id: 7 }), 0)).toEqual({
    id: { __rl: true, mode: 'id', value: 7 },
    list: [8, plain],
    text: '{{ no }}',
  })
})

test('[EX13] observed oddities are kept', () => {
  expect(at('={{ `a\n${$json.x}` }}', { x: 1 })).toBe('a\n 1')
  expect(at('={{ Date() }}')).toBeUndefined()
})

test('names for one item, for all, and for another', () => {
  const scope = chain({ A: items({ v: 1 }, { v: 2 }) })
  const value = (template: string) => expressions.evaluate(template, scope, 1)
  expect(
    value(
      '={{ [$json.v, $input.item.json.v, $input.first().json.v, $itemIndex, $item(0).$json.v, $node["A"].json.v, $items("A").length] }}',
    ),
  ).toEqual([2, 2, 1, 1, 1, 2, 2])
  expect(value('={{ [$workflow.name, $execution.mode, $runIndex, $prevNode.name, $parameter.p, $nodeVersion] }}')).toEqual([
    'Team',
    'test',
    0,
    'A',
    'own',
    2,
  ])
  expect(value('={{ [$if(1 > 2, "a", "b"), $ifEmpty([], 3), $max(1, 9), $jmespath({ a: [{ b: 4 }] }, "a[0].b")] }}')).toEqual([
    'b',
    3,
    9,
    4,
  ])
})
