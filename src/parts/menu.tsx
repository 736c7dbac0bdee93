import { DropdownMenu as Kobalte } from '@kobalte/core/dropdown-menu'
import ChevronDown from 'lucide-solid/icons/chevron-down'
import Ellipsis from 'lucide-solid/icons/ellipsis'
import { For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { IconPart } from '../look/icons.ts'
import { buttonClass } from './button.tsx'
import { Kbd } from './kbd.tsx'

export interface MenuEntry {
  readonly label: string
  readonly icon?: IconPart | undefined
  readonly shortcut?: string | undefined
  readonly danger?: boolean | undefined
  readonly disabled?: boolean | undefined
  /** A line above it. */
  readonly apart?: boolean | undefined
  readonly onSelect: () => void
}

interface MenuProps {
  /** Accessible name of the trigger, e.g. "More about Disk Guardian". */
  readonly label: string
  /** Text on the trigger; without it the trigger is an icon. */
  readonly text?: JSX.Element
  readonly icon?: IconPart | undefined
  readonly size?: 'sm' | 'md' | undefined
  readonly entries: readonly MenuEntry[]
}

export function Menu(props: MenuProps) {
  const iconClass = () =>
    `inline-grid shrink-0 place-items-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text data-expanded:bg-pressed ${props.size === 'sm' ? 'size-[var(--control-small)]' : 'size-[var(--control)]'}`
  return (
    // Not modal: a modal one puts focus traps, hidden from screen readers, among its items, and hides the page that its trigger is in.
    <Kobalte modal={false} gutter={4} placement="bottom-end">
      <Kobalte.Trigger
        aria-label={props.label}
        title={props.text ? undefined : props.label}
        class={props.text ? buttonClass('plain', props.size ?? 'md') : iconClass()}
      >
        <Show when={props.text} fallback={<Dynamic component={props.icon ?? Ellipsis} size={16} aria-hidden="true" />}>
          <Show when={props.icon}>{(icon) => <Dynamic component={icon()} size={16} aria-hidden="true" />}</Show>
          {props.text}
          <ChevronDown size={14} class="text-muted" aria-hidden="true" />
        </Show>
      </Kobalte.Trigger>
      <Kobalte.Portal>
        <Kobalte.Content class="floating z-50 max-h-[var(--kb-popper-available-height)] min-w-48 overflow-auto p-1">
          <For each={props.entries}>{(entry) => <Entry entry={entry} />}</For>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}

function Entry(props: { readonly entry: MenuEntry }) {
  return (
    <>
      <Show when={props.entry.apart}>
        <Kobalte.Separator class="my-1 border-line" />
      </Show>
      <Kobalte.Item
        disabled={props.entry.disabled ?? false}
        onSelect={() => props.entry.onSelect()}
        class="flex h-7 items-center gap-2 rounded-sm px-2 outline-none data-disabled:opacity-50 data-highlighted:bg-pressed"
        classList={{ 'text-bad-ink': props.entry.danger ?? false }}
      >
        <Show when={props.entry.icon} fallback={<span class="w-4" />}>
          {(icon) => <Dynamic component={icon()} size={16} class={props.entry.danger ? '' : 'text-muted'} aria-hidden="true" />}
        </Show>
        <Kobalte.ItemLabel class="flex-1">{props.entry.label}</Kobalte.ItemLabel>
        <Show when={props.entry.shortcut}>{(keys) => <Kbd keys={keys()} />}</Show>
      </Kobalte.Item>
    </>
  )
}
