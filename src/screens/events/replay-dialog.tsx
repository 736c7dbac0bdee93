import { createResource, Show } from 'solid-js'
import { engine } from '../../link/mod.ts'
import { counted } from '../../look/format.ts'
import { ConfirmDialog, toast } from '../../parts/mod.ts'

interface ReplayDialogProps {
  readonly fromSeq: number
  readonly toSeq: number
  readonly onClose: () => void
}

/** Delivering what was stored again, after saying how much that is. */
export function ReplayDialog(props: ReplayDialogProps) {
  const range = () => ({ fromSeq: props.fromSeq, toSeq: props.toSeq })
  const [plan] = createResource(() => engine.event.replay({ ...range(), plan: true }))
  return (
    <ConfirmDialog
      open
      onOpenChange={(open) => !open && props.onClose()}
      title={`Deliver events ${props.fromSeq} to ${props.toSeq} again?`}
      confirm="Deliver again"
      onConfirm={async () => {
        const done = await engine.event.replay(range())
        toast.ok(`${counted(done.events, 'event')} delivered again, ${counted(done.deliveries, 'delivery', 'deliveries')}`)
        props.onClose()
      }}
    >
      <p aria-live="polite">
        <Show when={!plan.error && plan()} fallback="How much that is, is being counted …">
          {(seen) =>
            `${counted(seen().events, 'event')} would start ${counted(seen().deliveries, 'delivery', 'deliveries')} anew, with their runs.`
          }
        </Show>
      </p>
    </ConfirmDialog>
  )
}
