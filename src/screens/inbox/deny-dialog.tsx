import { createSignal, Show } from 'solid-js'
import type { InboxItem } from '#contract'
import { Button, Dialog, ErrorNote, Field, TextArea } from '../../parts/mod.ts'
import { createDeciding } from './deciding.ts'

interface DenyDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly items: readonly InboxItem[]
}

/** A no with its reason. */
export function DenyDialog(props: DenyDialogProps) {
  const [reason, setReason] = createSignal('')
  const deciding = createDeciding()
  const deny = async () => {
    await deciding.decide(props.items, { kind: 'deny', reason: reason() })
    if (!deciding.failure()) props.onOpenChange(false)
  }
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title="Say no"
      description="The call is not made. The run goes on, and the model reads your reason."
      size="sm"
      footer={
        <>
          <Button onClick={() => props.onOpenChange(false)}>Back</Button>
          <Button variant="danger" busy={deciding.busy()} onClick={() => void deny()}>
            Deny
          </Button>
        </>
      }
    >
      <Field label="Reason" optional hint="What it should do instead, for example.">
        <TextArea
          rows={3}
          value={reason()}
          onValue={setReason}
          onKeyDown={(event: KeyboardEvent) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void deny()
          }}
        />
      </Field>
      <Show when={deciding.failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-3" />}</Show>
    </Dialog>
  )
}
