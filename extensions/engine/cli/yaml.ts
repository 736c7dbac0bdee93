/** A document as YAML that is good to edit, and back, with every problem named. */
import { parseDocument, stringify } from 'yaml'
import type { z } from 'zod'
import { type PersonaDoc, personaDoc, type TeamDocument, teamDocument } from '#contract'

export function docToYaml(doc: PersonaDoc): string {
  return stringify(doc, { lineWidth: 0, blockQuote: 'literal' })
}

export type Read = { readonly doc: PersonaDoc } | { readonly problems: readonly string[] }

/** Reads YAML or JSON. Accepts a bare document, or an export file with exactly one persona. */
export function readDoc(text: string): Read {
  const value = parsedText(text)
  if ('problems' in value) return value
  return checkedBy(personaDoc, unwrap(value.value))
}

export const teamToYaml = (team: TeamDocument): string => stringify(team, { lineWidth: 0, blockQuote: 'literal' })

/** Reads YAML or JSON: a bare team, or a team file. */
export function readTeamText(text: string): { readonly doc: TeamDocument } | { readonly problems: readonly string[] } {
  const value = parsedText(text)
  if ('problems' in value) return value
  const held = value.value
  return checkedBy(teamDocument, typeof held === 'object' && held !== null && 'troupe' in held && 'team' in held ? held.team : held)
}

function parsedText(text: string): { readonly value: unknown } | { readonly problems: readonly string[] } {
  const parsed = parseDocument(text, { prettyErrors: true })
  if (parsed.errors.length > 0) return { problems: parsed.errors.slice(0, 5).map((error) => error.message.split('\n')[0] ?? error.message) }
  return { value: parsed.toJS({ maxAliasCount: 100 }) }
}

function checkedBy<Doc>(schema: z.ZodType<Doc>, value: unknown): { readonly doc: Doc } | { readonly problems: readonly string[] } {
  const checked = schema.safeParse(value)
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
