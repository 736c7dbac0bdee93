import { createVirtualizer } from '@tanstack/solid-virtual'
import { createEffect, For, type JSX, on } from 'solid-js'

export interface VirtualListReach {
  /** Brings a row into view, with as little movement as possible. */
  readonly show: (index: number) => void
  readonly toEnd: () => void
}

interface VirtualListProps {
  readonly label: string
  readonly count: number
  /** Pixels; an estimate when `measured`. */
  readonly rowHeight: number
  /** Rows have their own heights, measured as they appear. */
  readonly measured?: boolean | undefined
  readonly children: (index: number) => JSX.Element
  /** Which rows are in view; to fetch pages, or to know whether the end is seen. */
  readonly onRange?: ((first: number, last: number) => void) | undefined
  readonly onScroll?: ((element: HTMLElement) => void) | undefined
  readonly reach?: ((reach: VirtualListReach) => void) | undefined
  readonly class?: string | undefined
}

/** A list that only makes the rows in view: 100,000 cost as much as 40. */
export function VirtualList(props: VirtualListProps) {
  let box: HTMLElement | undefined
  const rows = createVirtualizer<HTMLElement, HTMLLIElement>({
    get count() {
      return props.count
    },
    getScrollElement: () => box ?? null,
    estimateSize: () => props.rowHeight,
    overscan: 8,
  })
  createEffect(
    on(
      () => {
        const seen = rows.getVirtualItems()
        return [seen[0]?.index ?? 0, seen.at(-1)?.index ?? -1] as const
      },
      ([first, last]) => props.onRange?.(first, last),
    ),
  )
  props.reach?.({
    show: (index) => rows.scrollToIndex(index, { align: 'auto' }),
    toEnd: () => rows.scrollToIndex(Math.max(0, props.count - 1), { align: 'end' }),
  })
  return (
    <section
      ref={box}
      aria-label={props.label}
      tabindex={0}
      class={`min-h-0 overflow-auto -outline-offset-2 ${props.class ?? ''}`}
      onScroll={(event) => props.onScroll?.(event.currentTarget)}
    >
      <ul aria-label={props.label} class="relative w-full" style={{ height: `${rows.getTotalSize()}px` }}>
        <For each={rows.getVirtualItems()}>
          {(row) => (
            <li
              aria-setsize={props.count}
              aria-posinset={row.index + 1}
              data-index={row.index}
              ref={(element) => {
                if (props.measured) queueMicrotask(() => rows.measureElement(element))
              }}
              class="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${row.start}px)`, ...(props.measured ? {} : { height: `${props.rowHeight}px` }) }}
            >
              {props.children(row.index)}
            </li>
          )}
        </For>
      </ul>
    </section>
  )
}
