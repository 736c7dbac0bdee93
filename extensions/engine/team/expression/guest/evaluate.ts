/** Inside the box: expressions are compiled once and kept by number; each evaluation answers one encoded value. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions } from '../../sandbox/guest-text.ts'

type Compiled = (scope: object, x: unknown, w: unknown, k: unknown, o: unknown) => unknown

interface EvaluateKit extends GuestKit {
  compiled: Map<number, Compiled>
  scope: object
  itemIndex: number
  made: Map<string, unknown>
  locals: Map<PropertyKey, unknown>
  shared: Record<string, unknown>
  libraries: Record<string, object>
  entries: object
  freezeAll(...more: object[]): void
  lookUp(name: PropertyKey): unknown
  readonly x: unknown
  readonly w: unknown
  readonly k: unknown
}

declare const kit: EvaluateKit

/** `[number, code]`: the code is an expression; names in it are looked up in the scope. */
function compile(argument: string): string {
  const [number, code] = JSON.parse(argument) as [number, string]
  kit.compiled.set(number, kit.evaluateText(`(function ($scope, $x, $w, $k, $o) { with ($scope) { return (\n${code}\n) } })`) as Compiled)
  return ''
}

function drop(argument: string): string {
  if (argument === '') kit.compiled.clear()
  else kit.compiled.delete(Number(argument))
  return ''
}

/** `[time zone]`: what follows is read in this zone. */
function enter(argument: string): string {
  const [zone] = JSON.parse(argument) as [string]
  const luxon = kit.libraries.luxon as { Settings: Record<string, unknown> } | undefined
  if (luxon !== undefined) {
    luxon.Settings.defaultZone = zone
    luxon.Settings.defaultLocale = 'en-US'
    luxon.Settings.now = () => Date.now()
  }
  return ''
}

/** `number item mayChange fresh`: fresh, when the scope is another than before. See `codec.ts` for the answer. */
function run(argument: string): string {
  const [number, item, mayChange, fresh] = argument.split(' ')
  const compiled = kit.compiled.get(Number(number)) as Compiled
  if (fresh === '1' || kit.itemIndex !== Number(item)) {
    kit.itemIndex = Number(item)
    kit.made = new Map()
  }
  try {
    return kit.encode(compiled.call(undefined, kit.scope, kit.x, kit.w, kit.k, Object))
  } catch (thrown) {
    if (kit.isFailure(thrown) || kit.isLimit(thrown)) return kit.encodeFailure(thrown)
    return 'u'
  } finally {
    if (mayChange === '1') kit.made = new Map()
    if (kit.locals.size > 0) kit.locals = new Map()
  }
}

function installEvaluate(): void {
  kit.libraries = { __proto__: null } as unknown as Record<string, object>
  kit.compiled = new Map()
  kit.made = new Map()
  kit.locals = new Map()
  kit.itemIndex = -1
  const own = ['$x', '$w', '$k', '$o']
  kit.scope = new Proxy({ __proto__: null } as unknown as object, {
    has: (_target, name) => !(typeof name === 'string' && own.includes(name)),
    get: (_target, name) => kit.lookUp(name),
    set: (_target, name, value) => {
      if (!(typeof name === 'string' && name in kit.shared)) kit.locals.set(name, value)
      return true
    },
    deleteProperty: () => false,
  })
}

/** Libraries come when an expression first needs them, after the rest is frozen. */
function provide(name: string, library: object): void {
  kit.freezeAll(library)
  kit.libraries[name] = library
}

export const evaluatePart = `${guestFunctions({ compile, drop, enter, run, provide, installEvaluate })}kit.installEvaluate()
for (const name of ['compile', 'drop', 'enter', 'run', 'provide']) kit.entries[name] = kit[name]
kit.sealGlobals()
kit.freezeAll(kit.shared, kit.entries)\n`
