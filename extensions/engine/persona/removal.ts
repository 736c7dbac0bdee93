/** Removing a persona for good, and what that would take with it. Its runs stay; its files go to the trash. */
import type { BlastRadius } from '#contract'
import { messageOf, TroupeError } from '#core'
import type { Desk } from './desk.ts'
import { deletePersona, readPersona, readRevisions } from './table.ts'

export interface Removal {
  blastRadius(id: string): Promise<BlastRadius>
  /** REFUSED while runs of it are queued or running. */
  remove(id: string): Promise<void>
}

export function removal({ ports, change }: Desk): Removal {
  const { store, log, announce, runs, workspaces } = ports
  return {
    async blastRadius(id) {
      const revisions = await readRevisions(store, id)
      const [counts, workspace] = await Promise.all([runs.counts(id), workspaces.measure(id)])
      return {
        runs: counts.runs,
        running: counts.running,
        queued: counts.queued,
        revisions: revisions.length,
        workspaceFiles: workspace.files,
        workspaceBytes: workspace.bytes,
      }
    },
    remove: (id) =>
      change(async () => {
        const { doc } = await readPersona(store, id)
        const { running, queued } = await runs.counts(id)
        if (running + queued > 0) {
          throw new TroupeError(
            'REFUSED',
            `“${doc.name}” has ${running} running and ${queued} queued runs; it can be removed when they have ended.`,
            {
              hint: 'Wait for them, or cancel them first. Archiving is possible at any time.',
              facts: { personaId: id, running, queued },
            },
          )
        }
        await store.write(deletePersona(id))
        announce('persona', id, 'removed')
        // The row goes first: a crash in between leaves a folder without a persona, never a persona without its files.
        await workspaces.trash(id).catch((thrown: unknown) => {
          log.warn('a removed persona left its workspace folder behind', { personaId: id, reason: messageOf(thrown) })
        })
      }),
  }
}
