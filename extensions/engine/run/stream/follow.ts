/**
 * Follows one run from a number on, in batches: old events from the log, then live ones, with no gap and none twice, until the
 * terminal state event. It is pulled: who does not ask for the next batch holds back nobody but itself.
 */
import type { RunEventBatch } from '#contract'
import { LIMITS } from '#contract/plain'
import { type Clock, TroupeError } from '#core'
import { LogReader } from './log-reader.ts'
import type { RunStream } from './run-stream.ts'

/** What a follower needs of a stream: a live one, or a log that is closed. */
export type Followed = Pick<RunStream, 'path' | 'lastSeq' | 'ended' | 'writtenBytes' | 'failure' | 'fromMemory' | 'changed'>

export async function* follow(stream: Followed, fromSeq: number, clock: Clock, signal: AbortSignal): AsyncGenerator<RunEventBatch, void> {
  const reader = new LogReader(stream.path)
  let next = fromSeq
  let sentAt = Number.NEGATIVE_INFINITY
  try {
    while (!signal.aborted) {
      if (next > stream.lastSeq) {
        if (stream.ended) return
        if (stream.failure) throw stream.failure
        await stream.changed(signal)
        await company(clock, sentAt)
        continue
      }
      const events = stream.fromMemory(next) ?? (await reader.read(next, stream.writtenBytes))
      const last = events.at(-1)
      if (!last) throw new TroupeError('DISK', `The events of this run from ${next} on cannot be read from its log.`, { facts: { next } })
      next = last.seq + 1
      sentAt = clock.now()
      yield { events: [...events] }
    }
  } finally {
    await reader.close()
  }
}

/** The first event after a quiet time goes at once; in a flood, a batch is at least LIMITS.batchMs after the last. */
function company(clock: Clock, sentAt: number): Promise<void> | undefined {
  const since = clock.now() - sentAt
  if (since >= LIMITS.batchMs || since < 0) return undefined
  return new Promise((resolve) => void clock.after(LIMITS.batchMs - since, resolve))
}
