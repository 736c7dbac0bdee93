/** The bus itself: numbers what comes, stores it, and sees every delivery to its end. */
import type {
  CloudEvent,
  DeadGroup,
  DeadLetter,
  DeliveryRow,
  EventBatch,
  EventDraft,
  EventFilter,
  EventRow,
  SubscriptionRow,
} from '#contract'
import { integer, readRow, readRows, TroupeError, text } from '#core'
import { fromCloud, toCloud } from './cloud.ts'
import { deadGroups, deadLetters, deadOnes, type Which } from './dead.ts'
import { type Born, bear, deliveryFor, insertDeliveries, insertEvent, type Wanted, whoWants } from './emit.ts'
import { listEvents, subscriptionRows } from './look.ts'
import { Outbox, type Pending, type Settled } from './outbox.ts'
import type { BusPorts, Delivered, Statement, Subscription } from './ports.ts'
import { type Keeping, type PrunePlan, planPrune, prune } from './retention.ts'
import {
  DELIVERY,
  DELIVERY_COLUMNS,
  type DeliveryRecord,
  deliveryOf,
  EVENT,
  EVENT_COLUMNS,
  eventOf,
  putSubscription,
  SUBSCRIPTION,
  subscriptionOf,
} from './rows.ts'
import { Published, type TailAsk, tail } from './tail.ts'

/** Pending deliveries that are read in one go at the start. */
const PAGE = 5_000
/** Events of which the data is kept for their first delivery. */
const WARM = 1_000

export interface Emitted {
  readonly event: EventRow
  readonly deliveries: number
  readonly duplicate: boolean
}

export class Bus {
  readonly #ports: BusPorts
  readonly #subscriptions = new Map<string, Subscription>()
  readonly #outbox: Outbox
  readonly #warm = new Map<number, Delivered>()
  #seq = 0
  #published = new Published(0)
  #settling: { readonly outcomes: (() => Statement)[]; readonly done: Promise<void> } | undefined
  #flushing: Promise<unknown> = Promise.resolve()

  constructor(ports: BusPorts) {
    this.#ports = ports
    this.#outbox = new Outbox({
      clock: ports.clock,
      log: ports.log,
      deliver: ports.deliver,
      load: (pending) => this.#load(pending),
      settle: (pending, settled) => this.#settle(pending, settled),
      faultPoint: (name) => ports.faultPoint?.(name),
    })
  }

  /** Reads what is stored; deliveries begin with `start`. */
  async open(): Promise<void> {
    const { store } = this.#ports
    const sql = 'SELECT max(coalesce((SELECT max(seq) FROM bus_event), 0), coalesce((SELECT max(seq) FROM bus_delivery), 0)) AS seq'
    this.#seq = (await readRow(store, { seq: integer }, sql))?.seq ?? 0
    this.#published = new Published(this.#seq)
    for (const row of await readRows(store, SUBSCRIPTION, 'SELECT * FROM bus_subscription', [], { maxRows: 200_000 })) {
      const one = subscriptionOf(row)
      this.#subscriptions.set(one.id, one)
    }
  }

  /** Delivers what an engine before this one left pending. */
  async start(): Promise<void> {
    let after: readonly [number, string] = [0, '']
    for (;;) {
      const rows: readonly DeliveryRecord[] = await readRows(
        this.#ports.store,
        DELIVERY,
        `SELECT ${DELIVERY_COLUMNS} FROM bus_delivery WHERE state = 'pending' AND (event_seq, subscription_id) > (?, ?)
          ORDER BY event_seq, subscription_id LIMIT ${PAGE}`,
        after,
      )
      for (const row of rows) this.#outbox.add(pendingOf(row))
      const last = rows.at(-1)
      if (!last || rows.length < PAGE) return
      after = [last.event_seq, last.subscription_id]
    }
  }

  subscribe(subscription: Subscription): Statement {
    this.#subscriptions.set(subscription.id, subscription)
    return putSubscription(subscription)
  }

  /** What is pending for it is skipped when its turn comes. */
  unsubscribe(id: string): Statement {
    this.#subscriptions.delete(id)
    return { sql: 'DELETE FROM bus_subscription WHERE id = ?', params: [id] }
  }

  /** Answers when it is durable. TOO_LARGE, DISK. */
  async emit(
    given: EventDraft & { readonly costUsd?: number | null },
    givenExtra: Readonly<Record<string, unknown>> = {},
  ): Promise<Emitted> {
    const { redactor } = this.#ports
    const draft = { ...redactor.value(given), data: redactor.json(given.data) }
    const extra = redactor.json(givenExtra)
    const born = await bear(this.#ports, draft, extra)
    const wanted = await whoWants(this.#ports, born, draft.data, [...this.#subscriptions.values()])
    const event = { ...born.event, seq: this.#next() }
    const rows = wanted.map((one) => deliveryFor(event, one, this.#next(), 1))
    const upTo = this.#seq
    try {
      await this.#ports.store.write([insertEvent({ ...born, event }), ...insertDeliveries(rows)])
    } catch (thrown) {
      const known = thrown instanceof TroupeError && thrown.code === 'CONFLICT' ? await this.#find(event.source, event.id) : undefined
      if (known) return { event: known, deliveries: 0, duplicate: true }
      throw thrown
    }
    this.#ports.faultPoint?.('event-stored')
    this.#hand(born, event, draft.data, rows, wanted)
    this.#published.set(upTo)
    return { event, deliveries: rows.length, duplicate: false }
  }

  async take(event: CloudEvent): Promise<Emitted> {
    const { draft, extra } = fromCloud(event)
    return this.emit(draft, extra)
  }

  async get(seq: number): Promise<{ event: EventRow; deliveries: DeliveryRow[]; cloud: CloudEvent }> {
    const { store } = this.#ports
    const row = await readRow(store, { ...EVENT, extra: text }, `SELECT ${EVENT_COLUMNS}, extra FROM bus_event WHERE seq = ?`, [seq])
    if (!row) throw new TroupeError('NOT_FOUND', `There is no event ${seq}, or it is no longer kept.`)
    const event = eventOf(row, true)
    const rows = await readRows(store, DELIVERY, `SELECT ${DELIVERY_COLUMNS} FROM bus_delivery WHERE event_seq = ?`, [seq])
    return {
      event,
      deliveries: rows.map(deliveryOf),
      cloud: toCloud(event, row.extra === '' ? {} : (JSON.parse(row.extra) as Record<string, unknown>)),
    }
  }

  list(ask: { filter: EventFilter; before?: number | undefined; limit: number }): Promise<EventRow[]> {
    return listEvents(this.#ports.store, ask)
  }

  tail(
    ask: { fromSeq?: number | undefined; types?: readonly string[] | undefined },
    signal: AbortSignal,
  ): AsyncGenerator<EventBatch, void> {
    const from: TailAsk = { fromSeq: ask.fromSeq ?? this.#published.seq + 1, types: ask.types }
    return tail(this.#ports, this.#published, from, signal)
  }

  subscriptions(): Promise<SubscriptionRow[]> {
    return subscriptionRows(this.#ports.store, [...this.#subscriptions.values()])
  }

  async replay(ask: {
    fromSeq: number
    toSeq: number
    subscriptionId?: string | undefined
    plan: boolean
  }): Promise<{ events: number; deliveries: number }> {
    const only = ask.subscriptionId
    if (only !== undefined && !this.#subscriptions.has(only)) throw new TroupeError('NOT_FOUND', `There is no subscription ${only}.`)
    const { store } = this.#ports
    const events = await readRows(
      store,
      EVENT,
      `SELECT ${EVENT_COLUMNS} FROM bus_event WHERE seq BETWEEN ? AND ? ORDER BY seq LIMIT 1001`,
      [ask.fromSeq, ask.toSeq],
    )
    if (events.length > 1000)
      throw new TroupeError('TOO_LARGE', 'At most 1,000 events are replayed at once.', { hint: 'Take a shorter span of numbers.' })
    let deliveries = 0
    for (const row of events) {
      const event = eventOf(row, true)
      const data: unknown = event.data === '' ? undefined : JSON.parse(event.data)
      const wanted = await whoWants(this.#ports, { event, path: [], extra: {}, costUsd: null }, data, [...this.#subscriptions.values()])
      const chosen = wanted.filter(({ subscription }) => only === undefined || subscription.id === only)
      deliveries += chosen.length
      if (!ask.plan) await this.#again(event, chosen)
    }
    return { events: events.length, deliveries }
  }

  deadGroups(): Promise<DeadGroup[]> {
    return deadGroups(this.#ports.store)
  }

  deadLetters(which: Which, limit: number): Promise<DeadLetter[]> {
    return deadLetters(this.#ports.store, which, limit, (id) => this.#subscriptions.get(id)?.name ?? id)
  }

  async redrive(which: Which): Promise<number> {
    const rows = await deadOnes(this.#ports.store, which, PAGE)
    await this.#move(rows, 'pending')
    for (const row of rows) this.#outbox.add({ ...pendingOf(row), tries: 0, nextAt: 0 })
    return rows.length
  }

  async discard(which: Which): Promise<number> {
    const rows = await deadOnes(this.#ports.store, which, PAGE)
    await this.#move(rows, 'discarded')
    return rows.length
  }

  planPrune(keeping: Keeping): Promise<PrunePlan> {
    return planPrune(this.#ports.store, keeping, this.#ports.clock.now())
  }

  prune(keeping: Keeping): Promise<PrunePlan> {
    return prune(this.#ports.store, keeping, this.#ports.clock.now())
  }

  /** Deliveries that are still to be made, in memory. */
  get pending(): number {
    return this.#outbox.size
  }

  async stop(): Promise<void> {
    await this.#outbox.stop()
    await this.#settling?.done
    await this.#flushing
  }

  #next(): number {
    this.#seq += 1
    return this.#seq
  }

  #hand(born: Born, event: EventRow, data: unknown, rows: readonly DeliveryRecord[], wanted: readonly Wanted[]): void {
    if (wanted.some(({ stopped }) => stopped === undefined)) {
      if (this.#warm.size >= WARM) this.#warm.clear()
      this.#warm.set(event.seq, { event, data, reference: '', path: born.path })
    }
    for (const row of rows) if (row.state === 'pending') this.#outbox.add(pendingOf(row))
  }

  async #load({ eventSeq, round }: Pending): Promise<Delivered | undefined> {
    const reference = `${eventSeq}.${round}`
    const warm = this.#warm.get(eventSeq)
    if (warm) return { ...warm, reference }
    const row = await readRow(this.#ports.store, { ...EVENT, path: text }, `SELECT ${EVENT_COLUMNS}, path FROM bus_event WHERE seq = ?`, [
      eventSeq,
    ])
    if (!row) return undefined
    const event = eventOf(row, true)
    return {
      event,
      data: event.data === '' ? undefined : (JSON.parse(event.data) as unknown),
      reference,
      path: row.path === '' ? [] : (JSON.parse(row.path) as string[]),
    }
  }

  /** Outcomes that come while a write is under way go with the next one, together. */
  #settle(pending: Pending, settled: Settled): Promise<void> {
    const settling = this.#settling ?? this.#gather()
    settling.outcomes.push(() => this.#outcome(pending, settled))
    return settling.done
  }

  #gather() {
    const outcomes: (() => Statement)[] = []
    const done = this.#flushing
      .catch(() => undefined)
      .then(async () => {
        this.#settling = undefined
        // Numbered here, at the write: whoever follows must not see a later number stored before an earlier one. [BU3]
        const statements = outcomes.map((outcome) => outcome())
        const upTo = this.#seq
        await this.#ports.store.write(statements)
        this.#ports.faultPoint?.('delivery-stored')
        this.#published.set(upTo)
      })
    this.#flushing = done.catch(() => undefined)
    this.#settling = { outcomes, done }
    return this.#settling
  }

  #outcome({ eventSeq, subscriptionId, round, tries }: Pending, settled: Settled): Statement {
    const waits = settled.state === 'pending'
    const fireId = 'fireId' in settled ? settled.fireId : null
    const runId = 'runId' in settled ? settled.runId : null
    return {
      sql: `UPDATE bus_delivery SET state = ?, reason = ?, tries = ?, next_at = ?, fire_id = ?, run_id = ?, changed_at = ?, like_group = ?, seq = ?
        WHERE event_seq = ? AND subscription_id = ? AND round = ? AND state = 'pending'`,
      params: [
        settled.state,
        'reason' in settled ? settled.reason : '',
        tries + 1,
        waits ? settled.nextAt : null,
        fireId,
        runId,
        this.#ports.clock.now(),
        settled.state === 'dead' ? settled.group : '',
        this.#next(),
        eventSeq,
        subscriptionId,
        round,
      ],
    }
  }

  async #move(rows: readonly DeliveryRecord[], state: 'pending' | 'discarded'): Promise<void> {
    if (rows.length === 0) return
    const now = this.#ports.clock.now()
    const statements = rows.map((row) => ({
      sql: `UPDATE bus_delivery SET state = ?, tries = 0, next_at = NULL, changed_at = ?, seq = ? WHERE event_seq = ? AND subscription_id = ? AND state = 'dead'`,
      params: [state, now, this.#next(), row.event_seq, row.subscription_id],
      expectChanges: 1,
    }))
    const upTo = this.#seq
    await this.#ports.store.write(statements)
    this.#published.set(upTo)
    this.#ports.announce('event', '', state === 'pending' ? 'redriven' : 'discarded')
  }

  async #again(event: EventRow, wanted: readonly Wanted[]): Promise<void> {
    if (wanted.length === 0) return
    const sql = `SELECT ${DELIVERY_COLUMNS} FROM bus_delivery WHERE event_seq = ?`
    const before = new Map((await readRows(this.#ports.store, DELIVERY, sql, [event.seq])).map((row) => [row.subscription_id, row]))
    const rows = wanted
      .filter(({ subscription }) => before.get(subscription.id)?.state !== 'pending')
      .map((one) => deliveryFor(event, { ...one, stopped: undefined }, this.#next(), (before.get(one.subscription.id)?.round ?? 0) + 1))
    const upTo = this.#seq
    await this.#ports.store.write([
      ...rows.map((row) => ({
        sql: 'DELETE FROM bus_delivery WHERE event_seq = ? AND subscription_id = ?',
        params: [event.seq, row.subscription_id],
      })),
      ...insertDeliveries(rows),
    ])
    this.#published.set(upTo)
    for (const row of rows) this.#outbox.add(pendingOf(row))
  }

  async #find(source: string, id: string): Promise<EventRow | undefined> {
    const row = await readRow(this.#ports.store, EVENT, `SELECT ${EVENT_COLUMNS} FROM bus_event WHERE source = ? AND id = ?`, [source, id])
    return row && eventOf(row)
  }
}

function pendingOf(row: DeliveryRecord): Pending {
  return {
    eventSeq: row.event_seq,
    subscriptionId: row.subscription_id,
    key: row.key,
    round: row.round,
    tries: row.tries,
    nextAt: row.next_at ?? 0,
  }
}
