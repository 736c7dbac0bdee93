/**
 * How much memory a thread may take. V8's own limit is no such bound, since it may end the whole process: past it a thread gets 16 MB more to
 * end itself in, and one that asks for more than those at once (an array or a Map that grows, a full nursery) is fatal to all (counted in
 * DECISIONS.md). It does not count buffers either. So V8's limit lies far above, and the thread is looked at from outside and ended in time.
 */
import type { Clock } from './clock.ts'

/**
 * What every such thread is started with. Just under 2 GB: from there on V8 lets a heap grow four times as large before it collects,
 * below it about twice.
 */
export const THREAD_LIMITS = { maxOldGenerationSizeMb: 1_920 } as const

/** Between two looks. The fastest hoarders seen took 0.2 GB meanwhile; what is left up to V8's limit is four times that. */
const LOOK_EVERY_MS = 100
/** As much again may be garbage that V8 has not collected yet. */
const WITH_GARBAGE = 2
const MB = 1024 * 1024

/** What is used of a worker thread. A Node before 22.16 cannot be asked: there V8's limit is all. */
export interface BoundedThread {
  getHeapStatistics?(): Promise<{ readonly used_heap_size: number; readonly external_memory: number }>
  terminate(): Promise<unknown>
}

export interface MemoryBound {
  readonly clock: Clock
  /** What the thread may hold, heap and buffers together. At most 800, so that V8's limit stays far off. */
  readonly mostMb: number
  /** It took more, and is ended right after this. */
  readonly over: () => void
}

/** Looks at the thread until the answered function is called, which is due when it has ended. Also a thread in an endless loop is seen. */
export function boundMemory(thread: BoundedThread, { clock, mostMb, over }: MemoryBound): () => void {
  const endAtBytes = mostMb * WITH_GARBAGE * MB
  let stopped = false
  let forget = () => {}
  const look = async (): Promise<void> => {
    // One that is still starting, or has ended, answers with an error.
    const seen = await thread.getHeapStatistics?.().catch(() => undefined)
    if (stopped) return
    if (!seen || seen.used_heap_size + seen.external_memory <= endAtBytes) {
      wait()
      return
    }
    over()
    await thread.terminate()
  }
  const wait = (): void => {
    forget = clock.after(LOOK_EVERY_MS, () => void look())
  }
  wait()
  return () => {
    stopped = true
    forget()
  }
}
