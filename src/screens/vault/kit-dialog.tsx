import Copy from 'lucide-solid/icons/copy'
import Printer from 'lucide-solid/icons/printer'
import { createEffect, createSignal, on, Show } from 'solid-js'
import type { RecoveryKit } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote, Field, TextInput, toast } from '../../parts/mod.ts'
import { copyForAWhile } from './clipboard.ts'
import { forgetKit, kitText, shownKit } from './kit.ts'
import { failureOfVault } from './vault-failure.ts'

/** The kit is shown once. It counts when it was typed back, so that what was written down is known to be right. */
export function KitDialog() {
  const [step, setStep] = createSignal<'show' | 'type'>('show')
  const [typed, setTyped] = createSignal('')
  const { busy, failure, run, fail } = createAttempt()
  createEffect(
    on(shownKit, () => {
      setStep('show')
      setTyped('')
      fail(undefined)
    }),
  )
  const confirm = () =>
    run(async () => {
      const answer = await engine.vault.confirmRecovery({ code: typed() })
      if (!answer.ok) {
        fail(failureOfVault(answer))
        return
      }
      forgetKit()
      toast.ok('The recovery kit is right; put it away')
    })
  const later = () => {
    forgetKit()
    toast.info('The kit is not confirmed yet: type it back under Ways in')
  }
  return (
    <Dialog
      open={shownKit() !== undefined}
      onOpenChange={(open) => !open && later()}
      title={step() === 'show' ? 'Your recovery kit' : 'Type it back'}
      description={
        step() === 'show'
          ? 'Shown this once. Print it or write it down, and keep it off this computer.'
          : 'From what you printed or wrote. Capitals, spaces and dashes do not matter.'
      }
      footer={
        <Show
          when={step() === 'show'}
          fallback={
            <>
              <Button onClick={() => setStep('show')}>Show it again</Button>
              <Button variant="primary" busy={busy()} disabled={typed().trim() === ''} onClick={() => void confirm()}>
                Check it
              </Button>
            </>
          }
        >
          <Button onClick={later}>Later</Button>
          <Button variant="primary" onClick={() => setStep('type')}>
            I have it: type it back
          </Button>
        </Show>
      }
    >
      <Show when={shownKit()}>
        {(kit) => (
          <Show when={step() === 'show'} fallback={<TypeBack value={typed()} onValue={setTyped} onSubmit={() => void confirm()} />}>
            <Kit kit={kit()} />
          </Show>
        )}
      </Show>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-3" />}</Show>
    </Dialog>
  )
}

function TypeBack(props: { readonly value: string; readonly onValue: (value: string) => void; readonly onSubmit: () => void }) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        props.onSubmit()
      }}
    >
      <Field label="Recovery code">
        <TextInput mono value={props.value} onValue={props.onValue} />
      </Field>
    </form>
  )
}

function Kit(props: { readonly kit: RecoveryKit }) {
  return (
    <>
      <p class="rounded-md bg-sunken px-4 py-3 font-mono text-md leading-relaxed tracking-wide break-words select-text" data-kit-code>
        {props.kit.code}
      </p>
      <p class="mt-2 text-sm text-muted">
        For vault <span class="font-mono select-text">{props.kit.vaultId}</span>
      </p>
      <div class="mt-3 flex gap-2">
        <Button icon={Printer} onClick={() => print()}>
          Print
        </Button>
        <Button icon={Copy} onClick={() => void copyForAWhile(kitText(props.kit), 'The kit')}>
          Copy
        </Button>
      </div>
      <pre class="print-only">{kitText(props.kit)}</pre>
    </>
  )
}
