import { createMemo, createSignal, For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { ConnectorRow } from '#contract'
import { CONNECTOR_CATEGORIES } from '#contract/plain'
import { PERSONA_ICONS } from '../../../look/icons.ts'
import { ErrorNote, Loading, SearchField } from '../../../parts/mod.ts'
import { connectors } from '../../../state/mod.ts'
import { CATEGORY_WORDS } from './words.ts'

/** Which service it is for. */
export function ConnectorPicker(props: { readonly onPick: (connector: ConnectorRow) => void }) {
  const [search, setSearch] = createSignal('')
  const groups = createMemo(() => {
    const words = search().toLowerCase().split(/\s+/).filter(Boolean)
    const fits = (one: ConnectorRow) => {
      const text = `${one.name} ${one.id} ${one.summary} ${CATEGORY_WORDS[one.category]}`.toLowerCase()
      return words.every((word) => text.includes(word))
    }
    return CONNECTOR_CATEGORIES.map((category) => ({
      category,
      rows: (connectors.value() ?? []).filter((one) => one.category === category && fits(one)),
    })).filter(({ rows }) => rows.length > 0)
  })
  const first = () => groups()[0]?.rows[0]
  return (
    <div class="flex flex-col gap-3">
      <SearchField
        label="Search services"
        value={search()}
        onValue={setSearch}
        onKeyDown={(event) => {
          const one = first()
          if (event.key !== 'Enter' || !one) return
          event.preventDefault()
          props.onPick(one)
        }}
      />
      <Show when={connectors.failure()}>
        {(shown) => <ErrorNote failure={shown()} title="The services could not be read" onRetry={connectors.again} />}
      </Show>
      <Show
        when={connectors.value()}
        fallback={
          <Show when={!connectors.failure()}>
            <Loading what="services" onRetry={connectors.again} />
          </Show>
        }
      >
        <div class="h-96 overflow-auto pr-1">
          <For
            each={groups()}
            fallback={<p class="py-6 text-center text-muted">No service fits. “API key” under General works for anything.</p>}
          >
            {({ category, rows }) => (
              <section aria-label={CATEGORY_WORDS[category]} class="mb-4">
                <h3 class="mb-1.5 text-sm font-semibold text-muted">{CATEGORY_WORDS[category]}</h3>
                <ul class="grid grid-cols-[repeat(auto-fill,minmax(13rem,1fr))] gap-1.5">
                  <For each={rows}>
                    {(one) => (
                      <li class="flex">
                        <button
                          type="button"
                          title={one.summary}
                          class="flex w-full min-w-0 items-center gap-2.5 rounded-md border border-line px-2.5 py-1.5 text-left transition-colors hover:border-line-strong hover:bg-hover"
                          onClick={() => props.onPick(one)}
                        >
                          <Dynamic component={PERSONA_ICONS[one.icon]} size={16} class="shrink-0 text-muted" aria-hidden="true" />
                          <span class="truncate font-medium">{one.name}</span>
                        </button>
                      </li>
                    )}
                  </For>
                </ul>
              </section>
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}
