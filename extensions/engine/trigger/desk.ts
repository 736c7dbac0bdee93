/** Trigger documents: made, saved, turned on and off, removed; each with its schedule, subscription and watcher. [TR1], [TR2], [TR3] */
import type { TriggerDoc } from '#contract'
import { TRIGGER_LIMITS } from '#contract/plain'
import { integer, newId, type OneAtATime, readRow, TroupeError } from '#core'
import { checkTrigger } from './check.ts'
import { type Entry, putEntry } from './entry.ts'
import { dropFact } from './facts.ts'
import { fireRows } from './fire-rows.ts'
import type { Ledger, Wakes } from './ledger.ts'
import type { Reason, Statement, TriggerPorts } from './ports.ts'
import { allTriggers } from './present.ts'
import { type DocRecord, putDoc } from './rows.ts'
import { subscriptionFor } from './subscriptions.ts'
import type { Watchers } from './watching.ts'

export class Desk {
  readonly #ports: TriggerPorts
  readonly #ledger: Ledger
  readonly #watchers: Watchers
  readonly #clockwork: Wakes
  readonly #turn: OneAtATime
  /** Triggers that a composite waits for. */
  parts: ReadonlySet<string> = new Set()

  constructor(ports: TriggerPorts, ledger: Ledger, watchers: Watchers, clockwork: Wakes, turn: OneAtATime) {
    this.#ports = ports
    this.#ledger = ledger
    this.#watchers = watchers
    this.#clockwork = clockwork
    this.#turn = turn
  }

  create(doc: TriggerDoc): Promise<string> {
    return this.#turn(async () => {
      const { store, chance, clock, webhooks } = this.#ports
      const id = newId(chance, 'trg')
      await checkTrigger(this.#ports, doc, id)
      const count = (await readRow(store, { n: integer }, 'SELECT count(*) AS n FROM trigger_doc'))?.n ?? 0
      if (count >= TRIGGER_LIMITS.triggers)
        throw new TroupeError('FULL', `There are ${count} triggers already, and ${TRIGGER_LIMITS.triggers} is the most.`)
      const now = clock.now()
      const { statements, entry } = this.#belongings(id, doc, doc.enabled)
      const hooks = doc.when.kind === 'webhook' ? webhooks.made(id) : []
      await store.write([putDoc(id, doc, now, { version: 1, createdAt: now }), ...statements, ...hooks])
      await this.#took(id, doc, doc.enabled, entry)
      return id
    })
  }

  save(id: string, doc: TriggerDoc, version: number): Promise<void> {
    return this.#turn(async () => {
      const before = await this.must(id)
      if (before.version !== version)
        throw new TroupeError(
          'CONFLICT',
          `This trigger was changed meanwhile (version ${before.version}, and yours began with ${version}).`,
          { facts: { version: before.version } },
        )
      await checkTrigger(this.#ports, doc, id)
      await this.#closeAccount(id, before, doc.enabled ? null : { why: 'disabled', text: 'The trigger was off.' })
      const { webhooks, store, clock } = this.#ports
      const live = doc.enabled && before.held === ''
      const { statements, entry } = this.#belongings(id, doc, live)
      const was = before.doc.when.kind === 'webhook'
      const is = doc.when.kind === 'webhook'
      const hooks = was === is ? [] : is ? webhooks.made(id) : webhooks.gone(id)
      await store.write([putDoc(id, doc, clock.now(), { version: version + 1, createdAt: before.created_at }), ...statements, ...hooks])
      await this.#took(id, doc, live, entry)
    })
  }

  async enable(id: string, enabled: boolean): Promise<void> {
    const { doc, version, held } = await this.must(id)
    if (enabled && held !== '')
      await this.#ports.store.write([{ sql: "UPDATE trigger_doc SET held = '', failures = 0 WHERE id = ?", params: [id] }])
    return this.save(id, { ...doc, enabled }, version)
  }

  remove(id: string): Promise<void> {
    return this.#turn(async () => {
      const { doc } = await this.must(id)
      await this.#watchers.end(id)
      this.#ledger.remove(id)
      const gone = [
        { sql: 'DELETE FROM trigger_doc WHERE id = ?', params: [id], expectChanges: 1 },
        { sql: 'DELETE FROM trigger_schedule WHERE trigger_id = ?', params: [id] },
        this.#ports.bus.unsubscribe(id),
        dropFact(`memory:${id}`),
        ...(doc.when.kind === 'webhook' ? this.#ports.webhooks.gone(id) : []),
      ]
      await this.#ports.store.write(gone)
      await this.readParts()
      this.#ports.announce('trigger', id, 'removed')
    })
  }

  /** The statements that go with a document: its schedule and its subscription. [TR2] */
  #belongings(id: string, doc: TriggerDoc, live: boolean): { statements: Statement[]; entry: Entry | null } {
    const subscription = subscriptionFor(id, doc, live)
    const statements = [subscription ? this.#ports.bus.subscribe(subscription) : this.#ports.bus.unsubscribe(id)]
    if (doc.when.kind !== 'schedule') {
      statements.push({ sql: 'DELETE FROM trigger_schedule WHERE trigger_id = ?', params: [id] })
      return { statements, entry: null }
    }
    const { personaId, zone, missed, jitterMs, expiresAt } = doc
    const entry = this.#ledger.born({ id, personaId, rule: doc.when.rule, zone, missed, jitterMs, expiresAt })
    return { statements: [...statements, putEntry(entry, live)], entry }
  }

  async #took(id: string, doc: TriggerDoc, live: boolean, entry: Entry | null): Promise<void> {
    if (entry && live) this.#ledger.put(entry)
    else this.#ledger.remove(id)
    await this.readParts()
    await this.#watchers.set(id, doc, live)
    if (doc.silentAfterMs > 0 && live) this.#clockwork.set(`silent:${id}`, this.#ports.clock.now() + doc.silentAfterMs)
    else this.#clockwork.delete(`silent:${id}`)
    this.#ports.announce('trigger', id, 'saved')
  }

  /** Before its rule changes or it is turned off: what was due is accounted for; if it was off, with that as the reason. [TR3] */
  async #closeAccount(id: string, before: DocRecord, after: Reason | null): Promise<void> {
    const entry = this.#ledger.entries.get(id)
    if (entry) await this.#ledger.accountFor([entry], null)
    else if (before.doc.when.kind === 'schedule' && after === null) {
      const why =
        before.held === '' ? ({ why: 'disabled', text: 'The trigger was off.' } as const) : ({ why: 'stopped', text: before.held } as const)
      await this.#ledger.accountOff(id, why)
    }
  }

  async readParts(): Promise<void> {
    const rows = await allTriggers(this.#ports.store, "WHERE kind = 'composite' AND enabled = 1")
    this.parts = new Set(rows.flatMap(({ doc }) => (doc.when.kind === 'composite' ? doc.when.of : [])))
  }

  async must(id: string): Promise<DocRecord> {
    const row = await fireRows(this.#ports.store).trigger(id)
    if (!row) throw new TroupeError('NOT_FOUND', `There is no trigger ${id}.`)
    return row
  }
}
