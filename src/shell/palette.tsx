import { Dialog as Kobalte } from '@kobalte/core/dialog'
import Search from 'lucide-solid/icons/search'
import { createEffect, For, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import { createFocusReturn, Kbd } from '../parts/mod.ts'
import type { Action } from './actions.ts'
import type { Ranked } from './fuzzy.ts'
import { createPaletteChoice, type PaletteProps } from './palette-choice.ts'

/** Everything that can be done, found by a few letters. */
export function Palette(props: PaletteProps) {
  const { query, setQuery, at, setAt, found, go, pressed } = createPaletteChoice(props)
  const focusBack = createFocusReturn(() => props.open)
  return (
    <Kobalte open={props.open} onOpenChange={props.onOpenChange}>
      <Kobalte.Portal>
        <Kobalte.Overlay class="fixed inset-0 z-40 bg-scrim" />
        <div class="fixed inset-0 z-40 flex items-start justify-center px-6 pt-[12vh]">
          <Kobalte.Content
            onOpenAutoFocus={(event) => event.preventDefault()}
            onCloseAutoFocus={focusBack}
            class="floating flex max-h-[70vh] w-[38rem] max-w-full flex-col overflow-hidden"
            aria-label="Do something"
          >
            <div class="flex items-center gap-2.5 border-b border-line px-4">
              <Search size={16} class="shrink-0 text-muted" aria-hidden="true" />
              <input
                // At once, not when the dialog's own focusing comes: letters typed right after the shortcut belong in here.
                ref={(input) => queueMicrotask(() => input.focus())}
                type="text"
                role="combobox"
                aria-expanded="true"
                aria-controls="palette-list"
                aria-activedescendant={found().length > 0 ? `palette-${at()}` : undefined}
                aria-label="Do something, or go somewhere"
                placeholder="Do something, or go somewhere"
                autocomplete="off"
                spellcheck={false}
                class="h-12 w-full bg-transparent text-md outline-none"
                value={query()}
                onInput={(event) => setQuery(event.currentTarget.value)}
                onKeyDown={pressed}
              />
              <Kbd keys="escape" />
            </div>
            <div id="palette-list" role="listbox" aria-label="What can be done" class="min-h-0 overflow-auto p-1.5">
              <For
                each={found()}
                fallback={<p class="px-3 py-6 text-center text-muted">Nothing is called like that. Try fewer letters.</p>}
              >
                {(entry, index) => (
                  <Entry
                    entry={entry}
                    id={`palette-${index()}`}
                    chosen={index() === at()}
                    heading={query() === '' && found()[index() - 1]?.item.section !== entry.item.section}
                    searched={query() !== ''}
                    onPoint={() => setAt(index())}
                    onChoose={() => go(entry.item)}
                  />
                )}
              </For>
            </div>
          </Kobalte.Content>
        </div>
      </Kobalte.Portal>
    </Kobalte>
  )
}

interface EntryProps {
  readonly entry: Ranked<Action>
  readonly id: string
  readonly chosen: boolean
  readonly heading: boolean
  /** While a query is there, rows stand by how well they fit: each says its section itself. */
  readonly searched: boolean
  readonly onPoint: () => void
  readonly onChoose: () => void
}

function Entry(props: EntryProps) {
  let row: HTMLDivElement | undefined
  createEffect(() => props.chosen && row?.scrollIntoView({ block: 'nearest' }))
  const action = () => props.entry.item
  return (
    <>
      <Show when={props.heading}>
        <p role="presentation" class="px-2.5 pt-2 pb-1 text-sm text-muted">
          {action().section}
        </p>
      </Show>
      {/* biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus; aria-activedescendant points here. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter is heard by the input. */}
      <div
        ref={row}
        id={props.id}
        role="option"
        aria-selected={props.chosen}
        class="flex h-8 items-center gap-2.5 rounded-md px-2.5 aria-selected:bg-pressed"
        onPointerMove={() => !props.chosen && props.onPoint()}
        onClick={() => props.onChoose()}
      >
        <Show when={action().icon} fallback={<span class="w-4" />}>
          {(icon) => <Dynamic component={icon()} size={16} class="shrink-0 text-muted" aria-hidden="true" />}
        </Show>
        <span class="min-w-0 flex-1 truncate">
          <Marked text={action().title} places={props.entry.places} />
        </span>
        <Show when={props.searched}>
          <span class="text-sm text-muted">{action().section}</span>
        </Show>
        <Show when={action().shortcut}>{(keys) => <Kbd keys={keys()} />}</Show>
      </div>
    </>
  )
}

function Marked(props: { readonly text: string; readonly places: readonly number[] }) {
  return (
    <For each={[...props.text]}>
      {(sign, index) => (
        <Show when={props.places.includes(index())} fallback={sign}>
          <b class="font-semibold">{sign}</b>
        </Show>
      )}
    </For>
  )
}
