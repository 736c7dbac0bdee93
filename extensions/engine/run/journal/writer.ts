/** Step writes of all runs, in order and in batches: while one transaction is on its way, the next ones gather. What is written together stays together. */
import type { RunStore, Statement } from '../ports.ts'

interface Entry {
  /** One transaction, or a part of one. */
  readonly statements: readonly Statement[]
  readonly resolve: () => void
  readonly reject: (thrown: unknown) => void
}

/** Entries in one transaction. */
const BATCH = 256

export class JournalWriter {
  readonly #store: RunStore
  #entries: Entry[] = []
  #busy: Promise<void> | undefined

  constructor(store: RunStore) {
    this.#store = store
  }

  /** Resolves when it is durable. Rejects with the store's error. */
  write(statements: readonly Statement[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#entries.push({ statements, resolve, reject })
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
        await this.#store.write(batch.flatMap((entry) => entry.statements))
        for (const entry of batch) entry.resolve()
      } catch (thrown) {
        if (batch.length === 1) batch[0]?.reject(thrown)
        else await this.#oneByOne(batch)
      }
    }
  }

  /** A batch is of many runs: what is wrong with one step must not be held against another. */
  async #oneByOne(batch: readonly Entry[]): Promise<void> {
    for (const entry of batch) await this.#store.write(entry.statements).then(entry.resolve, entry.reject)
  }
}
