/** The vault that is not there yet: which ways in it is to have, and the making of it. */
import { createResource, createSignal } from 'solid-js'
import type { NewSlot } from '#contract'
import { engine } from '../../link/mod.ts'
import { createAttempt, toast } from '../../parts/mod.ts'
import { showKit } from './kit.ts'
import { passphraseProblem } from './passphrase.ts'
import { failureOfVault } from './vault-failure.ts'

export function createMaking() {
  const [passphrase, setPassphrase] = createSignal('')
  const [again, setAgain] = createSignal('')
  const [keyring, setKeyring] = createSignal(true)
  const [kit, setKit] = createSignal(true)
  const [sealing, setSealing] = createSignal(false)
  const [tried, setTried] = createSignal(false)
  const { busy, failure, run, fail } = createAttempt()
  const [look] = createResource(() => engine.vault.keyring({}).catch(() => undefined))
  const keyringThere = () => look.latest?.available !== undefined && look.latest.available !== 'no'
  const withKeyring = () => keyring() && keyringThere()
  const problem = () => passphraseProblem(passphrase(), again())
  const slots = (): NewSlot[] => [
    { kind: 'passphrase', passphrase: passphrase() },
    ...(withKeyring() ? [{ kind: 'keyring' as const }] : []),
    ...(kit() ? [{ kind: 'recovery' as const }] : []),
  ]
  const make = async () => {
    setTried(true)
    if (problem() !== undefined) return
    const asked = slots()
    const then = withKeyring() && sealing() ? () => void sealStore() : () => undefined
    await run(async () => {
      const made = await engine.vault.init({ slots: asked })
      if (!made.ok) {
        fail(failureOfVault(made))
        return
      }
      setPassphrase('')
      setAgain('')
      if (made.kit) showKit(made.kit, then)
      else then()
    })
  }
  return {
    passphrase,
    setPassphrase,
    again,
    setAgain,
    /** Told after the first try. */
    problem: () => (tried() ? problem() : undefined),
    keyring: withKeyring,
    setKeyring,
    keyringThere,
    keyringDetail: () => look.latest?.detail ?? 'no keyring answered',
    kit,
    setKit,
    /** The whole store as well; a window cannot ask for a passphrase before the engine runs, so only with the keyring. */
    sealing: () => withKeyring() && sealing(),
    setSealing,
    make,
    busy,
    failure,
  }
}

async function sealStore(): Promise<void> {
  try {
    await engine.store.seal({ start: 'keyring' })
    toast.ok('The engine restarts and seals the store; this window finds it again by itself')
  } catch (thrown) {
    toast.error('The store was not sealed; Settings, Data does it later', thrown)
  }
}
