import { For, Show } from 'solid-js'
import type { StoreEvent } from '#contract'
import { Badge, ErrorNote, TimeAgo, type Tone } from '../../../parts/mod.ts'
import { storeEvents } from '../../../state/mod.ts'
import { Section } from '../row.tsx'

const KINDS: Readonly<Record<StoreEvent['kind'], { readonly word: string; readonly tone: Tone }>> = {
  backup: { word: 'Backup', tone: 'quiet' },
  check: { word: 'Check', tone: 'quiet' },
  restore: { word: 'Restore', tone: 'warn' },
  seal: { word: 'Seal', tone: 'warn' },
  prune: { word: 'Removal', tone: 'warn' },
  failed: { word: 'Failed', tone: 'bad' },
}

export function History() {
  return (
    <Section title="History" about="What was done to the data as a whole.">
      <Show when={storeEvents.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The history could not be read" onRetry={storeEvents.again} class="mb-3" />}
      </Show>
      <ul aria-label="History" class="max-h-80 overflow-auto rounded-md border border-line" tabindex={0}>
        <For each={storeEvents.value()} fallback={<li class="px-3 py-3 text-muted">Nothing was done yet.</li>}>
          {(event) => (
            <li class="flex items-start gap-3 border-b border-line px-3 py-1.5 last:border-0">
              <span class="w-20 shrink-0">
                <Badge tone={KINDS[event.kind].tone}>{KINDS[event.kind].word}</Badge>
              </span>
              <span class="min-w-0 flex-1 break-words">{event.message}</span>
              <span class="shrink-0 text-sm text-muted">
                <TimeAgo at={event.at} />
              </span>
            </li>
          )}
        </For>
      </ul>
    </Section>
  )
}
