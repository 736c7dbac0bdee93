/**
 * JSON in one spelling: the same value has the same text, whatever order its fields were made in. No blanks; fields sorted by UTF-16 units
 * (names that are whole numbers first, ascending: the order that every object has); numbers and texts as JSON.stringify writes them. Close to
 * RFC 8785, and not that: nobody else reads these texts.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, sorted) ?? 'null'
}

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const from = value as Readonly<Record<string, unknown>>
  // Without a prototype: a field named __proto__ is a field like any other.
  const into: Record<string, unknown> = Object.create(null)
  for (const name of Object.keys(from).sort()) into[name] = from[name]
  return into
}
