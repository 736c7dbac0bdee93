/** One node call with its retries: rule FLOW36. */
import type { TeamNode } from '#contract'
import type { Clock } from '#core'
import { RunEnded } from './failure.ts'
import type { Outcome, Outputs } from './kind.ts'
import { swallowedError } from './outcome.ts'

export interface Attempted {
  readonly outcome: Outcome
  readonly tries: number
  readonly thrown: unknown
  readonly failed: boolean
}

export async function attempt(
  node: TeamNode,
  clock: Clock,
  signal: AbortSignal,
  run: () => Outcome | Promise<Outcome>,
): Promise<Attempted> {
  const maxTries = node.retry?.maxTries ?? 1
  for (let tries = 1; ; tries++) {
    try {
      const outcome = await run()
      if (tries >= maxTries || swallowedError(plainOutputs(outcome)) === null) return { outcome, tries, thrown: undefined, failed: false }
    } catch (thrown) {
      if (thrown instanceof RunEnded) throw thrown
      if (tries >= maxTries || signal.aborted) return { outcome: null, tries, thrown, failed: true }
    }
    await pause(node.retry?.waitMs ?? 0, clock, signal)
  }
}

function plainOutputs(outcome: Outcome): Outputs | null {
  return outcome !== null && 'park' in outcome ? outcome.outputs : outcome
}

/** Waits, or ends with the signal. */
export function pause(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const cancelled = () => {
      stop()
      reject(new RunEnded('cancelled', 'The run was cancelled.'))
    }
    const stop = clock.after(ms, () => {
      signal.removeEventListener('abort', cancelled)
      resolve()
    })
    if (signal.aborted) cancelled()
    else signal.addEventListener('abort', cancelled, { once: true })
  })
}
