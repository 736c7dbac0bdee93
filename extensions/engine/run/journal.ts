/** Step writes of all runs, in order and in batches: while one transaction is on its way, the next ones gather. */
import type { RunStore, Statement } from './ports.ts'

interface Entry {
  readonly statement: Statement
  readonly resolve: () => void
  readonly reject: (thrown: unknown) => void
}

/** Statements in one transaction. */
const BATCH = 256

export class StepJournal {
  readonly #store: RunStore
  #entries: Entry[] = []
  #busy: Promise<void> | undefined

  constructor(store: RunStore) {
    this.#store = store
  }

  /** Resolves when it is durable. Rejects with the store's error. */
  write(statement: Statement): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ statement, resolve, reject })
      this.#busy ??= this.#run().finally(() => {
        this.#busy = undefined
      })
    })
  }

  /** Resolves when everything written so far is durable or refused. */
  async idle(): Promise<void> {
    while (this.#busy) await this.#busy
  }

  async #run(): Promise<void> {
    while (this.#entries.length > 0) {
      const batch = this.#entries.splice(0, BATCH)
      try {
        await this.#store.write(batch.map((entry) => entry.statement))
        for (const entry of batch) entry.resolve()
      } catch (thrown) {
        if (batch.length === 1) batch[0]?.reject(thrown)
        else await this.#oneByOne(batch)
      }
    }
  }

  /** A batch is of many runs: what is wrong with one step must not be held against another. */
  async #oneByOne(batch: readonly Entry[]): Promise<void> {
    for (const entry of batch) await this.#store.write([entry.statement]).then(entry.resolve, entry.reject)
  }
}
