/** What watches the world: one for each trigger of a kind that needs it, begun when it is turned on and ended when it is turned off. */
import type { TriggerDoc } from '#contract'
import { type Logger, messageOf } from '#core'
import { putFact, readFact } from './facts.ts'
import type { TriggerPorts, Watching } from './ports.ts'
import { sourceOf } from './subscriptions.ts'

const KINDS: readonly string[] = ['file', 'poll', 'clipboard', 'focus', 'webhook']

export class Watchers {
  readonly #ports: TriggerPorts
  readonly #log: Logger
  readonly #running = new Map<string, Promise<Watching>>()

  constructor(ports: TriggerPorts) {
    this.#ports = ports
    this.#log = ports.log
  }

  /** On as it is now; one that runs already is ended first. */
  async set(id: string, doc: TriggerDoc, live: boolean): Promise<void> {
    await this.end(id)
    if (!live || !KINDS.includes(doc.when.kind)) return
    const begun = this.#begin(id, doc).catch((thrown: unknown): Watching => {
      this.#log.warn('A trigger cannot watch what it is meant to.', { trigger: id, problem: messageOf(thrown) })
      return { ok: false, note: messageOf(thrown), stop: async () => undefined }
    })
    this.#running.set(id, begun)
    await begun
  }

  async end(id: string): Promise<void> {
    const running = this.#running.get(id)
    this.#running.delete(id)
    await (await running)?.stop()
  }

  async states(): Promise<{ triggerId: string; what: string; ok: boolean; note: string }[]> {
    const all = await Promise.all([...this.#running].map(async ([triggerId, running]) => ({ triggerId, watching: await running })))
    return all.map(({ triggerId, watching: { ok, note } }) => ({ triggerId, what: note, ok, note: ok ? '' : note }))
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.end(id)))
  }

  async #begin(id: string, doc: TriggerDoc): Promise<Watching> {
    const { watchers, store, bus, clock } = this.#ports
    const watcher = watchers[doc.when.kind]
    if (!watcher) return { ok: false, note: `This machine cannot tell (${doc.when.kind}).`, stop: async () => undefined }
    const source = sourceOf(id)
    return watcher({
      triggerId: id,
      when: doc.when,
      source,
      clock,
      log: this.#log,
      emit: async (draft) => {
        await bus.emit({ subject: '', key: '', ...draft, source })
      },
      memory: {
        read: () => readFact(store, `memory:${id}`),
        write: async (text) => {
          await store.write([putFact(`memory:${id}`, text)])
        },
      },
    })
  }
}
