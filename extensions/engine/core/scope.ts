/**
 * Whatever starts has an owner and an end. A scope collects stops and runs them once, in reverse, each awaited.
 * open → stopping → stopped. An addition after `stop` began is stopped at once.
 */
import { messageOf } from './errors.ts'

export interface StopFailure {
  readonly name: string
  readonly message: string
}

export class Scope {
  #stops: { readonly name: string; readonly stop: () => unknown }[] = []
  #ending: Promise<readonly StopFailure[]> | undefined

  /** Registers a stop; later ones are run first. */
  add(name: string, stop: () => unknown): void {
    if (this.#ending) {
      void Promise.resolve()
        .then(stop)
        .catch(() => undefined)
      return
    }
    this.#stops.push({ name, stop })
  }

  get stopping(): boolean {
    return this.#ending !== undefined
  }

  /** Runs every stop, also when one fails; answers the failures. A second call answers the first one's promise. */
  stop(): Promise<readonly StopFailure[]> {
    this.#ending ??= this.#run()
    return this.#ending
  }

  async #run(): Promise<readonly StopFailure[]> {
    const failures: StopFailure[] = []
    for (const { name, stop } of this.#stops.reverse()) {
      try {
        await stop()
      } catch (thrown) {
        failures.push({ name, message: messageOf(thrown) })
      }
    }
    this.#stops = []
    return failures
  }
}
