import LoaderCircle from 'lucide-solid/icons/loader-circle'
import { type JSX, Show, splitProps } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { IconPart } from '../look/icons.ts'

export interface ButtonProps extends JSX.ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary`: the one thing to do here. `plain` (default), `quiet` (no border), `danger` (cannot be undone). */
  readonly variant?: 'primary' | 'plain' | 'quiet' | 'danger' | undefined
  readonly size?: 'sm' | 'md' | undefined
  /** Work is under way: shown, announced, and not clickable again. */
  readonly busy?: boolean | undefined
  readonly icon?: IconPart | undefined
}

const BASE =
  'inline-flex shrink-0 select-none items-center justify-center gap-1.5 whitespace-nowrap rounded-md border font-medium transition-colors ' +
  'disabled:opacity-50 aria-disabled:opacity-50'
const SIZES = { sm: 'h-[var(--control-small)] px-2 text-sm', md: 'h-[var(--control)] px-3 text-base' }
const VARIANTS = {
  primary: 'border-transparent bg-ink text-on-ink hover:enabled:bg-ink-hover',
  plain: 'border-line-strong bg-raised text-text shadow-raised hover:enabled:bg-hover active:enabled:bg-pressed',
  quiet: 'border-transparent text-text hover:enabled:bg-hover active:enabled:bg-pressed',
  danger: 'border-transparent bg-bad-soft text-bad-ink hover:enabled:border-bad',
}

/** The classes of a button, for a link that looks like one. */
export function buttonClass(variant: keyof typeof VARIANTS = 'plain', size: keyof typeof SIZES = 'md'): string {
  // A link has no :enabled state, so its hover is written without it.
  return `${BASE} ${SIZES[size]} ${VARIANTS[variant].replaceAll(':enabled', '')}`
}

export function Button(props: ButtonProps) {
  const [own, rest] = splitProps(props, ['variant', 'size', 'busy', 'icon', 'children', 'class', 'disabled'])
  const iconSize = () => (own.size === 'sm' ? 14 : 16)
  return (
    <button
      type="button"
      {...rest}
      disabled={own.disabled || own.busy}
      aria-busy={own.busy ? 'true' : undefined}
      class={`${BASE} ${SIZES[own.size ?? 'md']} ${VARIANTS[own.variant ?? 'plain']} ${own.class ?? ''}`}
    >
      <Show
        when={own.busy}
        fallback={<Show when={own.icon}>{(icon) => <Dynamic component={icon()} size={iconSize()} aria-hidden="true" />}</Show>}
      >
        <LoaderCircle size={iconSize()} class="spin" aria-hidden="true" />
      </Show>
      {own.children}
    </button>
  )
}
