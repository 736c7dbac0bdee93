import { Show } from 'solid-js'
import { Dynamic } from 'solid-js/web'
import type { CredentialRow } from '#contract'
import { counted } from '../../../look/format.ts'
import { PERSONA_ICONS } from '../../../look/icons.ts'
import { Badge, TimeAgo } from '../../../parts/mod.ts'
import { AGE_LOOKS, HEALTH_LOOKS } from './words.ts'

export const ROW_PX = 48

export function CredentialLine(props: { readonly row: CredentialRow; readonly onOpen: () => void }) {
  const row = () => props.row
  return (
    <div class="relative grid h-full grid-cols-[1.5rem_minmax(10rem,1fr)_minmax(9rem,14rem)_9rem_8rem_7rem] items-center gap-x-3 border-b border-line px-6 hover:bg-hover narrow:grid-cols-[1.5rem_minmax(8rem,1fr)_10rem_7rem] narrow:px-4">
      <Dynamic component={PERSONA_ICONS[row().icon]} size={18} class="text-muted" aria-hidden="true" />
      <span class="min-w-0">
        {/* The whole line opens it: the button's area covers the line. */}
        <button
          type="button"
          class="block max-w-full truncate text-left font-medium after:absolute after:inset-0"
          onClick={() => props.onOpen()}
        >
          {row().label || row().name}
        </button>
        <span class="block truncate text-sm text-muted">
          {row().connectorName}
          <Show when={row().label}>
            <span class="font-mono"> · {row().name}</span>
          </Show>
        </span>
      </span>
      <Standing row={row()} />
      <span class="truncate text-muted narrow:hidden">{row().personas === 0 ? 'no persona' : counted(row().personas, 'persona')}</span>
      <span class="truncate text-muted narrow:hidden">
        <Show when={row().lastUsedAt} fallback="never used">
          {(at) => (
            <>
              used <TimeAgo at={at()} />
            </>
          )}
        </Show>
      </span>
      <span class="text-right text-sm text-muted" title="Last change of a secret">
        <TimeAgo at={row().secretChangedAt} />
      </span>
    </div>
  )
}

/** The one thing to know about it: what hinders it first, else how well it is known to work. */
export function Standing(props: { readonly row: CredentialRow }) {
  const look = () => {
    const { row } = props
    if (row.revokedAt !== null) return { word: 'Revoked', tone: 'bad' as const }
    if (row.oauth?.state === 'reconnect') return { word: 'Connect again', tone: 'bad' as const }
    if (row.oauth?.state === 'not-connected') return { word: 'Not connected', tone: 'warn' as const }
    return AGE_LOOKS[row.age] ?? HEALTH_LOOKS[row.health.state]
  }
  return (
    <span class="min-w-0" title={props.row.health.detail}>
      <Badge tone={look().tone}>{look().word}</Badge>
    </span>
  )
}
