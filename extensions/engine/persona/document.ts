/** What must hold in a document beyond its fields: a section's id and a parameter's name come once. */
import type { PersonaDoc } from '#contract'
import { TroupeError } from '#core'

/** Two sections with one id, or two parameters with one name, as sentences. */
export function documentProblems(doc: PersonaDoc): readonly string[] {
  const ids = repeated(doc.sections.map((section) => section.id)).map((id) => `Two sections have the id "${id}"; each needs its own.`)
  const names = repeated(doc.parameters.map(({ name }) => name)).map(
    (name) => `Two parameters have the name "${name}"; each needs its own.`,
  )
  return [...ids, ...names]
}

/** INVALID, naming what comes twice. */
export function requireDocument(doc: PersonaDoc): void {
  const [first] = documentProblems(doc)
  if (first !== undefined) throw new TroupeError('INVALID', first, { facts: { problems: documentProblems(doc) } })
}

function repeated(keys: readonly string[]): readonly string[] {
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))]
}
