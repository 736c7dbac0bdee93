import { type JSX, Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { RunState } from '#contract/plain'
import { type IconPart, STATE_LOOKS } from '../look/icons.ts'

export type Tone = 'quiet' | 'accent' | 'ok' | 'warn' | 'bad'

const SOFT: Readonly<Record<Tone, string>> = {
  quiet: 'bg-hover text-muted',
  accent: 'bg-accent-soft text-accent-ink',
  ok: 'bg-ok-soft text-ok-ink',
  warn: 'bg-warn-soft text-warn-ink',
  bad: 'bg-bad-soft text-bad-ink',
}
const INK: Readonly<Record<Tone, string>> = {
  quiet: 'text-muted',
  accent: 'text-accent-ink',
  ok: 'text-ok-ink',
  warn: 'text-warn-ink',
  bad: 'text-bad-ink',
}

interface BadgeProps {
  readonly tone?: Tone | undefined
  readonly icon?: IconPart | undefined
  readonly spin?: boolean | undefined
  /** Without a ground, for dense lists. */
  readonly bare?: boolean | undefined
  readonly children: JSX.Element
}

export function Badge(props: BadgeProps) {
  const tone = () => props.tone ?? 'quiet'
  return (
    <span
      class={`inline-flex h-5 w-fit shrink-0 items-center gap-1 whitespace-nowrap rounded-sm text-sm font-medium ${props.bare ? INK[tone()] : `px-1.5 ${SOFT[tone()]}`}`}
    >
      <Show when={props.icon}>
        {(icon) => <Dynamic component={icon()} size={14} class={props.spin ? 'spin' : ''} aria-hidden="true" />}
      </Show>
      {props.children}
    </span>
  )
}

/** A run's state: icon, word and colour, so that none of them alone carries the meaning. */
export function StateBadge(props: { readonly state: RunState; readonly bare?: boolean | undefined }) {
  const look = () => STATE_LOOKS[props.state]
  return (
    <Badge tone={look().tone} icon={look().icon} spin={props.state === 'running'} bare={props.bare}>
      {look().word}
    </Badge>
  )
}
