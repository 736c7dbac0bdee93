import History from 'lucide-solid/icons/list-clock'
import { Show } from 'solid-js'
import type { DecidedItem } from '#contract'
import { Badge, EmptyState, ErrorNote, Loading, TimeAgo, VirtualList } from '../../parts/mod.ts'
import { decided } from '../../state/mod.ts'

const TONES = { approved: 'ok', answered: 'ok', denied: 'bad', withdrawn: 'quiet', waiting: 'warn' } as const

/** What was decided, by whom and when, the newest first. */
export function Decided() {
  const rows = () => decided.value() ?? []
  return (
    <div class="flex h-full min-h-0 flex-col">
      <Show when={decided.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="What was decided could not be read" onRetry={decided.again} class="m-4" />}
      </Show>
      <Show
        when={decided.value()}
        fallback={
          <Show when={!decided.failure()}>
            <Loading what="what was decided" onRetry={decided.again} />
          </Show>
        }
      >
        <Show
          when={rows().length > 0}
          fallback={
            <EmptyState icon={History} title="Nothing was decided yet">
              Every yes and no is kept here, with who said it and what was changed.
            </EmptyState>
          }
        >
          <VirtualList label="Decided" class="flex-1" count={rows().length} rowHeight={44}>
            {(index) => <Show when={rows()[index]}>{(row) => <Line row={row()} />}</Show>}
          </VirtualList>
        </Show>
      </Show>
    </div>
  )
}

function Line(props: { readonly row: DecidedItem }) {
  return (
    <div class="grid h-full grid-cols-[6rem_10rem_minmax(0,1fr)_9rem_6rem] items-center gap-x-3 border-b border-line px-6 narrow:grid-cols-[6rem_7rem_minmax(0,1fr)_5.5rem] narrow:px-4">
      <Badge tone={TONES[props.row.state]}>{props.row.state}</Badge>
      <span class="truncate">{props.row.personaName}</span>
      <span class="truncate" title={`${props.row.title} ${props.row.said}`}>
        {props.row.title}
        <Show when={props.row.said}>
          <span class="text-muted"> · {props.row.said}</span>
        </Show>
      </span>
      <span class="truncate text-muted narrow:hidden">by {props.row.decidedBy}</span>
      <span class="text-right text-sm text-muted">
        <TimeAgo at={props.row.decidedAt} />
      </span>
    </div>
  )
}
