/** Which subscription wants an event. [BU7] */
import { readPath } from '#core'
import type { Subscription } from './ports.ts'

export function typeFits(pattern: string, type: string): boolean {
  const wanted = pattern.split('.')
  const parts = type.split('.')
  return fits(wanted, parts)
}

function fits(wanted: readonly string[], parts: readonly string[]): boolean {
  const [first, ...rest] = wanted
  if (first === undefined) return parts.length === 0
  if (first === '**') return rest.length === 0 || parts.some((_, at) => fits(rest, parts.slice(at))) || fits(rest, [])
  if (parts.length === 0) return false
  return (first === '*' || first === parts[0]) && fits(rest, parts.slice(1))
}

export function conditionsHold(filter: Subscription['filter'], subject: unknown): boolean {
  return filter.every((one) => holds(one, readPath(subject, one.path)))
}

function holds({ is, value }: Subscription['filter'][number], found: unknown): boolean {
  const text = typeof found === 'string' ? found : found === undefined ? undefined : JSON.stringify(found)
  switch (is) {
    case 'exists':
      return found !== undefined
    case 'missing':
      return found === undefined
    case 'equals':
      return text === value
    case 'not':
      return text !== value
    case 'contains':
      return text?.toLowerCase().includes(value.toLowerCase()) === true
    case 'one-of':
      return text !== undefined && value.split(',').some((one) => one.trim() === text)
    case 'above':
      return Number(found) > Number(value)
    case 'below':
      return Number(found) < Number(value)
    default:
      return false
  }
}
