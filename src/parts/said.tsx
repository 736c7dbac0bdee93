import { For, Show } from 'solid-js'

/** A sentence in which `words like these` are commands or names: set apart, and selectable as they are. */
export function Said(props: { readonly text: string }) {
  return (
    <For each={props.text.split('`')}>
      {(part, index) => (
        <Show when={index() % 2 === 1} fallback={part}>
          <code class="rounded-sm bg-pressed px-1 font-mono text-[0.95em]">{part}</code>
        </Show>
      )}
    </For>
  )
}
