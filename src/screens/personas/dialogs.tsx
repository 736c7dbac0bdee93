import { createEffect, createResource, createSignal, on, Show } from 'solid-js'
import type { BlastRadius, PersonaCard } from '#contract'
import { engine } from '../../link/mod.ts'
import { bytes, counted } from '../../look/format.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, failureOf, Loading, TextInput, toast } from '../../parts/mod.ts'

interface DeleteDialogProps {
  /** The one to delete; undefined while the dialog is closed. */
  readonly card: PersonaCard | undefined
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Deleting shows first what goes with it; where there is a history, the name is typed. */
export function DeleteDialog(props: DeleteDialogProps) {
  const [typed, setTyped] = createSignal('')
  const { busy, failure, run, fail } = createAttempt()
  const [radius, { refetch }] = createResource(
    () => props.card?.id,
    (id) => engine.persona.blastRadius({ id }),
  )
  createEffect(
    on(
      () => props.card?.id,
      () => {
        setTyped('')
        fail(undefined)
      },
    ),
  )
  const name = () => props.card?.name ?? ''
  const found = () => (radius.state === 'ready' ? radius() : undefined)
  const ready = () => {
    const shown = found()
    return shown !== undefined && shown.running + shown.queued === 0 && (shown.runs === 0 || typed().trim() === name())
  }
  const go = async () => {
    const { card } = props
    if (!card || !ready() || busy()) return
    await run(async () => {
      await engine.persona.remove({ id: card.id })
      toast.ok(`${card.name} deleted`)
      props.onClose()
      props.onDone()
    })
  }
  return (
    <Dialog
      open={props.card !== undefined}
      onOpenChange={(open) => !open && props.onClose()}
      title={`Delete ${name()}?`}
      size="sm"
      footer={
        <>
          <Button onClick={() => props.onClose()}>Keep it</Button>
          <Button variant="danger" disabled={!ready()} busy={busy()} onClick={() => void go()}>
            Delete for good
          </Button>
        </>
      }
    >
      <form
        class="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void go()
        }}
      >
        <Show when={radius.error === undefined} fallback={<ErrorNote failure={failureOf(radius.error)} onRetry={() => void refetch()} />}>
          <Show when={found()} fallback={<Loading what="what goes with it" />}>
            {(shown) => (
              <>
                <Radius of={shown()} />
                <Show when={shown().runs > 0 && shown().running + shown().queued === 0}>
                  <Field label={`Type “${name()}” to delete it`}>
                    <TextInput value={typed()} onValue={setTyped} ref={(input) => queueMicrotask(() => input.focus())} />
                  </Field>
                </Show>
              </>
            )}
          </Show>
        </Show>
        <Show when={failure()}>{(shown) => <ErrorNote title="It was not deleted" failure={shown()} />}</Show>
      </form>
    </Dialog>
  )
}

function Radius(props: { readonly of: BlastRadius }) {
  const open = () => props.of.running + props.of.queued
  return (
    <>
      <Show when={open() > 0}>
        <p class="rounded-md bg-warn-soft px-3 py-2 text-warn-ink">
          {counted(open(), 'run is', 'runs are')} still going on. Cancel {open() === 1 ? 'it' : 'them'} first.
        </p>
      </Show>
      <ul class="flex list-disc flex-col gap-1 pl-5">
        <li>
          It and its {counted(props.of.revisions, 'revision')} are <strong class="font-semibold">gone for good</strong>.
        </li>
        <Show when={props.of.workspaceFiles > 0}>
          <li>
            Its workspace ({counted(props.of.workspaceFiles, 'file')}, {bytes(props.of.workspaceBytes)}) moves to the trash in the data
            folder.
          </li>
        </Show>
        <Show when={props.of.runs > 0} fallback={<li>It was never run.</li>}>
          <li>{counted(props.of.runs, 'run stays', 'runs stay')} in the list of runs.</li>
        </Show>
      </ul>
      <p class="text-muted">To only put it away, archive it instead: that can be undone.</p>
    </>
  )
}
