/** Where teams stand: in use or archived, active or not; and their removal, with what it would take along. */
import type { TeamRadius, TeamRow } from '#contract'
import { TroupeError } from '#core'
import type { Desk } from './ports.ts'
import { deleteTeam, readCards, readRevisions, readTeam, setState } from './table.ts'

export interface Standing {
  /** An archived team keeps everything and starts no run. */
  archive(id: string, archived: boolean): Promise<TeamRow>
  /** A team that is not active is started by nobody but a person. */
  activate(id: string, active: boolean): Promise<TeamRow>
  blastRadius(id: string): Promise<TeamRadius>
  /** REFUSED while runs of it have not ended. */
  remove(id: string): Promise<void>
}

export function standing({ ports, change }: Desk): Standing {
  const { store, clock, announce, runs } = ports

  const set = (id: string, column: 'active' | 'archived_at', wanted: boolean): Promise<TeamRow> =>
    change(async () => {
      const row = await readTeam(store, id)
      if ((column === 'active' ? row.active : row.archivedAt !== null) === wanted) return row
      const at = clock.now()
      await store.write([setState(id, column, column === 'active' ? Number(wanted) : wanted ? at : null, at)])
      announce('team', id, column === 'active' ? (wanted ? 'activated' : 'deactivated') : wanted ? 'archived' : 'unarchived')
      return readTeam(store, id)
    })

  return {
    archive: (id, archived) => set(id, 'archived_at', archived),
    activate: (id, active) => set(id, 'active', active),
    async blastRadius(id) {
      const [revisions, counts, cards] = await Promise.all([readRevisions(store, id), runs.counts(id), readCards(store, 'all')])
      const usedBy = cards.filter((card) => card.id !== id && card.uses.includes(id)).map(({ id: user, name }) => ({ id: user, name }))
      return { runs: counts.runs, running: counts.running, queued: counts.queued, revisions: revisions.length, usedBy }
    },
    remove: (id) =>
      change(async () => {
        const { doc } = await readTeam(store, id)
        const { running, queued } = await runs.counts(id)
        if (running + queued > 0) {
          throw new TroupeError(
            'REFUSED',
            `“${doc.name}” has ${running} running and ${queued} queued runs; it can be removed when they have ended.`,
            { hint: 'Wait for them, or cancel them first. Archiving is possible at any time.', facts: { teamId: id, running, queued } },
          )
        }
        await store.write(deleteTeam(id))
        announce('team', id, 'removed')
      }),
  }
}
