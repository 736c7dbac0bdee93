/** Requests that would fit if calls under way cost nothing: they wait here, in memory, until one of those is settled: [BU5]. */
import { TroupeError } from '#core'

interface Waiting {
  readonly runId: string
  /** Tries again; true when it was answered, with whatever. */
  readonly attempt: () => boolean
  readonly leave: (why: TroupeError) => void
}

export class Line {
  readonly #waiting = new Set<Waiting>()

  get length(): number {
    return this.#waiting.size
  }

  /** Resolves with what `attempt` answers once it answers anything; rejects when the run leaves. `attempt` has been tried once already. */
  join<Answer>(runId: string, attempt: () => Answer | undefined): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const one: Waiting = {
        runId,
        attempt: () => {
          const answer = attempt()
          if (answer === undefined) return false
          resolve(answer)
          return true
        },
        leave: reject,
      }
      this.#waiting.add(one)
    })
  }

  /** Something was given back: everybody tries, in the order in which they came. */
  move(): void {
    for (const one of [...this.#waiting]) if (one.attempt()) this.#waiting.delete(one)
  }

  leave(runId: string): void {
    for (const one of [...this.#waiting].filter((waiting) => waiting.runId === runId)) {
      this.#waiting.delete(one)
      one.leave(new TroupeError('CANCELLED', 'The run ended while it waited for others to be settled.'))
    }
  }

  close(): void {
    for (const one of this.#waiting) one.leave(new TroupeError('STOPPING', 'Troupe is stopping.'))
    this.#waiting.clear()
  }
}
