/** Inside the box: `Intl`, which QuickJS lacks, asked of the host one call at a time. Only text and numbers pass. */
import { guestFunctions } from '../guest-text.ts'
import type { GuestKit } from './kit.ts'

type Formatter = Record<string, (...values: unknown[]) => unknown>

declare const kit: GuestKit & { intlClass(name: string, methods: readonly string[]): unknown; plainOptions(options: unknown): unknown }

/** Dates become milliseconds; everything else must survive JSON. */
function plainOptions(value: unknown): unknown {
  if (value === undefined || value === null) return value
  if (typeof value === 'object' && typeof (value as { getTime?: unknown }).getTime === 'function') return Number(value)
  if (typeof value === 'object' && typeof (value as { toMillis?: unknown }).toMillis === 'function') return Number(value)
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'number' && !Number.isFinite(value)) return { '\u0000': 'number', text: String(value) }
  return value
}

function intlClass(name: string, methods: readonly string[]): unknown {
  const made = {
    [name]: function (this: Formatter | undefined, locales?: unknown, options?: unknown): Formatter {
      const formatter: Formatter =
        new.target === undefined
          ? (Object.create((made as Record<string, { prototype: object }>)[name]?.prototype ?? null) as Formatter)
          : (this as Formatter)
      for (const method of methods) {
        const bound = (...values: unknown[]): unknown =>
          kit.ask('intl', name, locales, options, method, values.map(kit.plainOptions as (value: unknown) => unknown))
        Object.defineProperty(formatter, method, { value: bound, configurable: true, writable: true })
      }
      return formatter
    },
  }
  const maker = made[name] as unknown as { supportedLocalesOf(locales: unknown): unknown; prototype: object }
  maker.supportedLocalesOf = (locales) => (Array.isArray(locales) ? locales : [locales])
  for (const method of methods) {
    Object.defineProperty(maker.prototype, method, { value: () => undefined, configurable: true, writable: true })
  }
  return maker
}

function installLocale(): void {
  const kinds: Record<string, readonly string[]> = {
    DateTimeFormat: ['format', 'formatToParts', 'formatRange', 'resolvedOptions'],
    NumberFormat: ['format', 'formatToParts', 'resolvedOptions'],
    RelativeTimeFormat: ['format', 'formatToParts', 'resolvedOptions'],
    PluralRules: ['select', 'resolvedOptions'],
    ListFormat: ['format', 'formatToParts', 'resolvedOptions'],
    Collator: ['compare', 'resolvedOptions'],
    DisplayNames: ['of', 'resolvedOptions'],
  }
  const intl: Record<string, unknown> = {}
  for (const [name, methods] of Object.entries(kinds)) intl[name] = kit.intlClass(name, methods)
  Object.defineProperty(globalThis, 'Intl', { value: intl, writable: true, configurable: true })
  const hidden = (on: object, name: string, value: unknown): void => {
    Object.defineProperty(on, name, { value, writable: true, configurable: true, enumerable: false })
  }
  const numberText = function (this: unknown, locales?: unknown, options?: unknown): unknown {
    return kit.ask('intl', 'NumberFormat', locales, options, 'format', [kit.plainOptions(Number(this))])
  }
  hidden(Number.prototype, 'toLocaleString', numberText)
  hidden(BigInt.prototype, 'toLocaleString', numberText)
  hidden(String.prototype, 'localeCompare', function (this: unknown, other: unknown, locales?: unknown, options?: unknown): unknown {
    return kit.ask('intl', 'Collator', locales, options, 'compare', [String(this), String(other)])
  })
}

export const localePart = `${guestFunctions({ plainOptions, intlClass, installLocale })}kit.installLocale()\n`
