/** Who takes no runs just now. */
import { TroupeError } from '#core'
import type { RunPersona } from './ports.ts'

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
