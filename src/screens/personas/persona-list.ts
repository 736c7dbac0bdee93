/** The list as the screen shows it: what is on the shelf, what the search and the tags leave of it, and its order while it is changed. */
import { type Accessor, createMemo, createSignal } from 'solid-js'
import type { PersonaCard } from '#contract'
import { createReorder } from '../../parts/reorder/mod.ts'
import { remembered } from '../../state/mod.ts'
import { listItems, matches, tagsOf } from './arrange.ts'
import { createOrder } from './order.ts'

export type Shelf = 'in use' | 'archived'
export type PersonaList = ReturnType<typeof createPersonaList>

interface PersonaListOptions {
  readonly all: Accessor<readonly PersonaCard[]>
  readonly shelf: Accessor<Shelf>
  readonly text: Accessor<string>
}

export function createPersonaList(options: PersonaListOptions) {
  const [tags, setTags] = remembered<readonly string[]>('personas.tags', [])
  const [said, setSaid] = createSignal('')
  let scroller: HTMLElement | undefined
  const cards = createMemo(() => options.all().filter((card) => (card.archivedAt !== null) === (options.shelf() === 'archived')))
  const byId = createMemo(() => new Map(cards().map((card) => [card.id, card])))
  const known = createMemo(() => tagsOf(cards()))
  const chosen = createMemo(() => tags().filter((tag) => known().some((one) => one.tag === tag)))
  const fitting = createMemo(() => cards().filter((card) => matches(card, { text: options.text(), tags: chosen() })))
  const order = createOrder(cards)
  const reorder = createReorder({
    groups: order.groups,
    label: (id) => byId().get(id)?.name ?? 'Persona',
    onDrop: order.drop,
    say: setSaid,
    root: () => scroller,
    scroller: () => scroller,
  })
  return {
    cards,
    byId,
    items: createMemo(() => listItems(reorder.groups(), new Set(fitting().map((card) => card.id)))),
    reorder,
    /** What a screen reader is told of a move. */
    said,
    tags: known,
    chosen,
    /** While something is left out, the order cannot be changed: places would mean nothing. */
    narrowed: () => options.text().trim() !== '' || chosen().length > 0,
    toggleTag: (tag: string) => setTags(chosen().includes(tag) ? chosen().filter((one) => one !== tag) : [...chosen(), tag]),
    clearTags: () => setTags([]),
    setScroller: (element: HTMLElement) => {
      scroller = element
    },
  }
}
