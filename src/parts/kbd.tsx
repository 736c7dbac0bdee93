import { For } from 'solid-js'

export const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

const NAMES: Readonly<Record<string, string>> = {
  mod: isMac ? '⌘' : 'Ctrl',
  shift: isMac ? '⇧' : 'Shift',
  alt: isMac ? '⌥' : 'Alt',
  enter: '↵',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
}

/** A shortcut, e.g. `mod+k`; `g r` is one key after the other. `mod` is Ctrl, and ⌘ on a Mac. */
export function Kbd(props: { readonly keys: string; readonly bare?: boolean | undefined }) {
  const keys = () => props.keys.split(/[+ ]/).map((key) => NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))
  return (
    <kbd class="inline-flex gap-0.5 font-sans">
      <For each={keys()}>
        {(key) => (
          <span
            class={
              props.bare
                ? 'opacity-80'
                : 'min-w-5 rounded-sm border border-line-strong bg-surface px-1 text-center text-xs leading-[1.125rem] text-muted'
            }
          >
            {key}
          </span>
        )}
      </For>
    </kbd>
  )
}
