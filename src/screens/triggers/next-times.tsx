import { For, Show } from 'solid-js'
import type { SchedulePreview } from '#contract'
import { Badge } from '../../parts/mod.ts'

const MARKS = {
  none: '',
  gap: 'skipped by the clock: right after the gap',
  twice: 'comes twice: the first time',
  shift: 'after a change of clocks',
} as const

/** The next times of a schedule, as the clock of its zone shows them, with what a change of clocks does to them. */
export function NextTimes(props: { readonly preview: SchedulePreview }) {
  return (
    <div class="rounded-lg bg-ground px-3 py-2.5" aria-live="polite">
      <p class="font-medium">
        {props.preview.described} <span class="font-normal text-muted">({props.preview.zone})</span>
      </p>
      <For each={props.preview.problems}>{(problem) => <p class="text-bad-ink">{problem}</p>}</For>
      <ol class="mt-1.5 grid gap-x-4 gap-y-0.5 tabular-nums sm:grid-cols-2" aria-label="The next times">
        <For each={props.preview.next}>
          {(next) => (
            <li class="flex flex-wrap items-center gap-x-2">
              <time datetime={new Date(next.at).toISOString()}>{dayOf(next.wall)}</time>
              <span class="text-sm text-muted">{next.offset}</span>
              <Show when={MARKS[next.mark]}>
                <Badge tone="warn">{MARKS[next.mark]}</Badge>
              </Show>
            </li>
          )}
        </For>
      </ol>
    </div>
  )
}

/** `2026-11-25 09:00:00` as "Wed 25 Nov, 09:00". */
function dayOf(wall: string): string {
  const at = new Date(`${wall.replace(' ', 'T')}Z`)
  const day = at.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' })
  const seconds = wall.slice(17) === '00' ? '' : wall.slice(16)
  return `${day}, ${wall.slice(11, 16)}${seconds}`
}
