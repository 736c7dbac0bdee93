import { Popover } from '@kobalte/core/popover'
import ChevronDown from 'lucide-solid/icons/chevron-down'
import { createMemo, For, type JSX, Show } from 'solid-js'
import { RUN_STATES, type RunState } from '#contract/plain'
import { STATE_LOOKS } from '../../look/icons.ts'
import { Button, Checkbox, Field, SearchField, Select, TextInput } from '../../parts/mod.ts'
import { personas } from '../../state/mod.ts'
import { DRAFTS, isFiltered, NO_FILTERS, type RunFilters, SPAN_WORDS, SPANS, withState } from './filters.ts'

interface FilterBarProps {
  readonly filters: RunFilters
  readonly onFilters: (filters: RunFilters) => void
  readonly searchRef?: ((element: HTMLInputElement) => void) | undefined
}

export function FilterBar(props: FilterBarProps) {
  const set = (patch: Partial<RunFilters>) => props.onFilters({ ...props.filters, ...patch })
  const people = createMemo(() => [
    { value: '', label: 'Every persona' },
    { value: DRAFTS, label: 'Drafts of no persona' },
    ...[...(personas.value() ?? [])].sort((a, b) => a.name.localeCompare(b.name)).map((card) => ({ value: card.id, label: card.name })),
    // A run's persona may be archived or gone; the filter must still be shown as it is.
    ...(props.filters.persona && props.filters.persona !== DRAFTS && !personas.value()?.some((card) => card.id === props.filters.persona)
      ? [{ value: props.filters.persona, label: 'A persona no longer in the list' }]
      : []),
  ])
  return (
    <>
      <SearchField
        class="w-64 narrow:w-44"
        label="Search runs"
        value={props.filters.text}
        onValue={(text) => set({ text })}
        ref={props.searchRef}
      />
      <Select
        class="w-48 narrow:w-40"
        aria-label="Persona"
        value={props.filters.persona}
        options={people()}
        onValue={(persona) => set({ persona })}
      />
      <StateFilter
        states={props.filters.states}
        onToggle={(state) => props.onFilters(withState(props.filters, state))}
        onClear={() => set({ states: [] })}
      />
      <Select
        class="w-40 narrow:w-36"
        aria-label="Time"
        value={props.filters.span}
        options={SPANS.map((span) => ({ value: span, label: SPAN_WORDS[span] }))}
        onValue={(span) => set({ span })}
      />
      <Show when={props.filters.span === 'custom'}>
        <input
          type="date"
          class="control w-36"
          aria-label="From"
          value={props.filters.from}
          onChange={(event) => set({ from: event.currentTarget.value })}
        />
        <input
          type="date"
          class="control w-36"
          aria-label="To"
          value={props.filters.to}
          onChange={(event) => set({ to: event.currentTarget.value })}
        />
      </Show>
      <Pick label={props.filters.minCost ? `Cost from $${props.filters.minCost}` : 'Any cost'} name="Cost">
        <Field label="At least, in US dollars" hint="Runs of unknown cost are left out.">
          <TextInput
            inputmode="decimal"
            placeholder="0.10"
            value={props.filters.minCost}
            onValue={(minCost) => set({ minCost: minCost.replace(',', '.').trim() })}
          />
        </Field>
      </Pick>
      <Show when={isFiltered(props.filters)}>
        <Button variant="quiet" onClick={() => props.onFilters(NO_FILTERS)}>
          Clear
        </Button>
      </Show>
    </>
  )
}

function StateFilter(props: {
  readonly states: readonly RunState[]
  readonly onToggle: (state: RunState) => void
  readonly onClear: () => void
}) {
  const label = () => {
    if (props.states.length === 0) return 'Any state'
    if (props.states.length > 2) return `${props.states.length} states`
    return props.states.map((state) => STATE_LOOKS[state].word).join(', ')
  }
  return (
    <Pick label={label()} name="State">
      <div class="flex flex-col gap-1.5">
        <For each={RUN_STATES}>
          {(state) => (
            <Checkbox label={STATE_LOOKS[state].word} checked={props.states.includes(state)} onChecked={() => props.onToggle(state)} />
          )}
        </For>
      </div>
      <Show when={props.states.length > 0}>
        <Button variant="quiet" size="sm" class="mt-2" onClick={() => props.onClear()}>
          Any state
        </Button>
      </Show>
    </Pick>
  )
}

function Pick(props: { readonly label: string; readonly name: string; readonly children: JSX.Element }) {
  return (
    <Popover gutter={4} placement="bottom-start">
      <Popover.Trigger class="control flex w-auto items-center gap-1.5 pr-2" aria-label={`${props.name}: ${props.label}`}>
        {props.label}
        <ChevronDown size={14} class="text-muted" aria-hidden="true" />
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content class="floating z-50 min-w-48 p-3" aria-label={props.name}>
          {props.children}
        </Popover.Content>
      </Popover.Portal>
    </Popover>
  )
}
