import GitCompare from 'lucide-solid/icons/git-compare'
import Undo from 'lucide-solid/icons/undo'
import { createMemo, createResource, createSignal, For, Show } from 'solid-js'
import type { RevisionRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { Badge, Button, ConfirmDialog, ErrorNote, failureOf, Loading, TimeAgo, toast } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'

interface RevisionsPaneProps {
  readonly draft: Draft
  readonly onCompare: (from: number, to: number) => void
}

const SHOWN = 100

export function RevisionsPane(props: RevisionsPaneProps) {
  const row = () => props.draft.base()
  const [list, { refetch }] = createResource(
    () => {
      const now = row()
      return now ? { id: now.id, revision: now.revision } : undefined
    },
    async ({ id }) => [...(await engine.persona.revisions({ id }))].sort((a, b) => b.number - a.number),
  )
  const [picked, setPicked] = createSignal<readonly number[]>([])
  const [restoring, setRestoring] = createSignal<RevisionRow>()
  const [shown, setShown] = createSignal(SHOWN)
  const known = createMemo(() => (list.state === 'ready' || list.state === 'refreshing' ? list.latest : undefined))
  const pick = (number: number, on: boolean) =>
    setPicked((before) => (on ? [...before, number].slice(-2) : before.filter((one) => one !== number)))
  const compare = () => {
    const [a = 1, b = 1] = [...picked()].sort((one, other) => one - other)
    props.onCompare(a, b)
  }
  const restore = async () => {
    const wanted = restoring()
    const now = row()
    if (!wanted || !now) return
    const restored = await engine.persona.restore({ id: now.id, revision: wanted.number })
    props.draft.discard()
    props.draft.follow(restored)
    toast.ok(`Revision ${wanted.number} is back, as revision ${restored.revision}`)
  }
  return (
    <Show when={row()} fallback={<p class="px-5 py-4 text-muted">There are no revisions before the first save.</p>}>
      {(now) => (
        <div class="relative flex flex-col gap-3 px-5 py-4">
          <div class="flex flex-wrap items-center gap-2">
            <p class="min-w-0 flex-1 text-muted">Every save is a revision, and stays.</p>
            <Button size="sm" icon={GitCompare} disabled={picked().length !== 2} onClick={compare}>
              Compare the two
            </Button>
          </div>
          <Show when={list.error === undefined} fallback={<ErrorNote failure={failureOf(list.error)} onRetry={() => void refetch()} />}>
            <Show when={known()} fallback={<Loading what="revisions" onRetry={() => void refetch()} />}>
              {(rows) => (
                <ul class="flex flex-col">
                  <For each={rows().slice(0, shown())}>
                    {(revision) => (
                      <RevisionLine
                        row={revision}
                        current={revision.number === now().revision}
                        picked={picked().includes(revision.number)}
                        onPick={(on) => pick(revision.number, on)}
                        onChanges={revision.number > 1 ? () => props.onCompare(revision.number - 1, revision.number) : undefined}
                        onRestore={() => setRestoring(revision)}
                      />
                    )}
                  </For>
                  <Show when={rows().length > shown()}>
                    <li class="pt-2">
                      <Button size="sm" onClick={() => setShown(shown() + SHOWN)}>
                        Show older ones
                      </Button>
                    </li>
                  </Show>
                </ul>
              )}
            </Show>
          </Show>
          <ConfirmDialog
            open={restoring() !== undefined}
            onOpenChange={(open) => !open && setRestoring(undefined)}
            title={`Restore revision ${restoring()?.number ?? ''}?`}
            confirm="Restore it"
            onConfirm={restore}
          >
            <p>It becomes the newest revision; the ones between stay as they are.</p>
            <Show when={props.draft.dirty()}>
              <p class="mt-2 text-warn-ink">Your unsaved changes are dropped.</p>
            </Show>
          </ConfirmDialog>
        </div>
      )}
    </Show>
  )
}

interface RevisionLineProps {
  readonly row: RevisionRow
  readonly current: boolean
  readonly picked: boolean
  readonly onPick: (on: boolean) => void
  readonly onChanges: (() => void) | undefined
  readonly onRestore: () => void
}

function RevisionLine(props: RevisionLineProps) {
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
