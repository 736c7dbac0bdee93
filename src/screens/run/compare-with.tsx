import { useNavigate } from '@solidjs/router'
import { createResource, For, Show } from 'solid-js'
import type { RunRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { Dialog, Duration, ErrorNote, failureOf, Loading, Money, StateBadge, TimeAgo } from '../../parts/mod.ts'

interface CompareWithProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly run: RunRow
}

/** Picks another run of the same persona. */
export function CompareWith(props: CompareWithProps) {
  const navigate = useNavigate()
  const [others, { refetch }] = createResource(
    () => props.open && { personaId: props.run.personaId },
    async ({ personaId }) => {
      const { rows } = await engine.run.list({ filter: { personaId }, limit: 60 })
      return rows.filter((row) => row.id !== props.run.id)
    },
  )
  const pick = (id: string) => {
    props.onOpenChange(false)
    navigate(`/runs/compare/${id}/${props.run.id}`)
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Compare with"
      description={props.run.personaId === null ? 'Another draft that belongs to no persona.' : `Another run of ${props.run.personaName}.`}
    >
      <Show when={others.error === undefined} fallback={<ErrorNote failure={failureOf(others.error)} onRetry={() => void refetch()} />}>
        <Show when={others()} fallback={<Loading what="runs" />}>
          {(rows) => (
            <Show
              when={rows().length > 0}
              fallback={<p class="pb-2 text-muted">This is its only run so far. Run it again, and compare the two.</p>}
            >
              <ul class="-mx-2 flex flex-col">
                <For each={rows()}>{(row) => <Choice row={row} onPick={() => pick(row.id)} />}</For>
              </ul>
            </Show>
          )}
        </Show>
      </Show>
    </Dialog>
  )
}

function Choice(props: { readonly row: RunRow; readonly onPick: () => void }) {
  return (
    <li>
      <button
        type="button"
        class="flex w-full items-center gap-3 rounded-md px-2 py-1.5 text-left hover:bg-hover"
        onClick={() => props.onPick()}
      >
        <span class="w-28 shrink-0">
          <StateBadge state={props.row.state} bare />
        </span>
        <Show when={props.row.personaId === null}>
          <span class="min-w-0 max-w-40 truncate font-medium">{props.row.personaName}</span>
        </Show>
        <span class="min-w-0 flex-1 truncate">{props.row.inputPreview || <span class="text-muted">No input</span>}</span>
        <span class="flex shrink-0 gap-3 text-sm text-muted">
          <span>{props.row.revision === null ? 'draft' : `rev. ${props.row.revision}`}</span>
          <Show when={props.row.startedAt}>
            <Duration from={props.row.startedAt} to={props.row.endedAt} />
          </Show>
          <Show when={props.row.bodyKind === 'model'}>
            <Money usd={props.row.costUsd} known={props.row.costKnown} />
          </Show>
          <TimeAgo at={props.row.queuedAt} />
        </span>
      </button>
    </li>
  )
}
