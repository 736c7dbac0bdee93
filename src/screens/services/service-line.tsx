import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { ServiceRow } from '#contract'
import { bytes } from '../../look/format.ts'
import { Badge } from '../../parts/mod.ts'
import { DESIRED_WORDS, SERVICE_LOOKS } from './looks.ts'
import { Sparkline } from './sparkline.tsx'

/** One service in the list. The whole line is the link to it. */
export function ServiceLine(props: { readonly row: ServiceRow; readonly current: boolean }) {
  const standing = () => props.row.standing
  const look = () => SERVICE_LOOKS[standing().state]
  const last = () => (standing().pid === null ? undefined : standing().looks.at(-1))
  return (
    <div
      class="relative flex h-full items-center gap-3 border-b border-line px-6 narrow:px-4"
      classList={{ 'bg-accent-soft': props.current, 'hover:bg-hover': !props.current }}
    >
      <span class="min-w-0 flex-1">
        <span class="flex min-w-0 items-center gap-2">
          <A
            href={`/services/${props.row.doc.id}`}
            aria-current={props.current ? 'page' : undefined}
            class="min-w-0 truncate font-medium after:absolute after:inset-0"
          >
            {props.row.doc.label}
          </A>
          <Badge bare tone={look().tone} icon={look().icon} spin={standing().state === 'starting' || standing().state === 'stopping'}>
            {look().word}
          </Badge>
        </span>
        <span class="block truncate text-sm text-muted" title={standing().message}>
          {standing().message || DESIRED_WORDS[props.row.doc.desired]}
        </span>
      </span>
      <Show when={last()}>
        {(taken) => (
          <span class="w-20 shrink-0 text-right text-sm text-muted tabular-nums">
            <span class="block">{bytes(taken().memoryBytes)}</span>
            <Sparkline
              class="h-4 w-full text-accent"
              values={standing().looks.map(({ memoryBytes }) => memoryBytes)}
              top={0}
              label={`Memory of ${props.row.doc.label}: ${bytes(taken().memoryBytes)}`}
            />
          </span>
        )}
      </Show>
    </div>
  )
}
