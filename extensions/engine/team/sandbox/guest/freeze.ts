/**
 * Inside the box: after set-up everything that can be reached is frozen, so that one evaluation cannot change what the next one
 * finds. Names that people's objects often have of their own stay assignable on those objects.
 */
import { guestFunctions } from '../guest-text.ts'
import type { GuestKit } from './kit.ts'

declare const kit: GuestKit & { allowOwn(prototype: object): void }

/** A frozen prototype's property would refuse assignment on every heir; as an accessor it lets the heir have its own. */
function allowOwn(prototype: object): void {
  for (const name of ['constructor', 'toString', 'toLocaleString', 'valueOf', 'hasOwnProperty', 'name', 'message', 'toJSON']) {
    const found = Object.getOwnPropertyDescriptor(prototype, name)
    if (found === undefined || !('value' in found)) continue
    const { value } = found
    Object.defineProperty(prototype, name, {
      get: () => value,
      set(this: object, own: unknown) {
        if (this !== prototype) Object.defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true })
      },
      enumerable: false,
      configurable: false,
    })
  }
}

/** Before freezing, once. */
function sealGlobals(): void {
  for (const maker of [
    Object,
    Error,
    TypeError,
    RangeError,
    SyntaxError,
    ReferenceError,
    EvalError,
    URIError,
    Array,
    Function,
    Map,
    Set,
    Promise,
    RegExp,
    Date,
  ]) {
    kit.allowOwn(maker.prototype)
  }
}

/** Freezes all that can be reached from the globals and from `more`. */
function freezeAll(...more: object[]): void {
  const seen = new Set<object>()
  const waiting: object[] = [globalThis, ...more]
  for (const text of ['async function f(){}', 'function* f(){}', 'async function* f(){}']) {
    waiting.push(Object.getPrototypeOf(kit.evaluateText(`(${text})`)) as object)
  }
  waiting.push(Object.getPrototypeOf([][Symbol.iterator]()) as object, Object.getPrototypeOf(''[Symbol.iterator]()) as object)
  waiting.push(Object.getPrototypeOf(new Map().entries()) as object, Object.getPrototypeOf(new Set().entries()) as object)
  waiting.push(Object.getPrototypeOf('a'.matchAll(/a/g)) as object, Object.getPrototypeOf(Int8Array) as object)
  while (waiting.length > 0) {
    const next = waiting.pop() as object
    if (seen.has(next)) continue
    seen.add(next)
    for (const key of Reflect.ownKeys(next)) {
      const found = Reflect.getOwnPropertyDescriptor(next, key)
      for (const inner of [found?.value, found?.get, found?.set]) {
        if ((typeof inner === 'object' && inner !== null) || typeof inner === 'function') waiting.push(inner as object)
      }
    }
    const above = Object.getPrototypeOf(next) as object | null
    if (above !== null) waiting.push(above)
    if (!ArrayBuffer.isView(next)) Object.freeze(next)
  }
}

export const freezePart = guestFunctions({ allowOwn, sealGlobals, freezeAll })
