import { For, Show } from 'solid-js'
import { Button } from '../../parts/mod.ts'

interface TagFilterProps {
  readonly tags: readonly { readonly tag: string; readonly count: number }[]
  readonly chosen: readonly string[]
  readonly onToggle: (tag: string) => void
  readonly onClear: () => void
}

export function TagFilter(props: TagFilterProps) {
  return (
    <Show when={props.tags.length > 0}>
      <fieldset class="flex min-w-0 flex-wrap items-center gap-1">
        <legend class="sr-only">Only personas with these tags</legend>
        <For each={props.tags.slice(0, 12)}>
          {({ tag }) => (
            <button
              type="button"
              aria-pressed={props.chosen.includes(tag)}
              class="h-6 rounded-full px-2 text-sm text-muted hover:bg-hover hover:text-text aria-pressed:bg-accent-soft aria-pressed:text-accent-ink"
              onClick={() => props.onToggle(tag)}
            >
              #{tag}
            </button>
          )}
        </For>
        <Show when={props.chosen.length > 0}>
          <Button variant="quiet" size="sm" onClick={() => props.onClear()}>
            Clear
          </Button>
        </Show>
      </fieldset>
    </Show>
  )
}
