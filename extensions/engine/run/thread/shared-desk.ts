/** The thread's calls of tools that live outside it: each waits for its answer, or is given up with its signal. */
import type { SharedTool, SharedToolAnswer } from '#core'
import type { FromThread } from '../messages.ts'

export class SharedDesk {
  readonly #runId: string
  readonly #post: (message: FromThread) => void
  readonly #waiting = new Map<number, (answer: SharedToolAnswer) => void>()
  #last = 0

  constructor(runId: string, post: (message: FromThread) => void) {
    this.#runId = runId
    this.#post = post
  }

  call(tool: SharedTool, args: unknown, key: string, signal: AbortSignal): Promise<SharedToolAnswer> {
    const n = ++this.#last
    const runId = this.#runId
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const onAbort = (): void => {
        this.#waiting.delete(n)
        this.#post({ kind: 'shared-cancel', runId, n })
        reject(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.set(n, (answer) => {
        signal.removeEventListener('abort', onAbort)
        resolve(answer)
      })
      this.#post({ kind: 'shared-call', runId, n, tool: tool.name, args, key })
    })
  }

  answered(n: number, answer: SharedToolAnswer): void {
    const settle = this.#waiting.get(n)
    this.#waiting.delete(n)
    settle?.(answer)
  }
}
