/** What the list shows of a document: everything but the long texts. Made when a revision is saved, so that a list reads no document. */
import type { PersonaCard, PersonaDoc } from '#contract'

export type CardFace = Pick<
  PersonaCard,
  'name' | 'summary' | 'icon' | 'colour' | 'group' | 'tags' | 'bodyKind' | 'runsOn' | 'inputHint' | 'parameters'
>

export function cardFace(doc: PersonaDoc): CardFace {
  const { name, summary, icon, colour, group, tags, inputHint, parameters } = doc
  return { name, summary, icon, colour, group, tags, bodyKind: doc.body.kind, runsOn: runsOn(doc.body), inputHint, parameters }
}

function runsOn(body: PersonaDoc['body']): string {
  if (body.kind === 'command') return body.program
  const [first] = body.models
  return first === undefined ? '' : `${first.provider}/${first.model}`
}
