import { createEffect, createSignal, Match, on, Show, Switch } from 'solid-js'
import type { NewSlot, VaultSlot, VaultStatus } from '#contract'
import { SLOT_KINDS, type SlotKind } from '#contract/plain'
import { engine } from '../../link/mod.ts'
import { Button, Dialog, ErrorNote, type Failure, Field, failureOf, Select, TextInput, toast } from '../../parts/mod.ts'
import { Deriving } from './deriving.tsx'
import { showKit } from './kit.ts'
import { NewPassphrase } from './new-passphrase.tsx'
import { passphraseProblem } from './passphrase.ts'
import { withProof } from './proof.tsx'
import { SLOT_LOOKS } from './slot-line.tsx'
import { failureOfVault } from './vault-failure.ts'

interface SlotDialogProps {
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  readonly status: VaultStatus
  /** Given: this one is made anew. Left out: one is added. */
  readonly slot?: VaultSlot | undefined
}

export function SlotDialog(props: SlotDialogProps) {
  const [kind, setKind] = createSignal<SlotKind>('passphrase')
  const [label, setLabel] = createSignal('')
  const [passphrase, setPassphrase] = createSignal('')
  const [again, setAgain] = createSignal('')
  const [tried, setTried] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  createEffect(
    on(
      () => props.open,
      () => {
        setKind(props.slot?.kind ?? (props.status.slots.some((slot) => slot.kind === 'recovery') ? 'passphrase' : 'recovery'))
        setLabel(props.slot?.label ?? '')
        setPassphrase('')
        setAgain('')
        setTried(false)
        setFailure(undefined)
      },
    ),
  )
  const problem = () => (kind() === 'passphrase' ? passphraseProblem(passphrase(), again()) : undefined)
  const made = (): NewSlot => {
    const named = label().trim() === '' ? {} : { label: label().trim() }
    const now = kind()
    return now === 'passphrase' ? { kind: now, passphrase: passphrase(), ...named } : { kind: now, ...named }
  }
  const save = async () => {
    setTried(true)
    if (problem() !== undefined) return
    setBusy(true)
    setFailure(undefined)
    const { slot } = props
    try {
      const outcome = await withProof(slot ? `change “${slot.label}”` : 'add a way in', (proof) =>
        slot ? engine.vault.changeSlot({ id: slot.id, slot: made(), proof }) : engine.vault.addSlot({ slot: made(), proof }),
      )
      if (outcome === undefined) return
      if (!outcome.ok) {
        setFailure(failureOfVault(outcome))
        return
      }
      props.onOpenChange(false)
      if (outcome.kit) showKit(outcome.kit)
      else toast.ok(slot ? `“${slot.label}” was changed` : 'The way in was added')
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(false)
    }
  }
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
          <Show when={busy()}>
            <Deriving />
          </Show>
          <Button onClick={() => props.onOpenChange(false)}>Leave it</Button>
          <Button variant="primary" busy={busy()} onClick={() => void save()}>
            {props.slot ? 'Change' : 'Add'}
          </Button>
        </>
      }
    >
      <form
        class="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <Show when={!props.slot}>
          <Field label="Kind">
            <Select value={kind()} options={SLOT_KINDS.map((value) => ({ value, label: SLOT_LOOKS[value].word }))} onValue={setKind} />
          </Field>
        </Show>
        <Field label="Name" optional hint="To tell it from the others.">
          <TextInput maxlength={80} value={label()} placeholder={SLOT_LOOKS[kind()].word} onValue={setLabel} />
        </Field>
        <Switch>
          <Match when={kind() === 'passphrase'}>
            <NewPassphrase
              label="New passphrase"
              value={passphrase()}
              again={again()}
              onValue={setPassphrase}
              onAgain={setAgain}
              error={tried() ? problem() : undefined}
            />
          </Match>
          <Match when={kind() === 'keyring'}>
            <p class="text-muted">A key of its own is put into this computer’s keyring. It opens the vault while you are logged in.</p>
          </Match>
          <Match when={kind() === 'recovery'}>
            <p class="text-muted">A code is made and shown once, to print and put away.</p>
          </Match>
        </Switch>
      </form>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="Nothing was changed" class="mt-3" />}</Show>
    </Dialog>
  )
}
