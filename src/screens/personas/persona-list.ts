/** The list as the screen shows it: what is on the shelf, what the search and the tags leave of it, and its order while it is changed. */
import { type Accessor, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js'
import type { PersonaCard } from '#contract'
import { engine } from '../../link/mod.ts'
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
  const inPrompts = createPromptSearch(options)
  const fitting = createMemo(() =>
    cards().filter((card) => matches(card, { text: inPrompts().has(card.id) ? '' : options.text(), tags: chosen() })),
  )
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

/** Quick enough to seem at once, slow enough to ask once a word. */
const PAUSE_MS = 150

/**
 * Ids of those that the engine finds by their words, prompts included: the cards here have no prompts. Without an answer the list shows
 * what it finds by itself.
 */
function createPromptSearch({ text, shelf, all }: PersonaListOptions): Accessor<ReadonlySet<string>> {
  const [found, setFound] = createSignal<ReadonlySet<string>>(new Set())
  createEffect(
    on([() => text().trim(), shelf, all], ([words, on]) => {
      setFound(new Set<string>())
      if (words === '') return
      const asking = new AbortController()
      const timer = setTimeout(() => {
        engine.persona.list({ archived: on === 'archived', text: words.slice(0, 200) }, { signal: asking.signal }).then(
          (cards) => asking.signal.aborted || setFound(new Set(cards.map(({ id }) => id))),
          () => undefined,
        )
      }, PAUSE_MS)
      onCleanup(() => {
        clearTimeout(timer)
        asking.abort()
      })
    }),
  )
  return found
}
