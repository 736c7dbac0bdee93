/** A thread that was given one job: its one answer, or why there is none; it is ended either way. */
import type { Clock } from './clock.ts'
import { TroupeError } from './errors.ts'
import { type BoundedThread, boundMemory } from './thread-memory.ts'

/** What is used of a worker thread. */
export interface OneJobThread extends BoundedThread {
  on(event: 'message', take: (answer: unknown) => void): unknown
  on(event: 'error', take: (thrown: Error & { code?: string }) => void): unknown
  on(event: 'exit', take: () => void): unknown
}

export interface OneAnswerOptions {
  readonly clock: Clock
  readonly timeoutMs: number
  readonly mostMb: number
  /** Thrown when it takes longer. */
  readonly late: () => TroupeError
  /** Thrown when it needs more memory than it may take. */
  readonly tooLarge: () => TroupeError
  /** What it was doing, as a noun: "reading persona files". */
  readonly work: string
}

/** INTERNAL when the thread ends without an answer. The thread is to be started with THREAD_LIMITS. */
export function oneAnswer<Answer>(thread: OneJobThread, options: OneAnswerOptions): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const cancel = options.clock.after(options.timeoutMs, () => reject(options.late()))
  const unbound = boundMemory(thread, { clock: options.clock, mostMb: options.mostMb, over: () => reject(options.tooLarge()) })
  thread.on('message', (answer) => resolve(answer as Answer))
  thread.on('error', (thrown) => reject(thrown.code === 'ERR_WORKER_OUT_OF_MEMORY' ? options.tooLarge() : thrown))
  thread.on('exit', () => reject(new TroupeError('INTERNAL', `The thread for ${options.work} ended without an answer.`)))
  return promise.finally(() => {
    cancel()
    unbound()
    return thread.terminate()
  })
}
