/**
 * Inside the scripts' box: runs one script. `start` begins it, the host lets the box's jobs run, `finish` answers how it ended:
 * `w` when it waits (timers were let go on), `n` when it waits for nothing that will come, else an encoded outcome.
 */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions } from '../../sandbox/guest-text.ts'

interface Order {
  readonly flavour: 'code' | 'function' | 'functionItem'
  readonly each: boolean
  readonly source: string
  readonly timeZone: string
  readonly only?: number
}

interface Ended {
  readonly ok: boolean
  readonly value?: unknown
  readonly thrown?: unknown
  readonly itemIndex?: number
}

type Script = () => unknown

interface ScriptKit extends GuestKit {
  itemIndex: number
  made: Map<string, unknown>
  makers: Record<string, () => unknown>
  ended: Ended | undefined
  timers: { readonly at: number; readonly run: () => void; readonly id: number }[]
  libraries: Record<string, { Settings: Record<string, unknown> }>
  staticData: Record<string, unknown>
  items(): unknown[]
  itemAt(index: number): { json: unknown } | undefined
  ask(question: string, ...values: unknown[]): unknown
  scriptNames(order: Order): object
  compileScript(order: Order): Script
  runScript(order: Order): Promise<unknown>
  checkAll(result: unknown): unknown
  checkOne(result: unknown, index: number, flavour: string): unknown
  scriptThis(): object
  inputForEach(): object
  reword(error: unknown): void
  inputScope(): object
  staticChanges(): unknown
}

declare const kit: ScriptKit

function start(argument: string): string {
  const order = JSON.parse(argument) as Order
  const luxon = kit.libraries.luxon
  if (luxon !== undefined) {
    luxon.Settings.defaultZone = order.timeZone
    luxon.Settings.defaultLocale = 'en-US'
    luxon.Settings.now = () => Date.now()
  }
  kit.ended = undefined
  kit.runScript(order).then(
    (value) => {
      kit.ended = { ok: true, value }
    },
    (thrown: unknown) => {
      kit.ended = { ok: false, thrown, itemIndex: order.each ? kit.itemIndex : -1 }
    },
  )
  return ''
}

function finish(): string {
  const { ended } = kit
  if (ended === undefined) {
    const next = kit.timers.sort((a, b) => a.at - b.at || a.id - b.id).shift()
    if (next === undefined) return 'n'
    next.run()
    return 'w'
  }
  if (!ended.ok) {
    const failure = kit.encodeFailure(ended.thrown)
    return `!${JSON.stringify({ ...(JSON.parse(failure.slice(1)) as object), itemIndex: ended.itemIndex })}`
  }
  return kit.encode({ items: ended.value, staticData: kit.staticChanges() })
}

/** The script as a function. Names that n8n gives are in scope, and the script's own declarations may hide them. */
function compileScript(order: Order): Script {
  const kind = order.flavour === 'code' || /\bawait\b/.test(order.source) ? 'async function' : 'function'
  const made = kit.evaluateText(`(function ($scope) { with ($scope) { return (${kind} () {\n${order.source}\n}) } })`) as (
    scope: object,
  ) => Script
  return made(kit.scriptNames(order))
}

async function runScript(order: Order): Promise<unknown> {
  const script = kit.compileScript(order)
  const self = kit.scriptThis()
  if (!order.each) {
    kit.itemIndex = 0
    return kit.checkAll(await Reflect.apply(script, self, []))
  }
  const results: unknown[] = []
  const indexes = order.only === undefined ? kit.items().map((_item, index) => index) : [order.only]
  for (const index of indexes) {
    kit.itemIndex = index
    kit.made.clear()
    const result = kit.checkOne(await Reflect.apply(script, self, []), index, order.flavour)
    if (result !== null) results.push(result)
  }
  return results
}

/** An error of the machine's own gets V8's words. */
function reword(error: unknown): void {
  if (!(error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError)) return
  error.message = kit.ask('words', error.message, error.stack) as string
}

/** Getters on a plain object, so that the lookup of every other name costs little. */
function scriptNames(order: Order): object {
  const names: object = { __proto__: null } as unknown as object
  const getter = (name: string, make: () => unknown): void => {
    Object.defineProperty(names, name, {
      get: make,
      // A script may use such a name as a variable of its own, without declaring it.
      set: (value: unknown) => Object.defineProperty(names, name, { value, writable: true, configurable: true, enumerable: true }),
      configurable: true,
      enumerable: true,
    })
  }
  for (const name of Object.keys(kit.makers)) {
    getter(name, () => {
      if (!kit.made.has(name)) kit.made.set(name, (kit.makers[name] as () => unknown)())
      return kit.made.get(name)
    })
  }
  if (order.each) {
    getter('$input', () => {
      const { item, params, context } = Object.getOwnPropertyDescriptors(kit.inputScope())
      return Object.defineProperties(kit.inputForEach(), { item, params, context } as PropertyDescriptorMap)
    })
  }
  if (!order.each) getter('items', () => kit.items())
  getter('$words', () => kit.reword)
  getter('item', () => (order.flavour === 'functionItem' ? kit.itemAt(kit.itemIndex)?.json : kit.itemAt(kit.itemIndex)))
  for (const name of ['$getWorkflowStaticData', 'getWorkflowStaticData']) {
    getter(name, () => (kind: string) => kit.staticData[kind === 'global' ? 'global' : 'node'])
  }
  getter(
    'getNodeParameter',
    () => (name: string, fallback?: unknown) => (kit.ask('parameters') as Record<string, unknown>)[name] ?? fallback,
  )
  getter('$helpers', () => (kit.scriptThis() as { helpers: unknown }).helpers)
  getter('helpers', () => (kit.scriptThis() as { helpers: unknown }).helpers)
  return names
}

export const scriptPart = guestFunctions({ reword, start, finish, compileScript, runScript, scriptNames })
