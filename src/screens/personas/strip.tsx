import { A } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import { Portal } from 'solid-js/web'
import type { RunStrip } from '#contract'
import type { RunState } from '#contract/plain'
import { duration, timeAgo } from '../../look/format.ts'
import { STATE_LOOKS } from '../../look/icons.ts'
import './personas.css'

/** The newest runs are at the right, as in every chart of time. */
const MARKS = 20

type Mark = RunStrip['last'][number]

/** The last runs as small marks; each state differs in shape as well as in colour. One tab stop; arrows go from mark to mark. */
export function Strip(props: { readonly strip: RunStrip | undefined; readonly name: string }) {
  const [shown, setShown] = createSignal<{ readonly text: string; readonly x: number; readonly y: number }>()
  const marks = () => [...(props.strip?.last ?? [])].sort((a, b) => a.queuedAt - b.queuedAt).slice(-MARKS)
  const show = (mark: Mark, at: HTMLElement) => {
    const box = at.getBoundingClientRect()
    setShown({ text: words(mark), x: box.left + box.width / 2, y: box.top })
  }
  const pressed = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => {
    const here = document.activeElement
    const next = event.key === 'ArrowLeft' ? here?.previousElementSibling : event.key === 'ArrowRight' ? here?.nextElementSibling : null
    if (!(next instanceof HTMLAnchorElement)) return
    event.preventDefault()
    next.focus()
  }
  return (
    <Show when={marks().length > 0} fallback={<span class="text-sm text-muted">Never run</span>}>
      <nav aria-label={`Last runs of ${props.name}`} class="strip" onKeyDown={pressed}>
        <For each={marks()}>
          {(mark, at) => (
            <A
              href={`/runs/${mark.id}`}
              data-state={mark.state}
              class="strip-mark"
              tabindex={at() === marks().length - 1 ? 0 : -1}
              aria-label={words(mark)}
              onPointerEnter={(event) => show(mark, event.currentTarget)}
              onPointerLeave={() => setShown(undefined)}
              onFocus={(event) => show(mark, event.currentTarget)}
              onBlur={() => setShown(undefined)}
            />
          )}
        </For>
      </nav>
      <Show when={shown()}>
        {(tip) => (
          <Portal>
            <div
              aria-hidden="true"
              class="pointer-events-none fixed z-50 -translate-x-1/2 -translate-y-[calc(100%+6px)] rounded-sm bg-ink px-2 py-1 text-sm text-on-ink"
              style={{ left: `${tip().x}px`, top: `${tip().y}px` }}
            >
              {tip().text}
            </div>
          </Portal>
        )}
      </Show>
    </Show>
  )
}

function words(mark: Mark): string {
  const state: RunState = mark.state
  const took = mark.durationMs === null ? '' : `, ${duration(mark.durationMs)}`
  return `${STATE_LOOKS[state].word}, ${timeAgo(mark.queuedAt, Math.max(Date.now(), mark.queuedAt))}${took}`
}
