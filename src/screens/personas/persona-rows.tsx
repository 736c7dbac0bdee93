import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, onMount, Show } from 'solid-js'
import type { ListItem } from './arrange.ts'

interface PersonaRowsProps {
  readonly items: readonly ListItem[]
  /** The row that is being moved; it is always made, wherever it is. */
  readonly held: string | null
  readonly row: (id: string) => JSX.Element
  readonly heading: (group: string, count: number) => JSX.Element
  readonly ref: (scroller: HTMLElement) => void
}

const ROW = 56
const HEADING = 36
/** Pixels made above and below what is seen. */
const MARGIN = 400

interface Placed {
  readonly item: ListItem
  readonly top: number
  readonly height: number
}

/**
 * Headings and rows by their own keys: a row that moves keeps its element, and with it the focus and the way it glides. Only what is
 * in view is made.
 */
export function PersonaRows(props: PersonaRowsProps) {
  let scroller!: HTMLDivElement
  const [view, setView] = createSignal({ top: 0, height: 900 })
  const placed = createMemo(() => {
    const found = new Map<string, Placed>()
    let top = 0
    for (const item of props.items) {
      const height = item.kind === 'heading' ? HEADING : ROW
      found.set(item.key, { item, top, height })
      top += height
    }
    return { found, total: top }
  })
  const keys = createMemo(() => {
    const { top, height } = view()
    const held = `p:${props.held ?? ''}`
    return [...placed().found]
      .filter(([key, one]) => key === held || (one.top + one.height > top - MARGIN && one.top < top + height + MARGIN))
      .map(([key]) => key)
  })
  const look = () => setView({ top: scroller.scrollTop, height: scroller.clientHeight })
  onMount(() => {
    props.ref(scroller)
    const resize = new ResizeObserver(look)
    resize.observe(scroller)
    onCleanup(() => resize.disconnect())
  })
  // Gliding is for moves only: a list that is filtered or loaded appears at once.
  const [still, setStill] = createSignal(true)
  createEffect(
    on(
      () => props.held,
      (held) => {
        if (held !== null) setStill(false)
        else setTimeout(() => setStill(true), 200)
      },
      { defer: true },
    ),
  )
  return (
    <div ref={scroller} class="relative min-h-0 flex-1 overflow-auto" onScroll={look}>
      <ul
        aria-label="Personas"
        class="persona-rows relative"
        data-still={still() ? '' : undefined}
        style={{ height: `${placed().total}px` }}
      >
        <For each={keys()}>
          {(key) => {
            const one = createMemo<Placed | undefined>((before) => placed().found.get(key) ?? before)
            return (
              <Show when={one()}>
                {(place) => (
                  <li
                    class="absolute inset-x-0 top-0"
                    data-reorder-id={rowId(place().item)}
                    data-reorder-group={groupName(place().item)}
                    data-held={props.held !== null && rowId(place().item) === props.held ? '' : undefined}
                    style={{ transform: `translateY(${place().top}px)`, height: `${place().height}px` }}
                  >
                    <Content item={place().item} row={props.row} heading={props.heading} />
                  </li>
                )}
              </Show>
            )
          }}
        </For>
      </ul>
    </div>
  )
}

function Content(props: Pick<PersonaRowsProps, 'row' | 'heading'> & { readonly item: ListItem }) {
  const group = createMemo(() => (props.item.kind === 'heading' ? `${props.item.count}:${props.item.group}` : undefined))
  const id = createMemo(() => rowId(props.item))
  return (
    <>
      <Show when={props.item.kind === 'heading' && group()} keyed>
        {(_group) => (props.item.kind === 'heading' ? props.heading(props.item.group, props.item.count) : null)}
      </Show>
      <Show when={id()} keyed>
        {(shown) => props.row(shown)}
      </Show>
    </>
  )
}

function rowId(item: ListItem): string | undefined {
  return item.kind === 'row' ? item.id : undefined
}

function groupName(item: ListItem): string | undefined {
  return item.kind === 'heading' ? item.group : undefined
}
