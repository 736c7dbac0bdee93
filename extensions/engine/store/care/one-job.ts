/** One piece of long work at a time, told while it goes on. idle → working → idle; working → leaving, which never ends (the engine restarts). */
import type { StoreJob } from '#contract'
import type { StoreJobKind } from '#contract/plain'
import { type Clock, TroupeError } from '#core'

export interface Work {
  readonly signal: AbortSignal
  tell(step: string): void
  /** From here on it can no longer be cancelled. */
  hold(): void
}

export class OneJob {
  readonly #clock: Clock
  readonly #changed: () => void
  #job: StoreJob | null = null
  #abort: AbortController | null = null
  #done: Promise<unknown> = Promise.resolve()
  #leaving = false

  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock
    this.#changed = changed
  }

  get current(): StoreJob | null {
    return this.#job
  }

  /** WRONG_STATE while another is under way. */
  do<T>(kind: StoreJobKind, work: (work: Work) => Promise<T>): Promise<T> {
    if (this.#leaving) return Promise.reject(new TroupeError('STOPPING', 'The engine is about to restart with the restored data.'))
    if (this.#job) {
      const hint = 'Wait for its end, or cancel it.'
      return Promise.reject(new TroupeError('WRONG_STATE', `Another piece of work on the data is under way: ${this.#job.step}.`, { hint }))
    }
    const abort = new AbortController()
    this.#abort = abort
    this.#set({ kind, step: 'Beginning', startedAt: this.#clock.now(), cancellable: true })
    const done = work({
      signal: abort.signal,
      tell: (step) => this.#job && this.#set({ ...this.#job, step }),
      hold: () => {
        abort.signal.throwIfAborted()
        this.#abort = null
        if (this.#job) this.#set({ ...this.#job, cancellable: false })
      },
    }).finally(() => {
      this.#abort = null
      this.#set(null)
    })
    this.#done = done.catch(() => undefined)
    return done
  }

  /** WRONG_STATE: there is none, or it can no longer be undone. */
  async cancel(): Promise<void> {
    if (!this.#job) throw new TroupeError('WRONG_STATE', 'No work on the data is under way.')
    if (!this.#abort) throw new TroupeError('WRONG_STATE', 'It can no longer be cancelled.')
    this.#abort.abort(new TroupeError('CANCELLED', 'It was cancelled.'))
    await this.#done
  }

  leave(): void {
    this.#leaving = true
  }

  /** For the engine's stop: ends what can be ended, and waits for the rest. */
  async stop(): Promise<void> {
    this.#leaving = true
    this.#abort?.abort(new TroupeError('STOPPING', 'The engine is stopping.'))
    await this.#done
  }

  #set(job: StoreJob | null): void {
    this.#job = job
    this.#changed()
  }
}
