/**
 * Inside the box: QuickJS looks at the clock when code runs, but not inside its own loops over an array-like's length. A made-up
 * length would keep such a loop busy for days, so those functions refuse lengths that no list within the memory limit can have.
 */
import { guestFunctions } from '../guest-text.ts'
import type { GuestKit } from './kit.ts'

declare const kit: GuestKit & { guardLength(owner: object, name: string, longest: number): void }

function guardLength(owner: object, name: string, longest: number): void {
  const native = (owner as Record<string, unknown>)[name] as ((...values: unknown[]) => unknown) | undefined
  if (native === undefined) return
  const apply = Reflect.apply
  const guarded = {
    [name](this: { length?: unknown }, ...values: unknown[]): unknown {
      if (this !== null && this !== undefined && (this.length as number) > longest) throw new RangeError('Invalid array length')
      return apply(native, this, values)
    },
  }[name] as object
  Object.defineProperty(guarded, 'length', { value: native.length, configurable: true })
  Object.defineProperty(owner, name, { value: guarded, writable: true, configurable: true, enumerable: false })
}

function installGuards(): void {
  const longest = 20_000_000
  const native = ['constructor', 'keys', 'values', 'entries', 'at', 'pop', 'toString', 'toLocaleString']
  for (const name of Object.getOwnPropertyNames(Array.prototype)) {
    const value = (Array.prototype as unknown as Record<string, unknown>)[name]
    if (typeof value === 'function' && !native.includes(name)) kit.guardLength(Array.prototype, name, longest)
  }
  const concat = Array.prototype.concat
  const apply = Reflect.apply
  Object.defineProperty(Array.prototype, 'concat', {
    value: {
      concat(this: unknown[], ...lists: unknown[]): unknown {
        for (const list of lists) {
          if (list !== null && typeof list === 'object' && ((list as unknown[]).length as number) > longest)
            throw new RangeError('Invalid array length')
        }
        return apply(concat, this, lists)
      },
    }.concat,
    writable: true,
    configurable: true,
  })
  const raw = String.raw
  Object.defineProperty(String, 'raw', {
    value: {
      raw(template: { raw: readonly string[] }, ...values: unknown[]): string {
        if ((template?.raw?.length as number) > longest) throw new RangeError('Invalid array length')
        return apply(raw, String, [template, ...values]) as string
      },
    }.raw,
    writable: true,
    configurable: true,
  })
  for (const name of [
    'SharedArrayBuffer',
    'Atomics',
    'WeakRef',
    'FinalizationRegistry',
    'performance',
    'gc',
    'os',
    'std',
    'bjson',
    'navigator',
  ]) {
    Reflect.deleteProperty(globalThis, name)
  }
}

export const guardsPart = `${guestFunctions({ guardLength, installGuards })}kit.installGuards()\n`
