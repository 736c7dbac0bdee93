import { Match, Show, Switch } from 'solid-js'
import { SLOT_KINDS } from '#contract/plain'
import { Button, Dialog, ErrorNote, Field, Select, TextInput } from '../../parts/mod.ts'
import { Deriving } from './deriving.tsx'
import { NewPassphrase } from './new-passphrase.tsx'
import { createSlotForm, type SlotDialogProps, type SlotForm } from './slot-form.ts'
import { SLOT_LOOKS } from './slot-line.tsx'

export function SlotDialog(props: SlotDialogProps) {
  const form = createSlotForm(props)
  return (
    <Dialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={props.slot ? `Change “${props.slot.label}”` : 'Add a way in'}
      description={
        props.slot ? 'The old one stops working when the new one is stored.' : 'It opens the vault by itself, beside the others.'
      }
      footer={
        <>
          <Show when={form.busy()}>
            <Deriving />
          </Show>
          <Button onClick={() => props.onOpenChange(false)}>Leave it</Button>
          <Button variant="primary" busy={form.busy()} onClick={() => void form.save()}>
            {props.slot ? 'Change' : 'Add'}
          </Button>
        </>
      }
    >
      <form
        class="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void form.save()
        }}
      >
        <Show when={!props.slot}>
          <Field label="Kind">
            <Select
              value={form.kind()}
              options={SLOT_KINDS.map((value) => ({ value, label: SLOT_LOOKS[value].word }))}
              onValue={form.setKind}
            />
          </Field>
        </Show>
        <Field label="Name" optional hint="To tell it from the others.">
          <TextInput maxlength={80} value={form.label()} placeholder={SLOT_LOOKS[form.kind()].word} onValue={form.setLabel} />
        </Field>
        <OfKind form={form} />
      </form>
      <Show when={form.failure()}>{(shown) => <ErrorNote failure={shown()} title="Nothing was changed" class="mt-3" />}</Show>
    </Dialog>
  )
}

/** What this kind of way in needs to be told, or what comes of it. */
function OfKind(props: { readonly form: SlotForm }) {
  return (
    <Switch>
      <Match when={props.form.kind() === 'passphrase'}>
        <NewPassphrase
          label="New passphrase"
          value={props.form.passphrase()}
          again={props.form.again()}
          onValue={props.form.setPassphrase}
          onAgain={props.form.setAgain}
          error={props.form.problem()}
        />
      </Match>
      <Match when={props.form.kind() === 'keyring'}>
        <p class="text-muted">A key of its own is put into this computer’s keyring. It opens the vault while you are logged in.</p>
      </Match>
      <Match when={props.form.kind() === 'recovery'}>
        <p class="text-muted">A code is made and shown once, to print and put away.</p>
      </Match>
    </Switch>
  )
}
