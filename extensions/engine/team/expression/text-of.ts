/** A value within text, as n8n writes it: nothing for undefined, null and NaN, JavaScript's own text for the rest. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return value
  if (Number.isNaN(value)) return ''
  try {
    return String(value)
  } catch {
    return ''
  }
}
