/**
 * Re-authentication before what is dangerous. `askProof` answers a proof, from memory while one is good, otherwise from its dialog.
 *   none → asking (dialog) → held until it expires or the vault locks;   asking → refused (the dialog was closed): undefined
 */
import { createSignal, Show } from 'solid-js'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, Dialog, ErrorNote, failureOf } from '../../parts/mod.ts'
import { vault } from '../../state/mod.ts'
import { AnswerFields, createAnswer } from './answer.tsx'
import { Deriving } from './deriving.tsx'
import { failureOfVault } from './vault-failure.ts'

/** A call that is on its way must not find its proof expired. */
const MARGIN_MS = 10_000

interface Asking {
  /** What it is for, as the end of "… to". */
  readonly purpose: string
  readonly answer: (proof: string | undefined) => void
}
const [asking, setAsking] = createSignal<Asking>()
let held: { readonly proof: string; readonly until: number; readonly openedAt: number | null } | undefined

/** undefined: the person closed the dialog. `purpose` ends the sentence "Show that it is you, to …". */
export function askProof(purpose: string): Promise<string | undefined> {
  const openedAt = vault.value()?.openedAt ?? null
  if (held && held.until > Date.now() && held.openedAt === openedAt) return Promise.resolve(held.proof)
  return new Promise((answer) => {
    asking()?.answer(undefined)
    setAsking({ purpose, answer })
  })
}

/** The engine did not take it any more (it restarted, or its clock jumped): the next call asks anew. */
export function dropProof(): void {
  held = undefined
}

/** Runs a call with a proof, and once more with a new one when the engine does not take the first. Answers undefined when the person said no. */
export async function withProof<T>(purpose: string, call: (proof: string) => Promise<T>): Promise<T | undefined> {
  for (let round = 0; ; round++) {
    const proof = await askProof(purpose)
    if (proof === undefined) return undefined
    try {
      return await call(proof)
    } catch (thrown) {
      if (round > 0 || failureOf(thrown).code !== 'REAUTHENTICATE') throw thrown
      dropProof()
    }
  }
}

export function ProofDialog() {
  const form = createAnswer(() => vault.value()?.slots ?? [], { keyring: false })
  const { busy, failure, run, fail } = createAttempt()
  const end = (proof: string | undefined) => {
    const one = asking()
    setAsking(undefined)
    fail(undefined)
    form.clear()
    one?.answer(proof)
  }
  const prove = async () => {
    const answer = form.answer()
    if (!answer) return
    await run(async () => {
      const outcome = await engine.vault.reauthenticate({ answer })
      if (!outcome.ok) fail(failureOfVault(outcome))
      else {
        held = { proof: outcome.proof, until: outcome.expiresAt - MARGIN_MS, openedAt: vault.value()?.openedAt ?? null }
        end(outcome.proof)
      }
    })
    form.clear()
  }
  return (
    <Dialog
      open={asking() !== undefined}
      onOpenChange={(open) => !open && end(undefined)}
      title="Show that it is you"
      description={`To ${asking()?.purpose ?? 'go on'}. It holds for five minutes.`}
      size="sm"
      footer={
        <>
          <Button onClick={() => end(undefined)}>Leave it</Button>
          <Button variant="primary" busy={busy()} disabled={form.answer() === undefined} onClick={() => void prove()}>
            Go on
          </Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void prove()
        }}
      >
        <AnswerFields form={form} />
      </form>
      <Show when={busy()}>
        <Deriving />
      </Show>
      <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} class="mt-3" />}</Show>
    </Dialog>
  )
}
