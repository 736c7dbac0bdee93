/**
 * Reads a persona file that may be hostile. Refused, with what was expected: what is no YAML or JSON, aliases (a small file
 * could stand for gigabytes), tags, keys that come twice, `__proto__`, deep nesting, another format or version, documents
 * that do not fit the contract. Unknown fields are left out and named.
 */
import { isAlias, isMap, isNode, isScalar, LineCounter, type ParsedNode, parseDocument, visit } from 'yaml'
import type { z } from 'zod'
import { type PersonaDoc, personaDoc } from '#contract'
import { messageOf, TroupeError } from '#core'
import { documentProblems } from './document.ts'
import { FORMAT, FORMAT_VERSION } from './file-format.ts'

const MOST_PERSONAS = 1000
/** A document is 6 deep; whatever is deeper is not one of ours. Counted in YAML nodes, two for each level. */
const DEEPEST = 40
const MOST_WARNINGS = 50

export interface ReadPersona {
  readonly doc: PersonaDoc
  readonly warnings: readonly string[]
}

/** INVALID, with the line where there is one. The size was bounded before. */
export function readPersonaFile(text: string): ReadPersona[] {
  const value = parseBounded(text.replace(/^\uFEFF/, ''))
  if (!isRecord(value) || value.troupe !== FORMAT) {
    throw invalid('This is not a Troupe persona file: it should begin with "troupe: persona".')
  }
  const { troupe: _format, version, personas, ...others } = value
  if (version !== FORMAT_VERSION) {
    throw invalid(
      `This file has format version ${shown(version)}; this build of Troupe reads version ${FORMAT_VERSION}.`,
      'Import it with a newer Troupe, or export it again.',
    )
  }
  if (!Array.isArray(personas) || personas.length === 0 || personas.length > MOST_PERSONAS) {
    throw invalid(
      `"personas" should be a list of 1 to ${MOST_PERSONAS} documents, and ${Array.isArray(personas) ? `${personas.length} came` : `${shown(personas)} came`}.`,
    )
  }
  const headWarnings = Object.keys(others).map(leftOut)
  return personas.map((one: unknown, index) => {
    const { doc, warnings } = readDocument(one, index + 1)
    return { doc, warnings: bounded(index === 0 ? [...headWarnings, ...warnings] : warnings) }
  })
}

function parseBounded(text: string): unknown {
  const lines = new LineCounter()
  // The library's own check for keys that come twice compares each with each; ours below is linear.
  const file = parseDocument(text, {
    uniqueKeys: false,
    stringKeys: true,
    merge: false,
    resolveKnownTags: false,
    // 'silent' would also silence that a second document follows the first, which would then be dropped without a word.
    logLevel: 'error',
    lineCounter: lines,
    prettyErrors: true,
  })
  const [error] = [...file.errors, ...file.warnings]
  if (error) {
    const tooDeep = error.message.includes('call stack')
    throw invalid(
      tooDeep
        ? 'This file is nested too deeply to be a persona file.'
        : `This file is not readable as YAML or JSON: ${error.message.split('\n')[0] ?? ''}`,
    )
  }
  const at = (node: unknown) => {
    const range = isNode(node) ? (node as ParsedNode).range : undefined
    return range ? ` (line ${lines.linePos(range[0]).line})` : ''
  }
  visit(file, {
    Node(_key, node, path) {
      if (path.length > DEEPEST) throw invalid(`This file is nested too deeply to be a persona file${at(node)}.`)
      if (isAlias(node)) throw invalid(`This file uses the alias *${node.source}${at(node)}; write the value out instead.`)
      if (isMap(node)) checkKeys(node.items.map(({ key }) => ({ name: isScalar(key) ? String(key.value) : '', where: at(key) })))
    },
  })
  try {
    return file.toJS({ maxAliasCount: 0 })
  } catch (thrown) {
    throw invalid(`This file is not readable as YAML or JSON: ${messageOf(thrown)}`)
  }
}

function checkKeys(keys: readonly { readonly name: string; readonly where: string }[]): void {
  const seen = new Set<string>()
  for (const { name, where } of keys) {
    if (name === '__proto__') throw invalid(`This file has a field named __proto__${where}, which no persona file has.`)
    if (seen.has(name)) throw invalid(`The field "${name.slice(0, 80)}" comes twice in the same place${where}; keep one.`)
    seen.add(name)
  }
}

function readDocument(given: unknown, position: number): ReadPersona {
  const warnings: string[] = []
  // Unknown fields may hide behind each other; each round takes out all that are seen.
  for (let round = 0; round < 10; round += 1) {
    const result = personaDoc.safeParse(given)
    if (result.success) {
      const [twice] = documentProblems(result.data)
      if (twice !== undefined) throw invalid(`${called(given, position)}: ${twice}`)
      return { doc: result.data, warnings }
    }
    const wrong = result.error.issues.find((issue) => issue.code !== 'unrecognized_keys')
    if (wrong)
      throw invalid(`${called(given, position)}: ${wrong.path.length === 0 ? 'the document' : wrong.path.join('.')}: ${wrong.message}.`)
    for (const issue of result.error.issues) warnings.push(...takeOut(given, issue))
  }
  throw invalid(`${called(given, position)} has unknown fields within unknown fields.`)
}

/** Removes the unknown keys that one issue names, and says so. */
function takeOut(given: unknown, issue: z.core.$ZodIssue): string[] {
  if (issue.code !== 'unrecognized_keys') return []
  let holder: unknown = given
  for (const step of issue.path)
    holder = isRecord(holder) || Array.isArray(holder) ? (holder as Record<PropertyKey, unknown>)[step] : undefined
  return issue.keys.map((key) => {
    if (isRecord(holder)) delete holder[key]
    return leftOut([...issue.path, key].join('.'))
  })
}

function leftOut(field: string): string {
  return `The field "${field.slice(0, 200)}" is not known to this build and is left out.`
}

function bounded(warnings: readonly string[]): readonly string[] {
  if (warnings.length <= MOST_WARNINGS) return warnings
  return [...warnings.slice(0, MOST_WARNINGS), `${warnings.length - MOST_WARNINGS} more fields are not known and are left out.`]
}

function called(given: unknown, position: number): string {
  const name = isRecord(given) && typeof given.name === 'string' ? ` (“${given.name.slice(0, 80)}”)` : ''
  return `Persona ${position}${name}`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 80)
}

function invalid(message: string, hint = 'Nothing was imported. Mend the file and try again.'): TroupeError {
  return new TroupeError('INVALID', message, { hint })
}
