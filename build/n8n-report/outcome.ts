/** Values as the case files write them: what JSON cannot hold stands under a `$` key. */
import { MomentValue, SpanValue } from '../../extensions/engine/team/expression/mod.ts'

export interface Outcome {
  readonly value?: unknown
  readonly error?: { readonly name: string; readonly message: string }
}

export function plainOutcome(value: unknown): unknown {
  if (value === undefined) return { $undefined: true }
  if (typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $number: Object.is(value, -0) ? '-0' : String(value) }
  if (typeof value === 'symbol') return { $function: true }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return { $date: Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString() }
  if (value instanceof MomentValue) return value.iso === null ? { $dateTime: 'invalid' } : { $dateTime: value.iso, zone: value.zone }
  if (value instanceof SpanValue) return value.kind === 'duration' ? { $duration: value.iso } : { $interval: value.iso }
  if (Array.isArray(value)) return value.map(plainOutcome)
  return Object.fromEntries(Object.entries(value).map(([key, each]: [string, unknown]) => [key, plainOutcome(each)]))
}

export function showOutcome(outcome: Outcome): string {
  return outcome.error ? `${outcome.error.name}: ${outcome.error.message}` : JSON.stringify(outcome.value)
}

/** The values that a case gives as input. */
export function unencoded(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$undefined' in value) return undefined
  if ('$number' in value) return Number(value.$number)
  if (Array.isArray(value)) return value.map(unencoded)
  return Object.fromEntries(Object.entries(value).map(([key, each]: [string, unknown]) => [key, unencoded(each)]))
}
