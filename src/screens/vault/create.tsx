import KeyRound from 'lucide-solid/icons/key-round'
import { createResource, createSignal, Show } from 'solid-js'
import type { NewSlot } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, Checkbox, ErrorNote, type Failure, failureOf } from '../../parts/mod.ts'
import { Deriving } from './deriving.tsx'
import { IfLost } from './if-lost.tsx'
import { showKit } from './kit.ts'
import { NewPassphrase } from './new-passphrase.tsx'
import { passphraseProblem } from './passphrase.ts'
import { failureOfVault } from './vault-failure.ts'

/** No vault yet: what it is, and the ways in that it is to have. */
export function Create() {
  const [passphrase, setPassphrase] = createSignal('')
  const [again, setAgain] = createSignal('')
  const [keyring, setKeyring] = createSignal(true)
  const [kit, setKit] = createSignal(true)
  const [tried, setTried] = createSignal(false)
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const [look] = createResource(() => engine.vault.keyring({}).catch(() => undefined))
  const keyringThere = () => look.latest?.available !== undefined && look.latest.available !== 'no'
  const problem = () => passphraseProblem(passphrase(), again())

  const make = async () => {
    setTried(true)
    if (problem() !== undefined) return
    const slots: NewSlot[] = [{ kind: 'passphrase', passphrase: passphrase() }]
    if (keyring() && keyringThere()) slots.push({ kind: 'keyring' })
    if (kit()) slots.push({ kind: 'recovery' })
    setBusy(true)
    setFailure(undefined)
    try {
      const made = await engine.vault.init({ slots })
      if (!made.ok) setFailure(failureOfVault(made))
      else {
        setPassphrase('')
        setAgain('')
        if (made.kit) showKit(made.kit)
      }
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(false)
    }
  }

  return (
    <div class="min-h-0 flex-1 overflow-auto">
      <form
        class="mx-auto flex max-w-xl flex-col gap-4 px-6 py-8 narrow:px-4 narrow:py-5"
        onSubmit={(event) => {
          event.preventDefault()
          void make()
        }}
      >
        <div>
          <h2 class="flex items-center gap-2 text-md font-semibold">
            <KeyRound size={18} class="text-muted" aria-hidden="true" />
            Make the vault
          </h2>
          <p class="mt-1 text-muted">
            Keys and passwords that personas may borrow lie here, sealed one by one. A persona sees only a placeholder; the value goes to
            the hosts that you allow, and every use is in the log. All of it stays on this computer.
          </p>
        </div>
        <NewPassphrase
          value={passphrase()}
          again={again()}
          onValue={setPassphrase}
          onAgain={setAgain}
          error={tried() ? problem() : undefined}
        />
        <div class="flex flex-col gap-2 border-y border-line py-3">
          <Checkbox
            label="Also open it with this computer’s keyring"
            checked={keyring() && keyringThere()}
            disabled={!keyringThere()}
            onChecked={setKeyring}
            hint={
              keyringThere()
                ? 'It then opens by itself while you are logged in, and scheduled runs do not wait for you.'
                : `Not possible here: ${look.latest?.detail ?? 'no keyring answered'}.`
            }
          />
          <Checkbox
            label="Make a recovery kit"
            checked={kit()}
            onChecked={setKit}
            hint="A code to print and put away. Without it, a forgotten passphrase is the end of what is in here."
          />
        </div>
        <IfLost />
        <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="The vault was not made" />}</Show>
        <div class="flex items-center justify-end gap-3">
          <Show when={busy()}>
            <Deriving />
          </Show>
          <Button type="submit" variant="primary" busy={busy()}>
            Make the vault
          </Button>
        </div>
      </form>
    </div>
  )
}
