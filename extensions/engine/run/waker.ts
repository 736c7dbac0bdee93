/** Wakes parked runs whose time has come. Times are rows, so they survive everything; it never sleeps longer than 30 s, so a clock that jumps is seen. */
import { type Clock, integer, type Logger, messageOf, orNull, readRow, readRows, text } from '#core'
import type { RunStore } from './ports.ts'

const LONGEST_MS = 30_000
/** Woken in one go; the others at once after that. */
const BATCH = 200

export interface WakerPorts {
  readonly store: RunStore
  readonly clock: Clock
  readonly log: Logger
  readonly wake: (runId: string) => Promise<unknown>
}

export class Waker {
  readonly #ports: WakerPorts
  #forget: (() => void) | undefined
  #looking: Promise<void> | undefined
  #stopped = false

  constructor(ports: WakerPorts) {
    this.#ports = ports
  }

  /** Looks now, and sets the next look. Call it when a run was parked until a time. */
  look(): void {
    if (this.#stopped) return
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined
    })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#forget?.()
    await this.#looking
  }

  async #look(): Promise<void> {
    const { store, clock, log, wake } = this.#ports
    this.#forget?.()
    let nextMs = LONGEST_MS
    try {
      const due = `SELECT id FROM run WHERE wake_at <= ? AND state = 'parked' ORDER BY wake_at LIMIT ${BATCH}`
      for (const { id } of await readRows(store, { id: text }, due, [clock.now()])) {
        if (this.#stopped) return
        await wake(id).catch((thrown: unknown) => log.warn('A run could not be woken.', { run: id, problem: messageOf(thrown) }))
      }
      const next = await readRow(
        store,
        { at: orNull(integer) },
        `SELECT min(wake_at) AS at FROM run WHERE wake_at IS NOT NULL AND state = 'parked'`,
      )
      if (next?.at == null) return
      // One that would not wake is tried again a second later, not at once.
      nextMs = Math.min(LONGEST_MS, Math.max(next.at - clock.now(), 1_000))
    } catch (thrown) {
      if (this.#stopped) return
      log.warn('Runs that wait for a time could not be looked for; it is tried again.', { problem: messageOf(thrown) })
    }
    if (!this.#stopped) this.#forget = clock.after(nextMs, () => this.look())
  }
}
