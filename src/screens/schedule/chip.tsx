import Ban from 'lucide-solid/icons/ban'
import Check from 'lucide-solid/icons/check'
import Clock from 'lucide-solid/icons/clock'
import Loader from 'lucide-solid/icons/loader'
import TriangleAlert from 'lucide-solid/icons/triangle-alert'
import X from 'lucide-solid/icons/x'
import { Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { type Entry, entryText, MARK_WORDS, type Mark } from './days.ts'

const LOOKS: Readonly<Record<Mark, string>> = {
  due: 'border-accent bg-accent-soft text-accent-ink',
  ran: 'border-line bg-ok-soft text-ok-ink',
  failed: 'border-line bg-bad-soft text-bad-ink',
  waits: 'border-line bg-raised text-text',
  missed: 'border-dashed border-warn bg-warn-soft text-warn-ink',
}
const ICONS = { due: Clock, ran: Check, failed: X, waits: Loader, missed: Ban } as const

export interface ChipHands {
  readonly open: (entry: Entry) => void
  readonly canMove: (entry: Entry) => boolean
  readonly press: (entry: Entry, event: PointerEvent) => void
  /** Shift and an arrow key. */
  readonly step: (entry: Entry, key: string) => boolean
}

export function Chip(props: { readonly entry: Entry; readonly hands: ChipHands }) {
  const { entry, hands } = props
  const movable = entry.mark === 'due' && hands.canMove(entry)
  const why = entry.fires.length === 1 ? entry.fires[0]?.whyText : ''
  const words = `${entryText(entry)}, ${MARK_WORDS[entry.mark]}${why ? `: ${why}` : ''}${entry.conflict ? ', meets others' : ''}`
  return (
    <button
      type="button"
      title={movable ? `${words}. Drag it, or press Shift and an arrow key, to move it.` : words}
      aria-label={words}
      aria-keyshortcuts={movable ? 'Shift+ArrowLeft Shift+ArrowRight Shift+ArrowUp Shift+ArrowDown' : undefined}
      class={`flex h-6 w-full min-w-0 items-center gap-1 rounded-sm border px-1 text-left text-sm -outline-offset-1 ${LOOKS[entry.mark]}`}
      classList={{ 'cursor-grab touch-none': movable }}
      onClick={() => hands.open(entry)}
      onPointerDown={(event) => movable && hands.press(entry, event)}
      onKeyDown={(event) => {
        if (movable && event.shiftKey && hands.step(entry, event.key)) event.preventDefault()
      }}
    >
      <Dynamic component={ICONS[entry.mark]} size={12} class="shrink-0" aria-hidden="true" />
      <span class="min-w-0 flex-1 truncate tabular-nums">{entryText(entry)}</span>
      <Show when={entry.conflict}>
        <TriangleAlert size={12} class="shrink-0 text-warn-ink" aria-hidden="true" />
      </Show>
    </button>
  )
}
