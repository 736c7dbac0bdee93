import KeyRound from 'lucide-solid/icons/key-round'
import { Show } from 'solid-js'
import { Button, Checkbox, ErrorNote } from '../../parts/mod.ts'
import { Deriving } from './deriving.tsx'
import { IfLost } from './if-lost.tsx'
import { createMaking } from './making.ts'
import { NewPassphrase } from './new-passphrase.tsx'

/** No vault yet: what it is, and the ways in that it is to have. */
export function Create() {
  const form = createMaking()
  return (
    <div class="min-h-0 flex-1 overflow-auto">
      <form
        class="mx-auto flex max-w-xl flex-col gap-4 px-6 py-8 narrow:px-4 narrow:py-5"
        onSubmit={(event) => {
          event.preventDefault()
          void form.make()
        }}
      >
        <Introduction />
        <NewPassphrase
          value={form.passphrase()}
          again={form.again()}
          onValue={form.setPassphrase}
          onAgain={form.setAgain}
          error={form.problem()}
        />
        <div class="flex flex-col gap-2 border-y border-line py-3">
          <Checkbox
            label="Also open it with this computer’s keyring"
            checked={form.keyring()}
            disabled={!form.keyringThere()}
            onChecked={form.setKeyring}
            hint={
              form.keyringThere()
                ? 'It then opens by itself while you are logged in, and scheduled runs do not wait for you.'
                : `Not possible here: ${form.keyringDetail()}.`
            }
          />
          <Checkbox
            label="Make a recovery kit"
            checked={form.kit()}
            onChecked={form.setKit}
            hint="A code to print and put away. Without it, a forgotten passphrase is the end of what is in here."
          />
          <Checkbox
            label="Encrypt everything else too"
            checked={form.sealing()}
            disabled={!form.keyring()}
            onChecked={form.setSealing}
            hint={
              form.keyring()
                ? 'The whole store, with the vault’s key: names, prompts, results and history. Troupe restarts once.'
                : 'From the window only with the keyring. In a terminal: troupe vault init --seal-store.'
            }
          />
        </div>
        <IfLost />
        <Show when={form.failure()}>{(shown) => <ErrorNote failure={shown()} title="The vault was not made" />}</Show>
        <div class="flex items-center justify-end gap-3">
          <Show when={form.busy()}>
            <Deriving />
          </Show>
          <Button type="submit" variant="primary" busy={form.busy()}>
            Make the vault
          </Button>
        </div>
      </form>
    </div>
  )
}

function Introduction() {
  return (
    <div>
      <h2 class="flex items-center gap-2 text-md font-semibold">
        <KeyRound size={18} class="text-muted" aria-hidden="true" />
        Make the vault
      </h2>
      <p class="mt-1 text-muted">
        Keys and passwords that personas may borrow lie here, sealed one by one. A persona sees only a placeholder; the value goes to the
        hosts that you allow, and every use is in the log. All of it stays on this computer.
      </p>
    </div>
  )
}
