/** Writes of a run's state, which must not be lost to a store that refuses for a while. */
import { asTroupeError } from '#core'
import type { RunPorts, Statement } from './ports.ts'

const STORE_RETRY_MS = 1_000

/** Writes until the store takes it; false when the engine stops meanwhile. A refusal that time cannot mend is thrown. */
export async function persist(
  { store, clock, log }: Pick<RunPorts, 'store' | 'clock' | 'log'>,
  statements: readonly Statement[],
  stopping: () => boolean,
): Promise<boolean> {
  for (;;) {
    try {
      await store.write(statements)
      return true
    } catch (thrown) {
      const { code, retry, message } = asTroupeError(thrown)
      if (stopping() || code === 'STOPPING') return false
      if (retry !== 'later') throw thrown
      log.warn('The store refused the state of a run; it is tried again.', { problem: message })
      await new Promise<void>((resolve) => void clock.after(STORE_RETRY_MS, resolve))
    }
  }
}
