/** A value as the type that a field declares: rule NODE11. */
import { coerce, MomentValue } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall } from '../flow/kind.ts'

/** Null for nothing. What does not fit is an error, or is kept as it is when `ignore` says so. */
export function coerced(call: NodeCall, name: string, value: unknown, type: string, ignore: boolean): unknown {
  if (value === undefined || value === null) return null
  const description = `Change the type of the field "${name}", or let the node ignore conversion errors.`
  if (type === 'number' && Number.isNaN(value)) {
    if (ignore) return value
    throw new NodeFailure(`'${name}' expects a number but we got 'NaN'`, { description })
  }
  if (type === 'string' && value instanceof MomentValue) return String(value)
  const made = coerce(name, value, type, { parseStrings: true, timeZone: call.facts.timeZone, now: call.ports.clock.now() })
  if (made.valid) return made.newValue
  if (ignore) return value
  throw new NodeFailure(made.errorMessage, { description })
}
