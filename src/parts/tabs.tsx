import { Tabs as Kobalte } from '@kobalte/core/tabs'
import { For, type JSX, Show } from 'solid-js'

export interface Tab<T extends string> {
  readonly id: T
  readonly label: string
  /** A small number behind the label. */
  readonly count?: number | undefined
}

interface TabsProps<T extends string> {
  readonly label: string
  readonly tabs: readonly Tab<T>[]
  readonly value: T
  readonly onValue: (id: T) => void
  /** Only the chosen tab's content exists. */
  readonly children: (id: T) => JSX.Element
  /** At the end of the row of tabs. */
  readonly end?: JSX.Element
  readonly class?: string | undefined
}

export function Tabs<T extends string>(props: TabsProps<T>) {
  return (
    <Kobalte value={props.value} onChange={(id) => props.onValue(id as T)} class={`flex min-h-0 flex-col ${props.class ?? ''}`}>
      <div class="flex shrink-0 items-center gap-2 border-b border-line px-3">
        <Kobalte.List aria-label={props.label} class="flex min-w-0 flex-1 gap-1 overflow-x-auto">
          <For each={props.tabs}>
            {(tab) => (
              <Kobalte.Trigger
                value={tab.id}
                class="-mb-px flex h-9 items-center gap-1.5 whitespace-nowrap border-b-2 border-transparent px-2 text-muted transition-colors -outline-offset-2 hover:text-text data-selected:border-ink data-selected:font-medium data-selected:text-text"
              >
                {tab.label}
                <Show when={tab.count !== undefined}>
                  <span class="text-sm tabular-nums text-muted">{tab.count}</span>
                </Show>
              </Kobalte.Trigger>
            )}
          </For>
        </Kobalte.List>
        {props.end}
      </div>
      <Kobalte.Content value={props.value} class="relative min-h-0 flex-1 overflow-auto -outline-offset-2">
        <Show when={props.value} keyed>
          {(id) => props.children(id as T)}
        </Show>
      </Kobalte.Content>
    </Kobalte>
  )
}
