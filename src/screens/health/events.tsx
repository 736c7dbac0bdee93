import { Show } from 'solid-js'
import type { HealEvent } from '#contract'
import type { HealOutcome } from '#contract/plain'
import { Badge, TimeAgo, type Tone, VirtualList } from '../../parts/mod.ts'

const OUTCOMES: Readonly<Record<HealOutcome, { readonly word: string; readonly tone: Tone }>> = {
  waiting: { word: 'tried again', tone: 'quiet' },
  healed: { word: 'healed', tone: 'ok' },
  'failed-again': { word: 'failed again', tone: 'bad' },
  'given-up': { word: 'given up', tone: 'bad' },
  asked: { word: 'asked you', tone: 'warn' },
  cancelled: { word: 'cancelled', tone: 'quiet' },
}
const ROW_PX = 44
/** Rows in view before the list scrolls within itself. */
const ROWS = 12

/** What happened, the newest first. */
export function Events(props: { readonly events: readonly HealEvent[] }) {
  return (
    <Show when={props.events.length > 0}>
      <section>
        <h2 class="mb-2 text-md font-semibold">What happened</h2>
        <div class="flex border-t border-line" style={{ height: `${Math.min(ROWS, props.events.length) * ROW_PX + 1}px` }}>
          <VirtualList label="What happened" class="flex-1" count={props.events.length} rowHeight={ROW_PX}>
            {(index) => <Show when={props.events[index]}>{(row) => <Line row={row()} />}</Show>}
          </VirtualList>
        </div>
      </section>
    </Show>
  )
}

function Line(props: { readonly row: HealEvent }) {
  const look = () => OUTCOMES[props.row.outcome]
  return (
    <div class="grid h-full grid-cols-[6.5rem_10rem_minmax(0,1fr)_6rem] items-center gap-x-3 border-b border-line narrow:grid-cols-[6rem_7rem_minmax(0,1fr)_5.5rem]">
      <Badge tone={look().tone}>{look().word}</Badge>
      <a class="truncate underline-offset-2 hover:underline" href={`#/runs/${props.row.runId}`}>
        {props.row.personaName}
      </a>
      <span class="truncate text-muted" title={props.row.message}>
        {props.row.message}
      </span>
      <span class="text-right text-sm text-muted">
        <TimeAgo at={props.row.at} />
      </span>
    </div>
  )
}
