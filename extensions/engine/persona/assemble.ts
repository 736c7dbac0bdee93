/**
 * The prompt of a document: its enabled sections, in document order, each under its heading, with the placeholders filled in.
 * A section's text is never changed, lost or moved; a section with nothing in it gives no heading either.
 */
import type { AssembledPrompt, PersonaDoc } from '#contract'
import { documentProblems } from './document.ts'
import { headingOf, parameterLabel, sectionLabel } from './labels.ts'
import { type Params, parameterProblems, valueGiven } from './parameters.ts'
import { type Allowance, fillIn, newAllowance, type Values } from './placeholder.ts'

export interface Problem {
  /** Where it is, in words: a section's heading, a parameter, an argument. */
  readonly where: string
  readonly message: string
  /** `empty`: an optional parameter without a value, which is fine in a run and worth seeing in an editor. */
  readonly kind: 'document' | 'parameter' | 'unknown' | 'empty' | 'impossible'
}

export interface Assembly {
  readonly prompt: string
  /** `prompt.slice(start, end)` is the part, heading included; two newlines stand between two parts. */
  readonly parts: readonly Omit<AssembledPrompt['parts'][number], 'tokens'>[]
  readonly problems: readonly Problem[]
}

/** The names that any text of a persona may use, with their values. */
export function valuesFor(doc: PersonaDoc, params: Params, input: string): Values {
  const values = new Map(doc.parameters.map((parameter) => [`param.${parameter.name}`, valueGiven(parameter, params)]))
  return values.set('input', input)
}

export function assemblePrompt(doc: PersonaDoc, params: Params, input: string, allowance: Allowance = newAllowance()): Assembly {
  const values = valuesFor(doc, params, input)
  const problems: Problem[] = [
    ...documentProblems(doc).map((message): Problem => ({ where: 'Document', message, kind: 'document' })),
    ...parameterProblems(doc, params).map(({ name, message }): Problem => ({ where: parameterLabel(name), message, kind: 'parameter' })),
  ]
  const parts: Assembly['parts'][number][] = []
  let prompt = ''
  for (const section of doc.sections) {
    if (!section.enabled || section.text.trim() === '') continue
    const text = fillReporting(section.text, sectionLabel(section), values, allowance, problems, 'prompt')
    if (section.title.includes('{{')) {
      problems.push({
        where: sectionLabel(section),
        message: 'A heading is taken as it is written: placeholders are not filled in there.',
        kind: 'unknown',
      })
    }
    const heading = headingOf(section)
    if (prompt !== '') prompt += '\n\n'
    const start = prompt.length
    prompt += heading === '' ? text : `# ${heading}\n\n${text}`
    parts.push({ sectionId: section.id, heading, start, end: prompt.length })
  }
  return { prompt, parts, problems }
}

/** `{{credential.github.token}}`: never filled in here. In a prompt it is the model's to use, and the egress puts the value into a request. */
const CREDENTIAL = /^credential\.[a-z][a-z0-9-]*\.[a-z][a-z0-9_]*$/

/** Fills one text in and adds what is wrong with its placeholders to `problems`, each name once. */
export function fillReporting(
  text: string,
  where: string,
  values: Values,
  allowance: Allowance,
  problems: Problem[],
  of: 'prompt' | 'command' = 'command',
): string {
  const told = new Set<string>()
  return fillIn(text, values, allowance, (name, known) => {
    if (told.has(name) || (known && (name === 'input' || values.get(name) !== ''))) return
    told.add(name)
    if (CREDENTIAL.test(name) && !known) {
      if (of === 'command') problems.push(credentialAt(where, name))
      return
    }
    problems.push(known ? emptyAt(where, name) : unknownAt(where, name, values))
  })
}

function emptyAt(where: string, name: string): Problem {
  return { where, message: `{{${name}}} has no value: nothing stands in its place.`, kind: 'empty' }
}

function credentialAt(where: string, name: string): Problem {
  return {
    where,
    message: `{{${name}}} stays as it is written: no secret stands in arguments or in a document. Grant the credential to this persona as an environment variable.`,
    kind: 'unknown',
  }
}

function unknownAt(where: string, name: string, values: Values): Problem {
  const known = [...values.keys()].map((key) => `{{${key}}}`).join(', ')
  return {
    where,
    message: `{{${name}}} is not known and stays as it is written. Known here: ${known}. To write two braces, write {{{{.`,
    kind: 'unknown',
  }
}
