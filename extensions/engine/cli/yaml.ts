/** A persona's document as YAML that is good to edit, and back, with every problem named. */
import { parseDocument, stringify } from 'yaml'
import { type PersonaDoc, personaDoc } from '#contract'

export function docToYaml(doc: PersonaDoc): string {
  return stringify(doc, { lineWidth: 0, blockQuote: 'literal' })
}

export type Read = { readonly doc: PersonaDoc } | { readonly problems: readonly string[] }

/** Reads YAML or JSON. Accepts a bare document, or an export file with exactly one persona. */
export function readDoc(text: string): Read {
  const parsed = parseDocument(text, { prettyErrors: true })
  if (parsed.errors.length > 0) return { problems: parsed.errors.slice(0, 5).map((error) => error.message.split('\n')[0] ?? error.message) }
  const value: unknown = parsed.toJS({ maxAliasCount: 100 })
  const checked = personaDoc.safeParse(unwrap(value))
  if (checked.success) return { doc: checked.data }
  return {
    problems: checked.error.issues.slice(0, 10).map((issue) => {
      const where = issue.path.map(String).join('.')
      return where === '' ? issue.message : `${where}: ${issue.message}`
    }),
  }
}

function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('troupe' in value) || !('personas' in value)) return value
  const { personas } = value
  return Array.isArray(personas) && personas.length === 1 ? personas[0] : value
}
