import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Expressions, ScriptOutcome, ScriptRequest } from '../../../extensions/engine/team/expression/mod.ts'
import { chain, items, openExpressions } from './world.ts'

let expressions: Expressions
beforeAll(async () => {
  expressions = await openExpressions()
})
afterAll(() => expressions.dispose())

const scope = chain({ Data: items({ n: 1, name: 'one' }, { n: 2, name: 'two' }) })

function run(source: string, more: Partial<ScriptRequest> = {}): ScriptOutcome {
  return expressions.runCode({ language: 'javaScript', flavour: 'code', mode: 'runOnceForAllItems', source, scope, ...more })
}

const each = { mode: 'runOnceForEachItem' } as const
const failed = (outcome: ScriptOutcome): string =>
  outcome.ok ? 'ok' : `${outcome.failure.message}${outcome.itemIndex === undefined ? '' : ` @${outcome.itemIndex}`}`
const rows = (outcome: ScriptOutcome): unknown => (outcome.ok ? outcome.items : outcome.failure)

test('[EX20] what a script for all items may return', () => {
  expect(rows(run('return items.filter((item) => item.json.n > 1)'))).toEqual([{ json: { n: 2, name: 'two' }, pairedItem: { item: 1 } }])
  expect(rows(run('return $input.all().map((item) => ({ twice: item.json.n * 2 }))'))).toEqual([
    { json: { twice: 2 } },
    { json: { twice: 4 } },
  ])
  expect(rows(run('return { a: 1 }'))).toEqual([{ json: { a: 1 } }])
  expect(rows(run('return null'))).toEqual([])
  expect(rows(run('return []'))).toEqual([])
  for (const bad of ['return', 'return "x"', 'return [1, 2]', 'return [[]]'])
    expect(failed(run(bad))).toBe("Code doesn't return items properly")
  expect(failed(run('return [{ json: { a: 1 } }, { b: 2 }]'))).toBe('Unknown top-level item key: b [item 1]')
})

test('[EX20] a field named error makes no item; names that are given may be used as variables', () => {
  expect(rows(run('return { error: true, message: "no" }'))).toEqual([{ json: { error: true, message: 'no' } }])
  expect(rows(run('return { error: "only" }'))).toMatchObject([{ error: 'only' }])
  expect(rows(run('let sum = 0; for (item of items) sum += item.json.n; return { sum }'))).toEqual([{ json: { sum: 3 } }])
  expect(rows(run('return { a: 1 }', { flavour: 'function' }))).toEqual([{ json: { a: 1 } }])
})

test('[EX20] one item at a time', () => {
  expect(rows(run('return $json.n === 1 ? null : { json: { i: $itemIndex } }', each))).toEqual([
    { json: { i: 1 }, pairedItem: { item: 1 } },
  ])
  expect(rows(run('return { seen: $input.item.json.name }', { ...each, itemIndex: 1 }))).toEqual([
    { json: { seen: 'two' }, pairedItem: { item: 1 } },
  ])
  expect(failed(run('return [1]', each))).toBe("Code doesn't return a single object [item 0] @0")
  expect(failed(run('return $json.name', each))).toBe("Code doesn't return an object [item 0] @0")
  expect(failed(run('if ($json.n === 2) throw new Error("bad " + $json.n); return {}', each))).toBe('bad 2 @1')
  expect(failed(run('return $input.all()', each))).toMatch("Can't use .all() here")
})

test('[EX20] the older nodes', () => {
  expect(rows(run('items[0].json.x = 1; return [items[0]]', { flavour: 'function' }))).toEqual([
    { json: { n: 1, name: 'one', x: 1 }, pairedItem: { item: 0 } },
  ])
  expect(rows(run('item.n += 10; return item', { flavour: 'functionItem' }))).toMatchObject([{ json: { n: 11 } }, { json: { n: 12 } }])
})

test('[EX21] no module, no network; timers in order, without waiting; a promise that nothing settles', () => {
  expect(failed(run('require("crypto")'))).toBe("Cannot find module 'crypto'")
  expect(failed(run('return fetch("http://127.0.0.1")'))).toBe('fetch is not defined')
  expect(failed(run('return this.helpers.httpRequest({})'))).toMatch('without a network')
  const order = run(
    'const seen = []; setTimeout(() => seen.push("late"), 5000); setTimeout(() => seen.push("soon"), 10); await new Promise((done) => setTimeout(done, 9000)); return { seen }',
  )
  expect(rows(order)).toEqual([{ json: { seen: ['soon', 'late'] } }])
  expect(failed(run('await new Promise(() => {})'))).toMatch('never comes')
})

test('[EX22] what it prints, and its memory', () => {
  const outcome = run(
    'console.log("n", { a: 1 }); console.error(new Error("no")); const kept = $getWorkflowStaticData("node"); kept.runs = (kept.runs ?? 0) + 1; return kept',
    {
      staticData: { global: {}, node: { runs: 4 } },
    },
  )
  expect(outcome).toMatchObject({
    ok: true,
    items: [{ json: { runs: 5 } }],
    lines: [
      { level: 'log', text: 'n {"a":1}' },
      { level: 'error', text: 'Error: no' },
    ],
    staticData: { global: {}, node: { runs: 5 } },
  })
  expect(run('return {}')).not.toHaveProperty('staticData')
  const much = run('for (let i = 0; i < 5000; i += 1) console.log("x".repeat(1000)); return {}')
  expect(much.lines.reduce((sum, line) => sum + line.text.length, 0)).toBeLessThanOrEqual(65_536)
})

test('[EX23] complaints in V8’s words, with their place', () => {
  const says = (source: string) => failed(run(source))
  expect(says('let gone; return gone.name')).toBe("Cannot read properties of undefined (reading 'name')")
  expect(says('null.x = 1')).toBe("Cannot set properties of null (setting 'x')")
  expect(says('return nobody')).toBe('nobody is not defined')
  expect(says('const list = {}; for (const each of list) { }')).toBe('list is not iterable')
  expect(says('const row = { a: {} }; return row.a.go(1)')).toBe('row.a.go is not a function')
  expect(says('return Object.keys(null)')).toBe('Cannot convert undefined or null to object')
  expect(says('return JSON.parse("First")')).toBe('Unexpected token \'F\', "First" is not valid JSON')
  expect(says('let gone; for (const each of gone) { }')).toBe('gone is not iterable')
  expect(rows(run('try { $input.item() } catch (e) { return { said: e.message } }'))).toEqual([
    { json: { said: '$input.item is not a function' } },
  ])
  expect(says('what is this')).toBe('Unexpected identifier [line 1]')
  expect(run('const a = 1\nthrow new Error("third")')).toMatchObject({ failure: { message: 'third', place: { line: 2 } } })
})

test('bytes, Base64, times and languages as scripts expect them', () => {
  const outcome = run(
    'return { b: Buffer.from("h\\u00e9").toString("base64"), t: Buffer.from("aMOp", "base64").toString(), h: Buffer.concat([Buffer.from([255]), Buffer.from("0a", "hex")]).toString("hex"), at: btoa("a"), now: $now.toISODate(), de: (1234.5).toLocaleString("de-DE"), day: new Date(0).toLocaleDateString("en-GB") }',
  )
  expect(rows(outcome)).toEqual([
    { json: { b: 'aMOp', t: 'hé', h: 'ff0a', at: 'YQ==', now: '2026-01-15', de: '1.234,5', day: '01/01/1970' } },
  ])
})
