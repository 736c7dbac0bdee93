/** Where personas stand: in use or archived, awake or asleep, in which order, under which heading. */
import type { PersonaCard, PersonaRow } from '#contract'
import { TroupeError } from '#core'
import type { Desk } from './desk.ts'
import { addRevision, noPersona, readCards, readPersona, readPersonas, setPlaces, setState } from './table.ts'

export interface Standing {
  /** An archived persona keeps everything and starts no run. */
  archive(id: string, archived: boolean): Promise<PersonaRow>
  /** A persona that is not active sleeps: it starts no run. */
  activate(id: string, active: boolean): Promise<PersonaRow>
  /**
   * Puts the named personas in this order on the places that they hold among all others, which do not move.
   * With `group` they also come under that heading: a revision for each that stood elsewhere. All of it or nothing.
   */
  arrange(ids: readonly string[], group?: string): Promise<void>
}

export function standing({ ports, change }: Desk): Standing {
  const { store, clock, announce } = ports

  const set = (id: string, column: 'active' | 'archived_at', wanted: boolean): Promise<PersonaRow> =>
    change(async () => {
      const row = await readPersona(store, id)
      if ((column === 'active' ? row.active : row.archivedAt !== null) === wanted) return row
      const at = clock.now()
      await store.write([setState(id, column, column === 'active' ? Number(wanted) : wanted ? at : null, at)])
      announce('persona', id, column === 'active' ? (wanted ? 'activated' : 'put to sleep') : wanted ? 'archived' : 'unarchived')
      return readPersona(store, id)
    })

  return {
    archive: (id, archived) => set(id, 'archived_at', archived),
    activate: (id, active) => set(id, 'active', active),
    arrange: (ids, group) =>
      change(async () => {
        const cards = await cardsOf(ids)
        const places = newPlaces(cards)
        const joining = group === undefined ? [] : cards.filter((card) => card.group !== group).map(({ id }) => id)
        const rows = await readPersonas(store, joining)
        const at = clock.now()
        const revisions = rows.flatMap(({ id, revision, doc }) =>
          addRevision({ id, number: revision + 1, doc: { ...doc, group: group ?? doc.group }, message: '', restoredFrom: null, at }),
        )
        if (places.size + revisions.length === 0) return
        await store.write([...(places.size === 0 ? [] : [setPlaces(places)]), ...revisions])
        for (const id of new Set([...places.keys(), ...joining])) announce('persona', id, 'arranged')
      }),
  }

  async function cardsOf(ids: readonly string[]): Promise<readonly PersonaCard[]> {
    const known = new Map((await readCards(store, 'all')).map((card) => [card.id, card]))
    const seen = new Set<string>()
    return ids.map((id) => {
      const card = known.get(id)
      if (card === undefined) throw noPersona(id)
      if (seen.has(id)) throw new TroupeError('INVALID', `Persona ${id} is named twice in the order; each may stand there once.`)
      seen.add(id)
      return card
    })
  }
}

/** The new place of each that moves. */
function newPlaces(cards: readonly PersonaCard[]): ReadonlyMap<string, number> {
  const places = cards.map((card) => card.order).sort((a, b) => a - b)
  return new Map(cards.flatMap((card, index) => (places[index] === card.order ? [] : [[card.id, places[index] ?? card.order] as const])))
}
