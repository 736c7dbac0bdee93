import { Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { InboxItem } from '#contract'
import { TimeAgo } from '../../parts/mod.ts'
import { KIND_LOOKS } from './words.ts'

export const LINE_PX = 62

interface WaitingLineProps {
  readonly item: InboxItem
  readonly chosen: boolean
  readonly marked: boolean
  readonly onChoose: () => void
  readonly onMark: (marked: boolean) => void
}

export function WaitingLine(props: WaitingLineProps) {
  const look = () => KIND_LOOKS[props.item.kind]
  return (
    <div
      class="relative flex h-full items-start gap-2.5 border-b border-line px-4 py-2 hover:bg-hover narrow:px-3"
      classList={{ 'bg-pressed': props.chosen }}
    >
      <Show
        when={props.item.call}
        fallback={<Dynamic component={look().icon} size={16} class="mt-0.5 shrink-0 text-muted" aria-hidden="true" />}
      >
        {/* Above the button's area, which covers the line. */}
        <input
          type="checkbox"
          class="tick relative z-10 mt-0.5"
          aria-label={`Choose ${props.item.title}`}
          checked={props.marked}
          onChange={(event) => props.onMark(event.currentTarget.checked)}
        />
      </Show>
      <span class="min-w-0 flex-1">
        <button
          type="button"
          class="block max-w-full truncate text-left font-medium -outline-offset-2 after:absolute after:inset-0"
          aria-current={props.chosen ? 'true' : undefined}
          onClick={() => props.onChoose()}
        >
          {props.item.title}
        </button>
        <span class="flex min-w-0 gap-2 text-sm text-muted">
          <span class="min-w-0 truncate">
            {look().word} · {props.item.personaName}
          </span>
          <span class="ml-auto shrink-0 narrow:hidden">
            <TimeAgo at={props.item.since} />
          </span>
        </span>
      </span>
    </div>
  )
}
