/** Inside the box: the call of an extension method. By the kind of the value first, then on the value itself. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions } from '../../sandbox/guest-text.ts'

type Method = (value: unknown, ...given: unknown[]) => unknown
type Methods = Record<string, Method>

interface ExtendKit extends GuestKit {
  readonly texts: Methods
  readonly numbers: Methods
  readonly booleans: Methods
  readonly lists: Methods
  readonly records: Methods
  readonly times: Methods
  /** Which kinds have a method, by its name: `method-names.ts`. */
  readonly kinds: Record<string, readonly string[]>
  refused: readonly string[]
  methodsOf(value: unknown): Methods | undefined
  methodFor(value: unknown, name: string): Method | undefined
  refuse(message: string): Error
  x(value: unknown, name: string, given: unknown[]): unknown
}

declare const kit: ExtendKit

function refuse(message: string): Error {
  return kit.failure('ExpressionExtensionError', message)
}

function methodsOf(value: unknown): Methods | undefined {
  switch (typeof value) {
    case 'string':
      return kit.texts
    case 'number':
      return kit.numbers
    case 'boolean':
      return kit.booleans
    case 'object':
      if (value === null) return undefined
      if (Array.isArray(value)) return kit.lists
      if (value instanceof Date || (value as { isLuxonDateTime?: unknown }).isLuxonDateTime === true) return kit.times
      return kit.records
    default:
      return undefined
  }
}

function methodFor(value: unknown, name: string): Method | undefined {
  const found = kit.methodsOf(value)?.[name]
  if (found === undefined || typeof value !== 'object') return found
  // A plain object's own function wins; a `Math`-like object has its functions as own.
  return Object.hasOwn(value as object, name) && typeof (value as Record<string, unknown>)[name] === 'function' ? undefined : found
}

/** `value.name(...given)` */
function x(value: unknown, name: string, given: unknown[]): unknown {
  const method = kit.methodFor(value, name)
  if (method !== undefined) return method(value, ...given)
  if (value === undefined || value === null) {
    if (name === 'isEmpty') return true
    if (name === 'isNotEmpty') return false
    throw kit.refuse(`${name} can't be used on ${value} value`)
  }
  const own = (value as Record<string, unknown>)[name]
  if (typeof own === 'function') return Reflect.apply(own, value, given)
  const kinds = kit.kinds[name] ?? []
  const listed = kinds.map((kind) => `"${kind}"`)
  const text = listed.length < 2 ? `type ${listed[0]}` : `types ${listed.slice(0, -1).join(', ')}, and ${listed[listed.length - 1]}`
  throw kit.refuse(`${name}() is only callable on ${text}`)
}

/** `value` in an optional chain: what stands before `?.name(…)`. */
function w(value: unknown, name: string): unknown {
  if (value === undefined || value === null) return undefined
  return { [name]: (...given: unknown[]) => kit.x(value, name, given) }
}

/** A computed key, refused when it is one of the refused names. */
function k(key: unknown): unknown {
  if (typeof key === 'number' || typeof key === 'symbol') return key
  const text = String(key)
  if (kit.refused.includes(text)) throw kit.failure('ExpressionError', `Cannot access "${text}" due to security concerns`)
  return text
}

export const extendPart = guestFunctions({ refuse, methodsOf, methodFor, x, w, k })
