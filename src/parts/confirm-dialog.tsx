import { createEffect, type JSX, on, Show } from 'solid-js'
import { createAttempt } from './attempt.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorNote } from './error-note.tsx'

interface ConfirmDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** The question, e.g. "Remove Disk Guardian?". */
  readonly title: string
  /** What will happen, and what will not. */
  readonly children?: JSX.Element
  /** The verb, e.g. "Remove". */
  readonly confirm: string
  readonly danger?: boolean | undefined
  /** Closes the dialog when it is done; a failure is shown in it. */
  readonly onConfirm: () => unknown
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(
      () => props.open,
      () => fail(undefined),
    ),
  )
  const go = async () => {
    await run(async () => {
      await props.onConfirm()
      props.onOpenChange(false)
    })
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.title}
      size="sm"
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Keep it as it is</Button>
          <Button variant={props.danger ? 'danger' : 'primary'} busy={busy()} onClick={() => void go()}>
            {props.confirm}
          </Button>
        </>
      }
    >
      {props.children}
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-3" />}</Show>
    </Dialog>
  )
}
