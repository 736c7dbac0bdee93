import ArrowDown from 'lucide-solid/icons/arrow-down'
import ArrowLeft from 'lucide-solid/icons/arrow-left'
import ArrowRight from 'lucide-solid/icons/arrow-right'
import ArrowUp from 'lucide-solid/icons/arrow-up'
import CornerDownLeft from 'lucide-solid/icons/corner-down-left'
import { For, type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { IconPart } from '../look/icons.ts'

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

const NAMES: Readonly<Record<string, string>> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  alt: isMac ? '⌥' : 'Alt',
  escape: 'Esc',
}

/** Drawn, since many fonts lack them. */
const DRAWN: Readonly<Record<string, readonly [IconPart, string]>> = {
  enter: [CornerDownLeft, 'Enter'],
  up: [ArrowUp, 'Up'],
  down: [ArrowDown, 'Down'],
  left: [ArrowLeft, 'Left'],
  right: [ArrowRight, 'Right'],
}

/** A shortcut, e.g. `mod+k`; `g r` is one key after the other. `mod` is Ctrl, and ⌘ on a Mac. */
export function Kbd(props: { readonly keys: string; readonly bare?: boolean | undefined }) {
  return (
    <kbd class="inline-flex gap-0.5 font-sans">
      <For each={props.keys.split(/[+ ]/)}>
        {(key) => (
          <span
            class={
              props.bare
                ? 'opacity-80'
                : 'inline-grid h-[1.125rem] min-w-5 place-items-center rounded-sm border border-line-strong bg-surface px-1 text-xs text-muted'
            }
          >
            <Show when={DRAWN[key]} fallback={NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key)}>
              {(drawn) => <Drawn icon={drawn()[0]} name={drawn()[1]} />}
            </Show>
          </span>
        )}
      </For>
    </kbd>
  )
}

function Drawn(props: { readonly icon: IconPart; readonly name: string }): JSX.Element {
  return (
    <>
      <Dynamic component={props.icon} size={12} aria-hidden="true" />
      <span class="sr-only">{props.name}</span>
    </>
  )
}
