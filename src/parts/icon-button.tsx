import { Tooltip as Kobalte } from '@kobalte/core/tooltip'
import { type JSX, Show, splitProps } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { IconPart } from '../look/icons.ts'
import { Kbd } from './kbd.tsx'
import { createTipShown } from './tip-shown.ts'

export interface IconButtonProps extends Omit<JSX.ButtonHTMLAttributes<HTMLButtonElement>, 'children' | 'aria-label' | 'type'> {
  /** What it does: its accessible name and its tooltip. */
  readonly label: string
  readonly icon: IconPart
  readonly size?: 'sm' | 'md' | undefined
  /** For a button that stays down. */
  readonly pressed?: boolean | undefined
  /** Shown in the tooltip, e.g. `mod+k`. */
  readonly shortcut?: string | undefined
}

export function IconButton(props: IconButtonProps) {
  const [own, rest] = splitProps(props, ['label', 'icon', 'size', 'pressed', 'shortcut', 'class'])
  const side = () => (own.size === 'sm' ? 'size-[var(--control-small)]' : 'size-[var(--control)]')
  const [tip, setTip] = createTipShown()
  return (
    <Kobalte open={tip()} onOpenChange={setTip} openDelay={500} closeDelay={0} gutter={6}>
      <Kobalte.Trigger
        as="button"
        type="button"
        {...(rest as object)}
        aria-label={own.label}
        aria-pressed={own.pressed}
        class={`inline-grid shrink-0 place-items-center rounded-md text-muted transition-colors hover:bg-hover hover:text-text active:bg-pressed disabled:pointer-events-none disabled:opacity-50 aria-pressed:bg-pressed aria-pressed:text-text ${side()} ${own.class ?? ''}`}
      >
        <Dynamic component={own.icon} size={own.size === 'sm' ? 14 : 16} aria-hidden="true" />
      </Kobalte.Trigger>
      <Kobalte.Portal>
        <Kobalte.Content class="z-50 flex max-w-72 items-center gap-2 rounded-sm bg-ink px-2 py-1 text-sm text-on-ink">
          {own.label}
          <Show when={own.shortcut}>{(keys) => <Kbd keys={keys()} bare />}</Show>
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}
