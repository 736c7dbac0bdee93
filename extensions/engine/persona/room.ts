/** Puts the room together. */

import type { AssembledPrompt, PersonaCard, PersonaDoc, PersonaRow, RevisionRow, TemplateRow } from '#contract'
import { oneAtATime } from '#core'
import type { Desk } from './desk.ts'
import { type Editing, editing } from './editing.ts'
import { type Exchange, exchange } from './exchange.ts'
import { personaFiles } from './file-job.ts'

import type { Params } from './parameters.ts'
import type { PersonaPorts } from './ports.ts'
import { PLACE_NAMES, previewRun } from './prepare.ts'
import { type Removal, removal } from './removal.ts'
import { type Standing, standing } from './standing.ts'
import { countPersonas, readCards, readMcpUse, readName, readPersona, readRevisions } from './table.ts'
import { parseTemplates, type TemplateInput } from './template.ts'
import { estimateTokens } from './tokens.ts'

export interface Personas extends Editing, Standing, Removal, Exchange {
  /** In the order of the list: those in use, or with `archived` those in the archive; with `text` those in which all its words are found. */
  list(which?: { readonly archived: boolean; readonly text?: string | undefined }): Promise<PersonaCard[]>
  /** How many are in use. */
  count(): Promise<number>
  /** With the document of this revision; the current one by default. NOT_FOUND names what is missing. */
  get(id: string, revision?: number): Promise<PersonaRow>
  /** null: there is none of that id. */
  nameOf(id: string): Promise<string | null>
  /** Names of the personas whose current document names an MCP server, by the server's id. */
  usingMcp(): Promise<ReadonlyMap<string, readonly string[]>>
  /** Newest first. */
  revisions(id: string): Promise<RevisionRow[]>
  /** What a run of this document would send; whatever is wrong with it is a problem in the answer. */
  assemble(doc: PersonaDoc, params?: Params, input?: string): Promise<AssembledPrompt>
  templates(): Promise<TemplateRow[]>
}

export function openPersonas(ports: PersonaPorts): Personas {
  const { store } = ports
  const desk: Desk = { ports, change: oneAtATime() }
  const files = personaFiles(ports.clock, ports.threadUrl ?? new URL('./thread.ts', import.meta.url))
  let parsed: Promise<readonly TemplateRow[]> | undefined
  return {
    ...editing(desk),
    ...standing(desk),
    ...removal(desk),
    ...exchange(desk, files),
    list: async (which = { archived: false }) => {
      const cards = await readCards(store, which.archived ? 'archived' : 'in use', which.text)
      return cards.map((card) => ({ ...card, nextFireAt: ports.nextFireAt?.(card.id) ?? null }))
    },
    count: () => countPersonas(store),
    get: (id, revision) => readPersona(store, id, revision),
    nameOf: (id) => readName(store, id),
    usingMcp: () => readMcpUse(store),
    revisions: (id) => readRevisions(store, id),
    assemble,
    async templates() {
      parsed ??= shipped(ports).then(parseTemplates)
      return [...(await parsed)]
    },
  }
}

/** Loaded when they are first asked for: a start of the engine does not pay for them. */
async function shipped(ports: PersonaPorts): Promise<readonly TemplateInput[]> {
  return ports.templates ?? (await import('./templates/mod.ts')).TEMPLATES
}

async function assemble(doc: PersonaDoc, params: Params = {}, input = ''): Promise<AssembledPrompt> {
  const places = Object.fromEntries(PLACE_NAMES.map((name) => [name, `{{${name}}}`]))
  const { assembly, problems } = previewRun(doc, { params, input, places })
  const parts: AssembledPrompt['parts'] = []
  for (const part of assembly.parts) parts.push({ ...part, tokens: await estimateTokens(assembly.prompt.slice(part.start, part.end)) })
  return {
    prompt: assembly.prompt,
    tokens: parts.reduce((sum, part) => sum + part.tokens, 0),
    parts,
    problems: problems.map(({ where, message }) => ({ where, message })),
  }
}
