/** What a list shows of a team, kept beside its row so that no list reads a document. */
import { z } from 'zod'
import { type TeamDocument, teamCard } from '#contract'

export const cardFaceSchema = teamCard
  .pick({
    name: true,
    summary: true,
    tags: true,
    nodes: true,
    personas: true,
    placeholders: true,
    starts: true,
  })
  .extend({
    /** Ids of teams that it names, so that a removal can say who would miss one. */
    uses: z.array(z.string()),
  })
export type CardFace = z.infer<typeof cardFaceSchema>

export function cardFace(doc: TeamDocument): CardFace {
  const count = (kind: string) => doc.nodes.filter((node) => node.kind === kind).length
  const uses = doc.nodes.flatMap(({ kind, refersTo }) => (kind === 'subTeam' && refersTo !== null ? [refersTo] : []))
  const { errorTeam } = doc.settings
  return {
    name: doc.name,
    summary: doc.summary.slice(0, 280),
    tags: doc.tags,
    nodes: doc.nodes.length,
    personas: count('persona'),
    placeholders: count('placeholder'),
    starts: [...new Set(doc.nodes.filter((node) => node.kind.endsWith('Start') && !node.disabled).map(({ kind }) => kind))],
    uses: [...new Set(errorTeam === null ? uses : [...uses, errorTeam])],
  }
}
