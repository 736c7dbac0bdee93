/** Work that a form or a dialog asks for: whether it is under way, and why the last try failed. */
import { createSignal } from 'solid-js'
import { type Failure, failureOf } from '../link/failure.ts'

export interface Attempt {
  readonly busy: () => boolean
  readonly failure: () => Failure | undefined
  /** Forgets the last failure, does the work, and keeps what it throws. Resolves when it is over; rejects never. */
  readonly run: (work: () => Promise<void>) => Promise<void>
  /** For a refusal that is answered, not thrown; undefined forgets the last one. */
  readonly fail: (failure: Failure | undefined) => void
}

export function createAttempt(): Attempt {
  const [busy, setBusy] = createSignal(false)
  const [failure, setFailure] = createSignal<Failure>()
  const run = async (work: () => Promise<void>) => {
    setBusy(true)
    setFailure(undefined)
    try {
      await work()
    } catch (thrown) {
      setFailure(failureOf(thrown))
    } finally {
      setBusy(false)
    }
  }
  return { busy, failure, run, fail: (next) => void setFailure(next) }
}
