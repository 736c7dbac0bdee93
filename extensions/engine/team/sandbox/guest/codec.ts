/**
 * Inside the box: a value as text. The first character says how to read the rest: `u` undefined, `j` plain JSON, `x` JSON in
 * which what JSON cannot hold stands as `{ "\u0000": kind, … }`, `!` a failure. The host reads it with `codec-host.ts`.
 */
import { guestFunctions } from '../guest-text.ts'
import type { GuestKit } from './kit.ts'

interface LuxonLike {
  toISO(): string | null
  toMillis(): number
  readonly zoneName: string | null
}

interface CodecKit extends GuestKit {
  tagged: boolean
  clean(value: unknown, above: unknown[]): unknown
  cleanObject(value: object, above: unknown[]): unknown
  cleanNumber(value: number): unknown
  tag(kind: string, more?: object): unknown
  timeTag(value: object): unknown
}

declare const kit: CodecKit

function encode(value: unknown): string {
  if (value === undefined) return 'u'
  kit.tagged = false
  const cleaned = kit.clean(value, [])
  return (kit.tagged ? 'x' : 'j') + JSON.stringify(cleaned)
}

function clean(value: unknown, above: unknown[]): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return kit.cleanNumber(value)
    case 'undefined':
      return kit.tag('undefined')
    case 'function':
      return kit.tag('function', { text: 'isDateTime' in (value as object) ? 'DateTime' : '' })
    case 'bigint':
      return kit.tag('bigint', { text: String(value) })
    case 'symbol':
      return kit.tag('undefined')
    default:
      return value === null ? null : kit.cleanObject(value as object, above)
  }
}

function cleanNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value
  return kit.tag('number', { text: Object.is(value, -0) ? '-0' : String(value) })
}

function cleanObject(value: object, above: unknown[]): unknown {
  const time = kit.timeTag(value)
  if (time !== undefined) return time
  if (above.includes(value)) throw kit.failure('ExpressionError', 'The result refers to itself, so it cannot be passed on.')
  above.push(value)
  let same = true
  let copy: unknown
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (let at = 0; at < value.length; at += 1) {
      const each = kit.clean(value[at], above)
      if (each !== value[at]) same = false
      list.push(each)
    }
    copy = list
  } else {
    const record: Record<string, unknown> = { __proto__: null } as unknown as Record<string, unknown>
    for (const key of Object.keys(value)) {
      if (key === '__proto__') continue
      const inner = (value as Record<string, unknown>)[key]
      const each = kit.clean(inner, above)
      if (each !== inner) same = false
      record[key] = each
    }
    const prototype = Object.getPrototypeOf(value)
    if (prototype !== Object.prototype && prototype !== null) same = false
    copy = record
  }
  above.pop()
  return same ? value : copy
}

function tag(kind: string, more?: object): unknown {
  kit.tagged = true
  return { '\u0000': kind, ...more }
}

function timeTag(value: object): unknown {
  if (value instanceof Date) {
    const at = value.getTime()
    return kit.tag('date', { millis: Number.isNaN(at) ? null : at })
  }
  if ('isLuxonDateTime' in value && value.isLuxonDateTime === true) {
    const time = value as unknown as LuxonLike
    const millis = time.toMillis()
    return kit.tag('moment', { iso: time.toISO(), zone: time.zoneName, millis: Number.isNaN(millis) ? null : millis })
  }
  if ('isLuxonDuration' in value && value.isLuxonDuration === true)
    return kit.tag('duration', { iso: (value as unknown as LuxonLike).toISO() })
  if ('isLuxonInterval' in value && value.isLuxonInterval === true)
    return kit.tag('interval', { iso: (value as unknown as LuxonLike).toISO() })
  return undefined
}

function encodeFailure(thrown: unknown): string {
  const error =
    typeof thrown === 'object' && thrown !== null
      ? (thrown as { name?: unknown; message?: unknown; stack?: unknown; description?: unknown })
      : { message: thrown }
  return `!${JSON.stringify({ name: String(error.name ?? 'Error'), message: String(error.message ?? ''), stack: String(error.stack ?? ''), description: error.description })}`
}

export const codecPart = guestFunctions({ encode, clean, cleanNumber, cleanObject, tag, timeTag, encodeFailure })
