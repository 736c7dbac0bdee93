/** Coercing a value to the type that a field declares: rule NODE20. */
import { MomentValue } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import { isPlain } from './paths.ts'

const REFUSED = Symbol('refused')

/** The value as `type`; null for nothing. What does not fit is an error, or is kept as it is when `ignore` says so. */
export function coerced(name: string, value: unknown, type: string, ignore: boolean): unknown {
  if (value === undefined || value === null) return null
  const made = as(value, type)
  if (made !== REFUSED) return made
  if (ignore) return value
  throw new NodeFailure(`'${name}' expects a ${type} but we got ${shown(value)}`, {
    description: `Change the type of the field "${name}", or let the node ignore conversion errors.`,
  })
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'object' && value !== null && !(value instanceof MomentValue)) return 'object'
  return `'${String(value)}'`
}

function as(value: unknown, type: string): unknown {
  switch (type) {
    case 'string':
      return typeof value === 'object' && value !== null && !(value instanceof MomentValue) ? JSON.stringify(value) : String(value)
    case 'number': {
      const number = Number(typeof value === 'string' ? value.trim() : value)
      return Number.isNaN(number) ? REFUSED : number
    }
    case 'boolean':
      return asBoolean(value)
    case 'array':
      return Array.isArray(value) ? value : fromJson(value, Array.isArray)
    case 'object':
      return isPlain(value) ? value : fromJson(value, isPlain)
    default:
      return value
  }
}

function asBoolean(value: unknown): unknown {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : value
  if (word === 'true' || Number(word) === 1) return true
  if (word === 'false' || (word !== '' && Number(word) === 0 && typeof word !== 'object')) return false
  return REFUSED
}

function fromJson(value: unknown, fits: (value: unknown) => boolean): unknown {
  if (typeof value !== 'string') return REFUSED
  try {
    const parsed: unknown = JSON.parse(value)
    return fits(parsed) ? parsed : REFUSED
  } catch {
    return REFUSED
  }
}
