/**
 * Asks the strength thread, which starts with the first question and ends after a while without one.
 *   none → (asked) → standing → (idle 30 s, or it died) → none
 * A question whose thread dies fails; the next one starts another.
 */
import { Worker } from 'node:worker_threads'
import type { PassphraseStrength } from '#contract'
import { boundMemory, type Clock, messageOf, THREAD_LIMITS, TroupeError } from '#core'

export interface StrengthAsk {
  readonly id: number
  readonly passphrase: string
}
export interface StrengthAnswer {
  readonly id: number
  readonly strength: PassphraseStrength
}

const IDLE_MS = 30_000
const MOST_MB = 128

interface Waiting {
  readonly resolve: (strength: PassphraseStrength) => void
  readonly reject: (thrown: unknown) => void
}

export interface StrengthJudge {
  /** INTERNAL when the thread died over it; STOPPING after `stop`. The passphrase is kept nowhere. */
  judge(passphrase: string): Promise<PassphraseStrength>
  stop(): Promise<void>
}

export function makeStrengthJudge({ clock, threadUrl }: { readonly clock: Clock; readonly threadUrl: URL }): StrengthJudge {
  const waiting = new Map<number, Waiting>()
  let thread: Worker | undefined
  let forgetIdle: (() => void) | undefined
  let lastId = 0
  let stopped = false

  const fail = (why: TroupeError) => {
    for (const one of waiting.values()) one.reject(why)
    waiting.clear()
  }
  const end = async () => {
    forgetIdle?.()
    const ending = thread
    thread = undefined
    await ending?.terminate()
  }
  const start = (): Worker => {
    // Without the environment: it needs none, and keys lie there.
    const worker = new Worker(threadUrl, { env: {}, name: 'strength', resourceLimits: THREAD_LIMITS })
    worker.on('message', ({ id, strength }: StrengthAnswer) => {
      waiting.get(id)?.resolve(strength)
      waiting.delete(id)
    })
    const gone = (why: string) => {
      if (thread !== worker) return
      thread = undefined
      fail(new TroupeError('INTERNAL', `The passphrase could not be judged: ${why}.`))
    }
    const unbound = boundMemory(worker, { clock, mostMb: MOST_MB, over: () => gone(`it took more than ${MOST_MB} MB`) })
    worker.once('error', (thrown) => gone(messageOf(thrown)))
    worker.once('exit', () => {
      unbound()
      gone('its thread ended')
    })
    worker.unref()
    return worker
  }

  return {
    judge(passphrase) {
      if (stopped) return Promise.reject(new TroupeError('STOPPING', 'Troupe is stopping.'))
      thread ??= start()
      forgetIdle?.()
      forgetIdle = clock.after(IDLE_MS, () => void end())
      const id = ++lastId
      const asked = new Promise<PassphraseStrength>((resolve, reject) => waiting.set(id, { resolve, reject }))
      thread.postMessage({ id, passphrase } satisfies StrengthAsk)
      return asked
    },
    async stop() {
      stopped = true
      await end()
      fail(new TroupeError('STOPPING', 'Troupe is stopping.'))
    },
  }
}
