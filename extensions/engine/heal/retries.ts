/** Retries that wait: one timer for the next of them, at most 30 s ahead; each begins once, and not more than a few in a minute. */
import { asTroupeError, messageOf } from '#core'
import { HEALING } from './classes.ts'
import type { HealPorts } from './ports.ts'
import { Storm } from './storm.ts'
import { beginRetry, nextDue, postpone, type Retry, waitingRetries } from './table.ts'

const LOOK_MS = 30_000
const BATCH = 200

export class Retries {
  readonly #ports: HealPorts
  readonly #storm = new Storm(HEALING.stormPerMinute, 60_000)
  #cancel: (() => void) | undefined
  #looking: Promise<void> | undefined
  #again = false
  #stopped = false

  constructor(ports: HealPorts) {
    this.#ports = ports
  }

  /** Begins what is due, and sets the timer for the next one. Call it when a retry is new, and at the start. */
  look(): void {
    if (this.#stopped || this.#ports.safeMode.on) return
    if (this.#looking) {
      this.#again = true
      return
    }
    this.#looking = this.#look()
      .catch((thrown: unknown) => {
        this.#ports.log.warn('Retries could not be looked at; it is tried again.', { problem: messageOf(thrown) })
        this.#sleep(LOOK_MS)
      })
      .finally(() => {
        this.#looking = undefined
        if (this.#again) {
          this.#again = false
          this.look()
        }
      })
  }

  async #look(): Promise<void> {
    this.#cancel?.()
    this.#cancel = undefined
    const { store, clock } = this.#ports
    for (const retry of await waitingRetries(store, BATCH)) {
      if (this.#stopped) return
      if (retry.dueAt > clock.now()) break
      const later = this.#storm.begin(clock.now())
      if (later !== null) {
        await store.write([postpone(later)])
        break
      }
      await this.begin(retry)
    }
    const due = await nextDue(store)
    if (due !== null) this.#sleep(Math.min(LOOK_MS, Math.max(1, due - clock.now())))
  }

  #sleep(ms: number): void {
    if (this.#stopped) return
    this.#cancel?.()
    this.#cancel = this.#ports.clock.after(ms, () => this.look())
  }

  /** Its row leaves `waiting` first. A run that cannot be resumed has ended meanwhile, or the next start finds it. */
  async begin({ runId, change, about, attempts }: Retry): Promise<void> {
    const { store, clock, log, announce, resume } = this.#ports
    try {
      await store.write([beginRetry(runId, clock.now())])
    } catch (thrown) {
      if (asTroupeError(thrown).code === 'CONFLICT') return
      throw thrown
    }
    announce('health', runId, 'begun')
    try {
      await resume(runId, { change, about, attempt: attempts + 1 })
    } catch (thrown) {
      log.warn('A run could not be tried again.', { run: runId, problem: messageOf(thrown) })
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel?.()
    await this.#looking
  }
}
