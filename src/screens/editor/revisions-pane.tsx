import GitCompare from 'lucide-solid/icons/git-compare'
import { createMemo, createResource, createSignal, For, Show } from 'solid-js'
import type { RevisionRow } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, ConfirmDialog, ErrorNote, failureOf, Loading, toast } from '../../parts/mod.ts'
import type { Draft } from './draft.ts'
import { RevisionLine } from './revision-line.tsx'

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
          <RestoreDialog draft={props.draft} revision={restoring()} onClose={() => setRestoring(undefined)} />
        </div>
      )}
    </Show>
  )
}

interface RestoreDialogProps {
  readonly draft: Draft
  /** Open while there is one. */
  readonly revision: RevisionRow | undefined
  readonly onClose: () => void
}

function RestoreDialog(props: RestoreDialogProps) {
  const restore = async () => {
    const wanted = props.revision
    const now = props.draft.base()
    if (!wanted || !now) return
    const restored = await engine.persona.restore({ id: now.id, revision: wanted.number })
    props.draft.discard()
    props.draft.follow(restored)
    toast.ok(`Revision ${wanted.number} is back, as revision ${restored.revision}`)
  }
  return (
    <ConfirmDialog
      open={props.revision !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title={`Restore revision ${props.revision?.number ?? ''}?`}
      confirm="Restore it"
      onConfirm={restore}
    >
      <p>It becomes the newest revision; the ones between stay as they are.</p>
      <Show when={props.draft.dirty()}>
        <p class="mt-2 text-warn-ink">Your unsaved changes are dropped.</p>
      </Show>
    </ConfirmDialog>
  )
}
