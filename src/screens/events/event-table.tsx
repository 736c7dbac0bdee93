import { For, Show } from 'solid-js'
import type { EventRow } from '#contract'
import { clockTime } from '../../look/format.ts'
import { VirtualList } from '../../parts/mod.ts'
import type { LaneModel } from './model.ts'
import { HUES, hueOf } from './particles.ts'

interface EventTableProps {
  readonly rows: readonly EventRow[]
  readonly model: LaneModel
  readonly nameOf: (subscription: string) => string
  readonly onInspect: (seq: number) => void
}

/** The same events to read, the newest first; only the rows in view are made. */
export function EventTable(props: EventTableProps) {
  const fates = (seq: number) =>
    [...props.model.subscribers.keys()].flatMap((id) => {
      const state = props.model.fateOf(seq, id)
      return state === undefined ? [] : [`${props.nameOf(id)}: ${state}`]
    })
  return (
    <VirtualList label="Events" class="flex-1" count={props.rows.length} rowHeight={32}>
      {(index) => (
        <Show when={props.rows[index]}>
          {(row) => (
            <button
              type="button"
              class="flex h-8 w-full items-center gap-3 border-b border-line px-6 text-left -outline-offset-2 hover:bg-hover narrow:px-4"
              onClick={() => props.onInspect(row().seq)}
            >
              <span class="w-40 shrink-0 text-sm text-muted tabular-nums">{clockTime(row().storedAt)}</span>
              <span
                class="size-2 shrink-0 rounded-full"
                style={{ background: `var(--p-${HUES[hueOf(row().type)]}-ink)` }}
                aria-hidden="true"
              />
              <span class="w-52 shrink-0 truncate font-mono text-sm narrow:w-36">{row().type}</span>
              <span class="w-40 shrink-0 truncate text-muted narrow:hidden">{row().source}</span>
              <span class="min-w-0 flex-1 truncate text-sm text-muted">
                <For each={fates(row().seq)} fallback="no subscriber">
                  {(fate, n) => `${n() > 0 ? ', ' : ''}${fate}`}
                </For>
              </span>
            </button>
          )}
        </Show>
      )}
    </VirtualList>
  )
}
