import LockOpen from 'lucide-solid/icons/lock-open'
import { Show } from 'solid-js'
import type { VaultStatus } from '#contract'
import { engine } from '../../link/mod.ts'
import { Button, createAttempt, ErrorNote, toast } from '../../parts/mod.ts'
import { AnswerFields, createAnswer } from './answer.tsx'
import { Deriving } from './deriving.tsx'
import { failureOfVault } from './vault-failure.ts'
import { createWait } from './wait.ts'

const WHY: Readonly<Record<NonNullable<VaultStatus['sealedBecause']>, string>> = {
  start: 'The vault is locked since Troupe was started.',
  person: 'You locked the vault.',
  idle: 'The vault locked itself, since nobody used it for a while.',
  suspend: 'The vault locked itself when this computer slept.',
  stopping: 'Troupe is stopping.',
}

/** Stands above the names while the vault is sealed. */
export function Unlock(props: { readonly status: VaultStatus }) {
  const form = createAnswer(() => props.status.slots)
  const { busy, failure, run, fail } = createAttempt()
  const wait = createWait(() => props.status.tries.nextAt)
  const open = async () => {
    const answer = form.answer()
    if (!answer || wait() > 0) return
    await run(async () => {
      const outcome = await engine.vault.unlock({ answer })
      if (outcome.ok) toast.ok('The vault is open')
      else fail(failureOfVault(outcome))
    })
    form.clear()
  }
  return (
    <section aria-label="Unlock" class="border-b border-line bg-ground px-6 py-4 narrow:px-4">
      <form
        class="flex max-w-2xl flex-col gap-2"
        onSubmit={(event) => {
          event.preventDefault()
          void open()
        }}
      >
        <p>
          {WHY[props.status.sealedBecause ?? 'start']}{' '}
          <span class="text-muted">Names can be read. Runs that need a credential wait, and go on once it is open.</span>
        </p>
        <div class="flex flex-wrap items-end gap-2">
          <div class="min-w-64 flex-1">
            <AnswerFields form={form} />
          </div>
          <Button type="submit" variant="primary" icon={LockOpen} busy={busy()} disabled={form.answer() === undefined || wait() > 0}>
            Unlock
          </Button>
        </div>
        <Show when={busy()}>
          <Deriving />
        </Show>
        <Show when={wait() > 0}>
          <p role="status" class="text-sm text-warn-ink">
            {props.status.tries.failed} wrong tries in a row. The next one is taken in {wait()} s.
          </p>
        </Show>
        <Show when={failure()}>{(shown) => <ErrorNote failure={shown()} title="The vault stays locked" />}</Show>
      </form>
    </section>
  )
}
