import { For, Show } from 'solid-js'
import { inbox } from '../../state/mod.ts'
import { ItemPane } from './item-pane.tsx'

/** What one run waits for, to be decided in place. */
export function ForRun(props: { readonly runId: string }) {
  const items = () =>
    (inbox.value() ?? []).filter(({ runId, call, question }) => runId === props.runId && (call !== null || question !== null))
  return (
    <Show when={items().length > 0}>
      <div class="max-h-[60%] shrink-0 overflow-auto border-b border-line">
        <For each={items()}>{(item) => <ItemPane item={item} />}</For>
      </div>
    </Show>
  )
}
