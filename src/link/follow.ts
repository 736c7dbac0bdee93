/** Streams that outlive a lost connection: they go on at the number after the last one seen, and nobody notices but the clock. */
import { ORPCError } from '@orpc/client'
import { LinkError } from './errors.ts'

export interface FollowOptions<Batch> {
  /** Opens the stream at this number. */
  readonly open: (fromSeq: number, signal: AbortSignal) => Promise<AsyncIterable<Batch>>
  /** The last number in a batch; undefined when it has none. */
  readonly lastSeq: (batch: Batch) => number | undefined
  /** Whether the stream is complete with this batch. Without it, a stream that ends is taken as complete. */
  readonly isEnd?: (batch: Batch) => boolean
  /** 1 is the first. */
  readonly fromSeq?: number
  readonly signal: AbortSignal
  /** Resolves when there is a link; rejects when there will be none. */
  readonly whenOpen: (signal: AbortSignal) => Promise<void>
}

/** Pause before asking again when the engine ended a stream that was not complete. */
const AGAIN_MS = 250

/** Throws what the engine answers (e.g. NOT_FOUND); a lost link is waited out. Returns when it is complete or the signal is aborted. */
export async function* followStream<Batch>(options: FollowOptions<Batch>): AsyncGenerator<Batch, void, void> {
  const { signal } = options
  let next = options.fromSeq ?? 1
  while (!signal.aborted) {
    try {
      await options.whenOpen(signal)
      for await (const batch of await options.open(next, signal)) {
        if (signal.aborted) return
        const last = options.lastSeq(batch)
        if (last !== undefined) next = Math.max(next, last + 1)
        yield batch
        if (options.isEnd?.(batch)) return
      }
      if (!options.isEnd) return
    } catch (thrown) {
      if (signal.aborted) return
      if (!isLostLink(thrown)) throw thrown
    }
    await pause(AGAIN_MS, signal)
  }
}

/** Whether it was the link that failed, not the call. */
export function isLostLink(thrown: unknown): boolean {
  if (thrown instanceof LinkError) return true
  if (thrown instanceof ORPCError) return thrown.code === 'STOPPING'
  return thrown instanceof Error && thrown.name === 'AbortError'
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
