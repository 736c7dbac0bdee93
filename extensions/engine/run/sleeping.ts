/** Who takes no runs just now. */
import { newId, TroupeError } from '#core'
import { findRun } from './list.ts'
import type { RunPersona, RunPorts } from './ports.ts'

/** WRONG_STATE for an archived or a sleeping persona. */
export function refuseSleeping(persona: RunPersona): void {
  const { archivedAt, active, doc, id } = persona
  if (archivedAt !== null) {
    throw new TroupeError('WRONG_STATE', `"${doc.name}" is archived and takes no runs. Restore it first.`, { facts: { personaId: id } })
  }
  if (!active) {
    throw new TroupeError('WRONG_STATE', `"${doc.name}" sleeps and takes no runs. Read what it may do, and wake it first.`, {
      facts: { personaId: id },
    })
  }
}

/** A new run's id, or the one that was chosen. CONFLICT when a run has it; asked before it is admitted: what is undone for a refused start would be the other run's. */
export async function freeId({ store, chance }: Pick<RunPorts, 'store' | 'chance'>, chosen: string | undefined): Promise<string> {
  if (chosen === undefined) return newId(chance, 'run')
  if (await findRun(store, chosen)) throw new TroupeError('CONFLICT', `The run ${chosen} is there already.`)
  return chosen
}
