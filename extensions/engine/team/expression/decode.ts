/** The host's half of `guest/codec.ts`: an encoded answer as a value. */
import { MomentValue, SpanValue } from './values.ts'

export type Decoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly failure: GuestFailureText }

/** What the inside tells about a failure. Every part is text, and none of it is trusted. */
export interface GuestFailureText {
  readonly name: string
  readonly message: string
  readonly stack: string
  readonly description?: string
  /** Which item a script failed at; -1 when it ran for all. */
  readonly itemIndex?: number
}

interface Tagged {
  readonly '\u0000': string
  readonly text?: string
  readonly iso?: string | null
  readonly zone?: string | null
  readonly millis?: number | null
}

export function decode(encoded: string): Decoded {
  switch (encoded[0]) {
    case 'u':
      return { ok: true, value: undefined }
    case 'j':
      return { ok: true, value: withoutProto(encoded) }
    case 'x':
      return { ok: true, value: revive(withoutProto(encoded)) }
    case '!':
      return { ok: false, failure: JSON.parse(encoded.slice(1)) as GuestFailureText }
    default:
      return { ok: false, failure: { name: 'Error', message: 'The sandbox gave an answer that cannot be read.', stack: '' } }
  }
}

/** The inside leaves `__proto__` keys out; a script that has changed its own JSON could still send one. */
function withoutProto(encoded: string): unknown {
  const text = encoded.slice(1)
  if (!text.includes('__proto__')) return JSON.parse(text)
  return JSON.parse(text, (key, value: unknown) => (key === '__proto__' ? undefined : value))
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('\u0000' in value) return untag(value as Tagged)
  if (Array.isArray(value)) return value.map(revive)
  const record = value as Record<string, unknown>
  for (const key of Object.keys(record)) record[key] = revive(record[key])
  return record
}

function untag(tagged: Tagged): unknown {
  switch (tagged['\u0000']) {
    case 'number':
      return Number(tagged.text)
    case 'bigint':
      return tagged.text
    case 'date':
      return new Date(tagged.millis ?? Number.NaN)
    case 'moment':
      return new MomentValue(tagged.iso ?? null, tagged.zone ?? null, tagged.millis ?? Number.NaN)
    case 'duration':
      return new SpanValue('duration', tagged.iso ?? '')
    case 'interval':
      return new SpanValue('interval', tagged.iso ?? '')
    case 'function':
      return tagged.text === 'DateTime' ? TIME_CLASS : FUNCTION
    default:
      return undefined
  }
}

/** Stands for a function, which cannot leave the box. */
export const FUNCTION: unique symbol = Symbol('function')
/** Stands for Luxon's DateTime itself. */
export const TIME_CLASS: unique symbol = Symbol('DateTime')
