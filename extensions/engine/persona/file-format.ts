/**
 * The persona file: YAML (JSON is read as well), one or more whole documents under a head that names format and version.
 *   troupe: persona
 *   version: 1
 *   personas: [ document, … ]
 * The same documents always give the same bytes: no date, fields in the contract's order, long texts as block strings.
 */
import { Document, visit } from 'yaml'
import { type PersonaDoc, personaDoc } from '#contract'

export const FORMAT = 'persona'
export const FORMAT_VERSION = 1

const HEAD = ' A Troupe persona file. Read it before you import it; an imported persona sleeps until you wake it.'

/** The whole text of a file with these documents. */
export function writePersonaFile(docs: readonly PersonaDoc[]): string {
  const file = new Document({ troupe: FORMAT, version: FORMAT_VERSION, personas: docs.map(inOrder) }, { aliasDuplicateObjects: false })
  file.commentBefore = HEAD
  visit(file, {
    Scalar(_key, scalar) {
      // yaml 2.9.1 writes some block strings that begin with space in a way that reads back differently ([PX17]).
      if (typeof scalar.value === 'string' && /^\s/.test(scalar.value)) scalar.type = 'QUOTE_DOUBLE'
    },
  })
  // A file is UTF-8: half a surrogate pair has no bytes there, so it becomes U+FFFD here and not by accident later.
  // Quoted strings stay on one line (yaml 2.9.1 folds some with trailing spaces into a text that reads back differently; [PX17]).
  return file.toString({ lineWidth: 0, blockQuote: 'literal', doubleQuotedAsJSON: true }).toWellFormed()
}

/** Fields in the contract's order, the environment by name. */
function inOrder(doc: PersonaDoc): PersonaDoc {
  const ordered = personaDoc.parse(doc)
  if (ordered.body.kind === 'model') return ordered
  const env = Object.fromEntries(Object.entries(ordered.body.env).sort(([a], [b]) => (a < b ? -1 : 1)))
  return { ...ordered, body: { ...ordered.body, env } }
}
