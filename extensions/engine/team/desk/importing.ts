/** Teams from an n8n text: each with its personas asleep, itself not active, and the report kept. */
import type { ImportedWorkflow, KeptImport, TeamDocument, TeamRow } from '#contract'
import { messageOf, TroupeError } from '#core'
import type { Editing } from './editing.ts'
import type { TeamPorts } from './ports.ts'

export interface Imported {
  readonly team: TeamRow
  readonly import: KeptImport
}

/** One after the other, each whole or not at all. INVALID for a text that holds no workflow, or not that one. */
export async function importTeams(ports: TeamPorts, editing: Editing, text: string, which?: readonly number[]): Promise<Imported[]> {
  const reading = await ports.readImport(text)
  if (!reading.ok) throw new TroupeError('INVALID', reading.message, { hint: reading.hint })
  const { workflows } = reading
  const chosen = (which ?? workflows.map((_, at) => at)).map((at) => {
    const workflow = workflows[at]
    if (workflow === undefined)
      throw new TroupeError('INVALID', `The text holds ${workflows.length} workflows; there is no number ${at} (counted from 0).`)
    return workflow
  })
  const made: Imported[] = []
  for (const workflow of chosen) made.push(await importOne(ports, editing, workflow))
  return made
}

async function importOne(ports: TeamPorts, editing: Editing, workflow: ImportedWorkflow): Promise<Imported> {
  const { team, personas, ...report } = workflow
  const made: KeptImport['personas'] = []
  try {
    for (const { node, doc } of personas) {
      const { id, name } = await ports.personas.createAsleep(doc, `From the import of “${team.name}”`.slice(0, 500))
      made.push({ node, id, name })
    }
    const kept: KeptImport = { at: ports.clock.now(), report, personas: made }
    return { team: await editing.create(referring(team, made), 'Imported from n8n', kept), import: kept }
  } catch (thrown) {
    // A team that could not be made leaves no personas behind.
    for (const { id } of made)
      await ports.personas.remove(id).catch((left: unknown) => {
        ports.log.warn('A persona of an import that failed could not be taken back.', { persona: id, problem: messageOf(left) })
      })
    throw thrown
  }
}

function referring(team: TeamDocument, personas: KeptImport['personas']): TeamDocument {
  const idOf = new Map(personas.map(({ node, id }) => [node, id]))
  return { ...team, nodes: team.nodes.map((node) => ({ ...node, refersTo: idOf.get(node.name) ?? node.refersTo })) }
}
