/** One subscription to what changes in the engine, for the whole window; it survives reconnects and restarts of the engine. */
import type { Change } from '#contract'
import { engine, follow, isLostLink } from '../link/mod.ts'

type Topic = Change['topic']
type Listener = (change: Change) => void

const listeners = new Set<{ readonly topic: Topic | 'any'; readonly listener: Listener }>()

/** Tells changes of one topic, and every `reset`; answers how to stop. */
export function onChange(topic: Exclude<Topic, 'reset'> | 'any', listener: Listener): () => void {
  const entry = { topic, listener }
  listeners.add(entry)
  return () => listeners.delete(entry)
}

function tell(change: Change): void {
  for (const { topic, listener } of [...listeners]) {
    if (topic === 'any' || change.topic === 'reset' || change.topic === topic) listener(change)
  }
}

/** Follows until the signal is aborted. An unexpected answer is followed by a reset: what was missed is read again. */
export async function followChanges(signal: AbortSignal): Promise<void> {
  let epoch: string | undefined
  let next: number | undefined
  while (!signal.aborted) {
    try {
      const batches = follow({
        open: (_from, abort) =>
          engine.engine.changes({ ...(epoch !== undefined && { epoch }), ...(next !== undefined && { fromSeq: next }) }, { signal: abort }),
        lastSeq: () => undefined,
        isEnd: () => false,
        signal,
      })
      for await (const batch of batches) {
        if (batch.epoch !== epoch && epoch !== undefined && batch.changes[0]?.topic !== 'reset') tell(reset())
        if (batch.epoch !== epoch) next = undefined
        epoch = batch.epoch
        for (const change of batch.changes) {
          next = change.seq + 1
          tell(change)
        }
      }
    } catch (thrown) {
      if (signal.aborted) return
      if (!isLostLink(thrown)) console.error('The stream of changes broke; it begins again.', thrown)
      await new Promise((resolve) => setTimeout(resolve, 1000))
      tell(reset())
    }
  }
}

function reset(): Change {
  return { seq: 0, topic: 'reset', id: '', what: 'read everything again' }
}
