/** Puts the documents' side of the room together. */
import type { KeptImport, TeamCard, TeamRevisionRow, TeamRow } from '#contract'
import { oneAtATime } from '#core'
import { type Editing, editing } from './editing.ts'
import { type Imported, importTeams } from './importing.ts'
import type { Desk, TeamPorts } from './ports.ts'
import { type Running, running } from './running.ts'
import { type Standing, standing } from './standing.ts'
import { readCards, readImport, readName, readRevisions, readTeam } from './table.ts'

export interface Teams extends Editing, Standing, Running {
  /** The newest change first: those in use, or with `archived` those in the archive. */
  list(which?: { readonly archived: boolean }): Promise<TeamCard[]>
  /** With the document of this revision; the current one by default. NOT_FOUND names what is missing. */
  get(id: string, revision?: number): Promise<TeamRow>
  /** null: there is none of that id. */
  nameOf(id: string): Promise<string | null>
  /** Newest first. */
  revisions(id: string): Promise<TeamRevisionRow[]>
  import(text: string, which?: readonly number[]): Promise<Imported[]>
  /** The report of the import that made it; null: it was not imported. */
  report(id: string): Promise<KeptImport | null>
}

export function openTeams(ports: TeamPorts): Teams {
  const { store } = ports
  const desk: Desk = { ports, change: oneAtATime() }
  const edit = editing(desk)
  return {
    ...edit,
    ...standing(desk),
    ...running(ports.runs, (id, revision) => readTeam(store, id, revision)),
    list: async (which = { archived: false }) =>
      (await readCards(store, which.archived ? 'archived' : 'in use')).map(({ uses: _, ...card }) => card),
    get: (id, revision) => readTeam(store, id, revision),
    nameOf: (id) => readName(store, id),
    revisions: (id) => readRevisions(store, id),
    import: (text, which) => importTeams(ports, edit, text, which),
    async report(id) {
      await readTeam(store, id)
      return readImport(store, id)
    },
  }
}
