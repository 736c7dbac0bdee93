/** Making and changing documents. Every change is a new revision of the whole document; what changes nothing makes none. */
import type { DocChange, PersonaDoc, PersonaRow } from '#contract'
import { newId, TroupeError } from '#core'
import type { Desk } from './desk.ts'
import { diffDocuments } from './diff.ts'
import { requireDocument } from './document.ts'
import { Names } from './names.ts'
import { addRevision, insertPersona, readCards, readPersona } from './table.ts'

export interface SaveRequest {
  readonly id: string
  readonly doc: PersonaDoc
  /** The revision that the change was made from. */
  readonly baseRevision: number
  readonly message?: string
}

export interface Editing {
  /** Active at once: the person who writes a persona means it. INVALID when an id or a name in it comes twice. */
  create(doc: PersonaDoc, message?: string): Promise<PersonaRow>
  /** Asleep, under a name that is free: what an import brings waits for the person. */
  createAsleep(doc: PersonaDoc, message: string): Promise<PersonaRow>
  /** CONFLICT, naming both numbers, when `baseRevision` is not the current one. `saved` is false when nothing differs. */
  save(request: SaveRequest): Promise<{ saved: boolean; persona: PersonaRow }>
  /** The documents of two revisions, and what changed from the first to the second. */
  diff(id: string, from: number, to: number): Promise<{ from: PersonaDoc; to: PersonaDoc; changes: DocChange[] }>
  /** Makes an old document the newest revision; nothing when it already says the same. */
  restore(id: string, revision: number, message?: string): Promise<PersonaRow>
  /** A new persona "Name copy" with this one's current document; it sleeps if this one does. */
  duplicate(id: string): Promise<PersonaRow>
}

export function editing({ ports, change }: Desk): Editing {
  const { store, clock, chance, announce } = ports

  async function add(doc: PersonaDoc, message: string, active: boolean): Promise<PersonaRow> {
    requireDocument(doc)
    const id = newId(chance, 'per')
    await store.write(insertPersona({ id, number: 1, doc, message, restoredFrom: null, at: clock.now() }, active))
    announce('persona', id, 'created')
    return readPersona(store, id)
  }

  async function revise(current: PersonaRow, doc: PersonaDoc, message: string, restoredFrom: number | null): Promise<PersonaRow> {
    const at = clock.now()
    const number = current.revision + 1
    await store.write(addRevision({ id: current.id, number, doc, message, restoredFrom, at }))
    announce('persona', current.id, restoredFrom === null ? 'saved' : 'restored')
    return { ...current, revision: number, doc, updatedAt: at }
  }

  return {
    create: (doc, message = '') => change(() => add(doc, message, true)),
    createAsleep: (doc, message) =>
      change(async () => {
        const names = new Names((await readCards(store, 'all')).map((card) => card.name))
        return add({ ...doc, name: names.free(doc.name) }, message, false)
      }),
    save: ({ id, doc, baseRevision, message = '' }) =>
      change(async () => {
        requireDocument(doc)
        const current = await readPersona(store, id)
        if (current.revision !== baseRevision) throw conflict(current, baseRevision)
        if (diffDocuments(current.doc, doc).length === 0) return { saved: false, persona: current }
        return { saved: true, persona: await revise(current, doc, message, null) }
      }),
    async diff(id, from, to) {
      const [before, after] = await Promise.all([readPersona(store, id, from), readPersona(store, id, to)])
      return { from: before.doc, to: after.doc, changes: diffDocuments(before.doc, after.doc) }
    },
    restore: (id, revision, message = '') =>
      change(async () => {
        const [current, old] = await Promise.all([readPersona(store, id), readPersona(store, id, revision)])
        if (diffDocuments(current.doc, old.doc).length === 0) return current
        return revise(current, old.doc, message, revision)
      }),
    duplicate: (id) =>
      change(async () => {
        const source = await readPersona(store, id)
        const names = new Names((await readCards(store, 'all')).map((card) => card.name))
        return add(
          { ...source.doc, name: names.copyOf(source.doc.name) },
          `Copy of “${source.doc.name}”, revision ${source.revision}`,
          source.active,
        )
      }),
  }
}

function conflict(current: PersonaRow, baseRevision: number): TroupeError {
  return new TroupeError(
    'CONFLICT',
    `“${current.doc.name}” is at revision ${current.revision} now; this change was made from revision ${baseRevision}.`,
    {
      hint: `Look at what revision ${current.revision} changed, then save again from there.`,
      facts: { personaId: current.id, current: current.revision, base: baseRevision },
    },
  )
}
