import Undo from 'lucide-solid/icons/undo'
import { Show } from 'solid-js'
import type { RevisionRow } from '#contract'
import { Badge, Button, TimeAgo } from '../../parts/mod.ts'

interface RevisionLineProps {
  readonly row: RevisionRow
  readonly current: boolean
  readonly picked: boolean
  readonly onPick: (on: boolean) => void
  readonly onChanges: (() => void) | undefined
  readonly onRestore: () => void
}

export function RevisionLine(props: RevisionLineProps) {
  return (
    <li class="flex items-start gap-2.5 border-b border-line py-2 last:border-0">
      <input
        type="checkbox"
        class="tick mt-0.5"
        aria-label={`Pick revision ${props.row.number} to compare`}
        checked={props.picked}
        onChange={(event) => props.onPick(event.currentTarget.checked)}
      />
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-2">
          <span class="font-medium tabular-nums">Revision {props.row.number}</span>
          <Show when={props.current}>
            <Badge tone="accent">current</Badge>
          </Show>
          <span class="text-sm text-muted">
            <TimeAgo at={props.row.createdAt} />
          </span>
        </p>
        <Show when={props.row.message}>
          <p class="wrap-anywhere text-muted">{props.row.message}</p>
        </Show>
        <Show when={props.row.restoredFrom}>
          <p class="text-muted">Restored from revision {props.row.restoredFrom}</p>
        </Show>
      </div>
      <div class="flex shrink-0 gap-1">
        <Show when={props.onChanges}>
          {(changes) => (
            <Button variant="quiet" size="sm" aria-label={`Changes of revision ${props.row.number}`} onClick={() => changes()()}>
              Changes
            </Button>
          )}
        </Show>
        <Show when={!props.current}>
          <Button
            variant="quiet"
            size="sm"
            icon={Undo}
            aria-label={`Restore revision ${props.row.number}`}
            onClick={() => props.onRestore()}
          >
            Restore
          </Button>
        </Show>
      </div>
    </li>
  )
}
