/** What the list shows of a document: everything but the long texts. Made when a revision is saved, so that a list reads no document. */
import type { z } from 'zod'
import { AGENT_LABELS, type PersonaDoc, personaCard } from '#contract'

export const cardFaceSchema = personaCard.pick({
  name: true,
  summary: true,
  icon: true,
  colour: true,
  group: true,
  tags: true,
  bodyKind: true,
  runsOn: true,
  inputHint: true,
  parameters: true,
})
export type CardFace = z.infer<typeof cardFaceSchema>

export function cardFace(doc: PersonaDoc): CardFace {
  const { name, summary, icon, colour, group, tags, inputHint, parameters } = doc
  return { name, summary, icon, colour, group, tags, bodyKind: doc.body.kind, runsOn: runsOn(doc.body), inputHint, parameters }
}

function runsOn(body: PersonaDoc['body']): string {
  if (body.kind === 'command') return body.program
  if (body.kind === 'agent') return [AGENT_LABELS[body.agent], body.model].filter((part) => part !== '').join('/')
  const [first] = body.models
  return first === undefined ? '' : `${first.provider}/${first.model}`
}
