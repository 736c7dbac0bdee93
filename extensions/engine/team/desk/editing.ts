/** Making and changing documents. Every change is a new revision of the whole document; what changes nothing makes none. */
import type { DocChange, KeptImport, TeamDocument, TeamRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { newId, TroupeError } from '#core'
import { graphOf } from '../flow/graph.ts'
import { diffTeams } from './diff.ts'
import type { Desk } from './ports.ts'
import { addRevision, insertTeam, readCards, readTeam } from './table.ts'

export interface SaveRequest {
  readonly id: string
  readonly doc: TeamDocument
  /** The revision that the change was made from. */
  readonly baseRevision: number
  readonly message?: string
}

export interface Editing {
  /** Active at once, unless an import made it. INVALID when a name or an id occurs twice, or a link has no end. */
  create(doc: TeamDocument, message?: string, kept?: KeptImport): Promise<TeamRow>
  /** CONFLICT, naming both numbers, when `baseRevision` is not the current one. `saved` is false when nothing differs. */
  save(request: SaveRequest): Promise<{ saved: boolean; team: TeamRow }>
  diff(id: string, from: number, to: number): Promise<{ from: TeamDocument; to: TeamDocument; changes: DocChange[] }>
  /** Makes an old document the newest revision; nothing when it already says the same. */
  restore(id: string, revision: number, message?: string): Promise<TeamRow>
  /** A new team "Name copy" with this one's current document; not active when this one is not. */
  duplicate(id: string): Promise<TeamRow>
}

export function editing({ ports, change }: Desk): Editing {
  const { store, clock, chance, announce } = ports

  async function add(doc: TeamDocument, message: string, active: boolean, kept: KeptImport | null): Promise<TeamRow> {
    graphOf(doc)
    const id = newId(chance, 'team')
    await store.write(insertTeam({ id, number: 1, doc, message, restoredFrom: null, at: clock.now() }, active, kept))
    announce('team', id, 'created')
    return readTeam(store, id)
  }

  async function revise(current: TeamRow, doc: TeamDocument, message: string, restoredFrom: number | null): Promise<TeamRow> {
    const at = clock.now()
    const number = current.revision + 1
    await store.write(addRevision({ id: current.id, number, doc, message, restoredFrom, at }))
    announce('team', current.id, restoredFrom === null ? 'saved' : 'restored')
    return { ...current, revision: number, doc, updatedAt: at }
  }

  return {
    create: (doc, message = '', kept) => change(() => add(doc, message, kept === undefined, kept ?? null)),
    save: ({ id, doc, baseRevision, message = '' }) =>
      change(async () => {
        graphOf(doc)
        const current = await readTeam(store, id)
        if (current.revision !== baseRevision) throw conflict(current, baseRevision)
        if (diffTeams(current.doc, doc).length === 0) return { saved: false, team: current }
        return { saved: true, team: await revise(current, doc, message, null) }
      }),
    async diff(id, from, to) {
      const [before, after] = await Promise.all([readTeam(store, id, from), readTeam(store, id, to)])
      return { from: before.doc, to: after.doc, changes: diffTeams(before.doc, after.doc) }
    },
    restore: (id, revision, message = '') =>
      change(async () => {
        const [current, old] = await Promise.all([readTeam(store, id), readTeam(store, id, revision)])
        if (diffTeams(current.doc, old.doc).length === 0) return current
        return revise(current, old.doc, message, revision)
      }),
    duplicate: (id) =>
      change(async () => {
        const source = await readTeam(store, id)
        const name = copyName(source.doc.name, new Set((await readCards(store, 'all')).map((card) => card.name)))
        return add({ ...source.doc, name }, `Copy of “${source.doc.name}”, revision ${source.revision}`, source.active, null)
      }),
  }
}

/** "Name copy", "Name copy 2" …: one that no team has. */
export function copyName(name: string, taken: ReadonlySet<string>): string {
  const stem = (name.replace(/ copy(?: \d{1,6})?$/, '') || name).slice(0, LIMITS.teamNodeNameChars - 20).toWellFormed()
  for (let n = 1; ; n++) {
    const wanted = `${stem} copy${n === 1 ? '' : ` ${n}`}`
    if (!taken.has(wanted)) return wanted
  }
}

function conflict(current: TeamRow, baseRevision: number): TroupeError {
  return new TroupeError(
    'CONFLICT',
    `“${current.doc.name}” is at revision ${current.revision} now; this change was made from revision ${baseRevision}.`,
    {
      hint: `Look at what revision ${current.revision} changed, then save again from there.`,
      facts: { teamId: current.id, current: current.revision, base: baseRevision },
    },
  )
}
