/** When two values count as the same: exactly, or loosely (as people mean it: '1' is 1, nothing is nothing). */
import { isDeepStrictEqual } from 'node:util'

export type Same = (a: unknown, b: unknown) => boolean

export const exactly: Same = (a, b) => isDeepStrictEqual(a, b)

export const loosely: Same = (a, b) => {
  if (isDeepStrictEqual(a, b)) return true
  if (isNothing(a) && isNothing(b)) return true
  if (isNothing(a) || isNothing(b)) return false
  if (typeof a !== typeof b) return isDeepStrictEqual(read(a), read(b)) || String(shown(a)) === String(shown(b))
  return false
}

function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true
  if (Array.isArray(value)) return value.length === 0
  return typeof value === 'object' && Object.keys(value).length === 0
}

/** Text that is JSON counts as what it says. */
function read(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function shown(value: unknown): unknown {
  return typeof value === 'object' ? JSON.stringify(value) : value
}
