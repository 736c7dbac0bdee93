/** Inside the box: `Date` as V8 has it. Reading text, local text and the clock are asked of the host; arithmetic is QuickJS's own. */
import { guestFunctions } from '../guest-text.ts'
import type { GuestKit } from './kit.ts'

declare const kit: GuestKit & { now(): number }

function now(): number {
  return kit.ask('now') as number
}

function installDates(): void {
  const Native = Date
  const prototype = Native.prototype
  const parse = (text: unknown): number => (kit.ask('date', String(text)) as number | null) ?? Number.NaN
  const milliseconds = (value: unknown): number => {
    if (value instanceof Native) return value.getTime()
    const primitive = typeof value === 'object' && value !== null ? (value as { valueOf(): unknown }).valueOf() : value
    const plain = typeof primitive === 'object' && primitive !== null ? String(primitive) : primitive
    return typeof plain === 'string' ? parse(plain) : Number(plain)
  }
  const Guest = function (this: unknown, ...values: number[]): unknown {
    if (new.target === undefined) {
      if (kit.dateNeedsNew === true) throw new TypeError('Date is a constructor')
      return new Native(kit.now()).toString()
    }
    if (values.length > 1) return Reflect.construct(Native, values, new.target)
    const at = values.length === 0 ? kit.now() : milliseconds(values[0])
    return Reflect.construct(Native, [at], new.target)
  }
  Object.defineProperty(Guest, 'name', { value: 'Date', configurable: true })
  Object.defineProperty(Guest, 'length', { value: 7, configurable: true })
  Object.defineProperty(Guest, 'prototype', { value: prototype, writable: false })
  const hidden = (on: object, name: string, value: unknown): void => {
    Object.defineProperty(on, name, { value, writable: true, configurable: true, enumerable: false })
  }
  hidden(Guest, 'now', () => kit.now())
  hidden(Guest, 'parse', (text: unknown) => parse(text))
  hidden(Guest, 'UTC', Native.UTC)
  hidden(prototype, 'constructor', Guest)
  for (const name of ['toString', 'toTimeString', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    hidden(prototype, name, function (this: Date, locales?: unknown, options?: unknown): unknown {
      return kit.ask('dateText', name, Native.prototype.getTime.call(this), locales, options)
    })
  }
  hidden(globalThis, 'Date', Guest)
  hidden(Math, 'random', () => kit.ask('random'))
}

export const datesPart = `${guestFunctions({ now, installDates })}kit.installDates()\n`
