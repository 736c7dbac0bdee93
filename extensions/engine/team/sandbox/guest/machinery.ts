/** Inside the scripts' box: what a script may expect of a runtime besides the language: console, timers, Base64, `require` that refuses. */
import { guestFunctions } from '../guest-text.ts'
import type { GuestKit } from './kit.ts'

interface MachineryKit extends GuestKit {
  timers: { at: number; run: () => void; id: number }[]
  lastTimer: number
  clock: number
  shownText(value: unknown): string
  hidden(on: object, name: string, value: unknown): void
}

declare const kit: MachineryKit

function hidden(on: object, name: string, value: unknown): void {
  Object.defineProperty(on, name, { value, writable: true, configurable: true, enumerable: false })
}

function shownText(value: unknown): string {
  if (typeof value === 'string') return value
  if (value instanceof Error) return `${value.name}: ${value.message}`
  try {
    return typeof value === 'object' && value !== null ? (JSON.stringify(value) ?? String(value)) : String(value)
  } catch {
    return '[object]'
  }
}

function installConsole(): void {
  const made: Record<string, unknown> = {}
  for (const level of ['log', 'info', 'warn', 'error', 'debug', 'trace', 'dir', 'table']) {
    made[level] = (...values: unknown[]) => {
      const known = ['info', 'warn', 'error', 'debug'].includes(level) ? level : 'log'
      kit.ask('print', known, values.map(kit.shownText).join(' '))
    }
  }
  for (const silent of ['time', 'timeEnd', 'timeLog', 'group', 'groupEnd', 'assert', 'count']) made[silent] = () => undefined
  kit.hidden(globalThis, 'console', made)
}

/** Timers keep their order and do not wait: nothing in here has anything to wait for. */
function installTimers(): void {
  kit.timers = []
  kit.lastTimer = 0
  kit.clock = 0
  const set = (run: unknown, delay: unknown, given: unknown[], again: boolean): number => {
    if (typeof run !== 'function') throw new TypeError('The callback must be a function')
    kit.lastTimer += 1
    const id = kit.lastTimer
    const wait = Math.max(1, Number(delay) || 0)
    const fire = (at: number): void => {
      kit.timers.push({
        at,
        id,
        run: () => {
          kit.clock = at
          if (again) fire(at + wait)
          run(...given)
        },
      })
    }
    fire(kit.clock + wait)
    return id
  }
  const clear = (id: unknown): void => {
    kit.timers = kit.timers.filter((timer) => timer.id !== id)
  }
  kit.hidden(globalThis, 'setTimeout', (run: unknown, delay?: unknown, ...given: unknown[]) => set(run, delay, given, false))
  kit.hidden(globalThis, 'setInterval', (run: unknown, delay?: unknown, ...given: unknown[]) => set(run, delay, given, true))
  kit.hidden(globalThis, 'setImmediate', (run: unknown, ...given: unknown[]) => set(run, 0, given, false))
  for (const name of ['clearTimeout', 'clearInterval', 'clearImmediate']) kit.hidden(globalThis, name, clear)
}

function installCommon(): void {
  kit.hidden(globalThis, 'global', globalThis)
  kit.hidden(globalThis, 'btoa', (text: unknown) => kit.ask('bytes', String(text), 'latin1', 'base64'))
  kit.hidden(globalThis, 'atob', (text: unknown) => kit.ask('bytes', String(text), 'base64', 'latin1'))
  kit.hidden(globalThis, 'structuredClone', (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value))))
  kit.hidden(globalThis, 'require', (name: unknown) => {
    throw new Error(`Cannot find module '${String(name)}'`)
  })
  const parse = JSON.parse
  kit.hidden(
    JSON,
    'parse',
    {
      parse(text: unknown, reviver?: (this: unknown, key: string, value: unknown) => unknown): unknown {
        try {
          return parse(text as string, reviver)
        } catch (error) {
          // The same complaint as V8's, which people's error handling may read.
          const complaint = error instanceof SyntaxError ? (kit.ask('jsonComplaint', String(text)) as string) : ''
          throw complaint === '' ? error : new SyntaxError(complaint)
        }
      },
    }.parse,
  )
}

export const machineryPart = `${guestFunctions({ hidden, shownText, installConsole, installTimers, installCommon })}kit.installConsole()
kit.installTimers()
kit.installCommon()\n`
