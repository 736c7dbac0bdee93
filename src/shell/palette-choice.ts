/** What the palette offers for the letters that were typed, and which of it is chosen. */
import { createEffect, createMemo, createSignal, on } from 'solid-js'
import { tryOrToast } from '../parts/mod.ts'
import { type Action, actions } from './actions.ts'
import { rank } from './fuzzy.ts'

/** More than this is not read; a longer query finds the rest. */
const SHOWN = 60

export interface PaletteProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
}

export function createPaletteChoice(props: PaletteProps) {
  const [query, setQuery] = createSignal('')
  const [at, setAt] = createSignal(0)
  // Without a query each section stands once, in the order in which they came.
  const places = createMemo(() => [...new Set(actions().map((action) => action.section))])
  const found = createMemo(() =>
    rank(
      query(),
      actions(),
      (action) => action.title,
      (action) => `${action.section} ${action.keywords ?? ''}`,
    )
      .toSorted((a, b) => (query() === '' ? places().indexOf(a.item.section) - places().indexOf(b.item.section) : 0))
      .slice(0, SHOWN),
  )
  createEffect(on(query, () => setAt(0)))
  createEffect(
    on(
      () => props.open,
      () => setQuery(''),
    ),
  )
  const go = (action: Action | undefined) => {
    if (!action) return
    props.onOpenChange(false)
    // After the dialog gave the focus back, so that an action may move it.
    setTimeout(() => void tryOrToast(`"${action.title}" did not work`, async () => action.run()), 0)
  }
  const pressed = (event: KeyboardEvent) => {
    const last = found().length - 1
    const to = { ArrowDown: at() >= last ? 0 : at() + 1, ArrowUp: at() <= 0 ? last : at() - 1, PageDown: last, PageUp: 0 }[event.key]
    if (to !== undefined) setAt(Math.max(0, to))
    else if (event.key === 'Enter') go(found()[at()]?.item)
    else return
    event.preventDefault()
  }
  return { query, setQuery, at, setAt, found, go, pressed }
}
