/** Attacks that are known from public advisories of JavaScript sandboxes, and bombs. Each must be harmless: nothing of the host is reached, the next evaluation works. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ExpressionFailure, type Expressions, type ScriptOutcome } from '../../../extensions/engine/team/expression/mod.ts'
import { openExpressions, over } from './world.ts'

let expressions: Expressions
beforeAll(async () => {
  Object.assign(globalThis, { hostMarker: 'host was reached' })
  expressions = await openExpressions({ expressionMs: 300, scriptMs: 500, memoryBytes: 32 * 1024 * 1024, resultCharacters: 200_000 })
})
afterAll(() => expressions.dispose())

/** After each attack: no prototype of the host has changed, and both boxes still work. */
afterEach(async () => {
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  expect(Object.keys(Object.prototype)).toEqual([])
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(expressions.evaluate('={{ [$json.a].map(each => each + 1).first() }}', over({ a: 1 }), 0)).toBe(2)
  expect(script('return { a: [1].map((each) => each + 1) }')).toMatchObject({ ok: true, items: [{ json: { a: [2] } }] })
})

const json = { a: 1, list: [3, 1, 2], text: 'x' }

function script(source: string): ScriptOutcome {
  return expressions.runCode({ language: 'javaScript', flavour: 'code', mode: 'runOnceForAllItems', source, scope: over(json) })
}

function expression(code: string): unknown {
  try {
    return expressions.evaluate(`={{ ${code} }}`, over(json), 0)
  } catch (error) {
    if (error instanceof ExpressionFailure) return error
    throw error
  }
}

/** Each gives whatever it could reach; the host's global object, `process` and `require` would show. */
const ESCAPES: readonly string[] = [
  // Function constructors, by every road.
  'this.constructor.constructor("return process")()',
  '[].map.constructor("return this.hostMarker || process")()',
  '(async () => {}).constructor("return process")()',
  '(function* () {}).constructor("yield process")().next()',
  'Object.getPrototypeOf(async function* () {}).constructor("return process")()',
  '(0, eval)("typeof process === \'undefined\' ? globalThis.hostMarker : process")',
  'new Function("return globalThis.hostMarker")()',
  'Reflect.construct(Function, ["return process"])()',
  // The host's frames, by stack traces (vm2, CVE-2022-36067, CVE-2023-29017).
  '(() => { Error.prepareStackTrace = (_, frames) => frames.map((frame) => frame.getThis && frame.getThis()); return new Error().stack })()',
  '(() => { const e = new Error(); e.name = Symbol(); try { e.stack } catch (x) { return x.constructor.constructor("return process")() } })()',
  // Errors thrown by the host, and their constructors (CVE-2023-29199, CVE-2023-30547).
  '(() => { try { $("Nobody") } catch (e) { return e.constructor.constructor("return process")() } })()',
  '(() => { const p = new Proxy({}, { getPrototypeOf() { throw new Error() } }); try { throw p } catch (e) { return e.constructor.constructor("return process")() } })()',
  '(() => { try { $jmespath(new Proxy({}, { get() { throw new Error() } }), "a") } catch (e) { return e.constructor.constructor("return process")() } })()',
  // Promises and species (CVE-2023-37466, CVE-2026-22709 and kin).
  '(() => { const e = new Error(); e.name = Symbol(); return (async () => e.stack)().catch((x) => x.constructor.constructor("return process")()) })()',
  '(() => { class P extends Promise { static get [Symbol.species]() { return function (run) { run((x) => x, (x) => x.constructor.constructor("return process")()) } } } return P.resolve(1).then(1) })()',
  // Custom inspection (CVE-2023-32314, CVE-2023-32313).
  '({ [Symbol.for("nodejs.util.inspect.custom")]: (depth, options, inspect) => inspect.constructor("return process")() })',
  // Callers and callees.
  '(function f() { return f.caller })()',
  '(function () { return arguments.callee.caller })()',
  // n8n advisories: `this` of a plain function, mainModule, require.
  '(function () { return this.process.mainModule.require("child_process").execSync("id").toString() })()',
  '(function () { return this })().hostMarker',
  'process.binding("fs")',
  'require("child_process").execSync("id")',
  'import("node:fs")',
  'new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))',
  'new SharedArrayBuffer(8)',
  // What the bridge itself might give.
  '$("Source").constructor.constructor("return process")()',
  '$input.all.constructor("return process")()',
  '$now.constructor.constructor("return process")()',
  '__send("item", "[0]")',
  'kit.send("item", "[0]")',
  '$x.constructor("return process")()',
  '(() => { with ({}) { return process } })()',
]

for (const code of ESCAPES) {
  test(`[SB1] no way out: ${code.slice(0, 90)}`, () => {
    const got = expression(code)
    const outcome = script(`return [{ json: { got: ${code} } }]`)
    for (const shown of [JSON.stringify(got) ?? '', JSON.stringify(outcome)]) {
      expect(shown).not.toContain('host was reached')
      expect(shown).not.toMatch(/"(?:pid|execPath|argv|versions|uid=)/)
    }
  })
}

const STOPS: readonly (readonly [name: string, code: string, stops: RegExp])[] = [
  ['an endless loop', '(() => { while (true) { } })()', /time/],
  ['an endless loop of promises', '(() => { const f = () => f(); for (;;) [1].forEach(() => 1) })()', /time/],
  ['a catastrophic regular expression', '/^(a+)+$/.test("a".repeat(60) + "!")', /time/],
  ['another, in replace', '"x".repeat(40).replace(/(x+x+)+y/, "")', /time/],
  ['a list that grows', '(() => { const a = []; while (true) a.push(new Array(1000).fill(1)) })()', /memory|time/],
  ['a text that doubles', '(() => { let s = "x"; while (true) s += s })()', /memory|time/],
  ['a huge text at once', '"x".repeat(2 ** 29)', /memory/],
  ['a huge buffer', 'new Uint8Array(2 ** 30).length', /memory/],
  ['deep recursion', '(() => { const f = () => f() + 1; return f() })()', /stack/],
  ['recursion by a getter', '(() => { const o = { get x() { return this.x } }; return o.x })()', /stack/],
  ['recursion by text', '(() => { const o = { toString() { return String(this) } }; return String(o) })()', /stack/],
  ['a nest that only JSON meets', '(() => { let o = {}; for (let i = 0; i < 1e5; i += 1) o = { o }; return o })()', /stack|time|memory/],
  ['a large result', '"x".repeat(1e6)', /output/],
]

for (const [name, code, stops] of STOPS) {
  test(`[SB2] stopped, with the reason: ${name}`, () => {
    const got = expression(code)
    expect(got instanceof ExpressionFailure ? String(got.stopped) : String(got)).toMatch(stops)
    const outcome = script(`return { got: ${code} }`)
    expect(outcome.ok).toBe(false)
    if (!outcome.ok) expect(outcome.failure.message).toMatch(/stopped|memory|stack|too large|Invalid|allocate/i)
  })
}

/** QuickJS does not look at the clock in these. */
const LENGTHS: readonly string[] = [
  'Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1)',
  'Array.prototype.includes.call({ length: 2 ** 53 - 1 }, 1)',
  'Array.prototype.forEach.call({ length: 2 ** 53 - 1 }, () => 1)',
  'Array.prototype.join.call({ length: 2 ** 32 - 1 }, "")',
  'Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 1)',
  'Array.prototype.reverse.call({ length: 2 ** 53 - 1 })',
  'new Array(2 ** 32 - 1).lastIndexOf(1)',
  'new Array(2 ** 32 - 1).findLast(() => false)',
  '[].concat({ length: 2 ** 53 - 1, [Symbol.isConcatSpreadable]: true })',
  'String.raw({ raw: { length: 2 ** 53 - 1 } })',
  'new Array(2 ** 32 - 1).flat()',
  'new Array(2 ** 32 - 1).sort()',
]

for (const code of LENGTHS) {
  test(`[SB3] a made-up length keeps nothing busy: ${code}`, () => {
    const outcome = script(`return { got: String(${code}) }`)
    expect(outcome.ok).toBe(false)
  })
}

const POISONS: readonly string[] = [
  '(() => { Object.prototype.polluted = 1; return 1 })()',
  '(() => { Array.prototype.map = () => "poisoned"; return [1].map(1) })()',
  '(() => { JSON.parse = () => ({ a: 99 }); JSON.stringify = () => "0"; return 1 })()',
  '(() => { String.prototype.trim = () => "poisoned"; return 1 })()',
  '(() => { $json.a = 99; $json.list.push(4); return 1 })()',
  '(() => { $json.list.sort`` ; return 1 })()',
  '(() => { [].push.call($json.list, 9); return 1 })()',
  '(() => { const { list } = $json; list[0] = 99; return 1 })()',
  'Object.assign($json, { a: 99 })',
  '(() => { Math.max = () => 99; Date.now = () => 0; return 1 })()',
  '(function () { this.polluted = 1; leaked = 99; return 1 })()',
  '(() => { DateTime.now = () => 0; $now.c = 0; return 1 })()',
  '(() => { for (const key of ["toString", "valueOf"]) Object.prototype[key] = () => 99; return 1 })()',
]

for (const code of POISONS) {
  test(`[SB4] one evaluation changes nothing for the next: ${code.slice(0, 80)}`, () => {
    const scope = over(json)
    const look = `={{ [typeof leaked, {}.polluted, [1].map(x => x).length, " x ".trim(), $json.a, $json.list.join(), JSON.parse("[1]")[0], Math.max(1, 2), Date.now(), $now.year, String({})] }}`
    const before = expressions.evaluate(look, scope, 0)
    try {
      expressions.evaluate(`={{ ${code} }}`, scope, 0)
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionFailure)
    }
    expect(expressions.evaluate(look, scope, 0)).toEqual(before)
  })
}

test('[SB5] a script finds the box as new, whatever the one before it did', () => {
  const poison = script(
    'globalThis.leak = 1; Array.prototype.map = null; JSON.parse = null; Object.prototype.x = 1; Promise.prototype.then = null; const k = $input; k.all = null; return []',
  )
  expect(poison.ok === false || poison.items.length === 0).toBe(true)
  expect(
    script('return { leak: typeof leak, map: typeof [].map, parse: JSON.parse("1"), x: typeof {}.x, all: $input.all().length }'),
  ).toMatchObject({
    ok: true,
    items: [{ json: { leak: 'undefined', map: 'function', parse: 1, x: 'undefined', all: 1 } }],
  })
})

test('[SB5] memory that an earlier script filled comes back cleared', () => {
  expect(script('const a = []; for (let i = 0; i < 8; i += 1) a.push(new Uint8Array(1e6).fill(77)); return []')).toMatchObject({ ok: true })
  const source =
    'const a = []; for (let i = 0; i < 10; i += 1) a.push(new Uint8Array(1e6)); return { seen: a.some((one) => one.includes(77)) }'
  expect(script(source)).toMatchObject({ ok: true, items: [{ json: { seen: false } }] })
})

test('[SB6] a prototype never crosses', () => {
  const got = expression('JSON.parse(\'{"__proto__":{"polluted":1},"ok":{"__proto__":{"polluted":2} } }\')') as Record<string, unknown>
  expect(Object.keys(got)).toEqual(['ok'])
  expect(got.polluted).toBeUndefined()
  const forged = script('JSON.stringify = () => "{\\"items\\":[{\\"json\\":{\\"__proto__\\":{\\"polluted\\":1}}}]}"; return []')
  if (forged.ok) expect(Object.assign({}, forged.items[0]?.json).polluted).toBeUndefined()
  const hostile = over(JSON.parse('{"a":1,"__proto__":{"polluted":1}}') as Record<string, unknown>)
  expect(expressions.evaluate('={{ $json.polluted }}', hostile, 0)).toBeUndefined()
  expect(expressions.evaluate('={{ [$json.polluted].first() }}', hostile, 0)).toBeUndefined()
})

test('[SB7] a machine that trapped, or grew large, is replaced', async () => {
  const trapped = script('return (0, eval)("(".repeat(200000) + "1" + ")".repeat(200000))')
  expect(trapped.ok).toBe(false)
  expect(script('return { a: 1 }')).toMatchObject({ ok: true })
  script('const a = []; try { while (true) a.push("x".repeat(100000) + a.length) } catch {} return []')
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect(script('return { a: 1 }')).toMatchObject({ ok: true })
})
