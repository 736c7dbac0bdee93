/** Who follows the bus: reads what is stored beyond a number, and waits for more. [BU3] */
import type { EventBatch } from '#contract'
import { LIMITS } from '#contract/plain'
import { type Clock, integer, readRow, readRows, text } from '#core'
import { typeFits } from './match.ts'
import type { BusStore } from './ports.ts'
import { DELIVERY, DELIVERY_COLUMNS, deliveryOf, EVENT, EVENT_COLUMNS_SHORT, eventOf } from './rows.ts'

/** How far all is stored, and who wants to know when that changes. */
export class Published {
  #seq: number
  readonly #waiting = new Set<() => void>()

  constructor(seq: number) {
    this.#seq = seq
  }

  get seq(): number {
    return this.#seq
  }

  set(seq: number): void {
    if (seq <= this.#seq) return
    this.#seq = seq
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }

  /** Resolves at the next change, or when the signal is aborted. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done, { once: true })
      if (signal.aborted) done()
    })
  }
}

export interface TailAsk {
  readonly fromSeq: number
  readonly types?: readonly string[] | undefined
}

export async function* tail(
  { store, clock }: { readonly store: BusStore; readonly clock: Clock },
  published: Published,
  { fromSeq, types }: TailAsk,
  signal: AbortSignal,
): AsyncGenerator<EventBatch, void> {
  let upTo = fromSeq - 1
  const oldest = await readRow(store, { seq: integer }, 'SELECT coalesce(min(seq), 0) AS seq FROM bus_event')
  let missedTo = oldest && oldest.seq > fromSeq && fromSeq > 0 ? oldest.seq - 1 : 0
  const wants = (type: string): boolean => !types || types.length === 0 || types.some((pattern) => typeFits(pattern, type))
  while (!signal.aborted) {
    if (published.seq <= upTo) {
      await published.changed(signal)
      // Those that come close together go together.
      await new Promise<void>((resolve) => clock.after(LIMITS.batchMs, resolve))
      continue
    }
    const batch = await readBatch(store, upTo, published.seq)
    upTo = batch.upTo
    const events = batch.events.filter(({ type }) => wants(type))
    const deliveries = batch.deliveries.filter(({ type }) => wants(type)).map(({ row }) => row)
    if (events.length > 0 || deliveries.length > 0 || missedTo > 0) yield { events, deliveries, upTo, missedTo }
    missedTo = 0
  }
}

async function readBatch(store: BusStore, after: number, upTo: number) {
  const bounds = [after, upTo] as const
  const [events, deliveries] = await Promise.all([
    readRows(
      store,
      EVENT,
      `SELECT ${EVENT_COLUMNS_SHORT} FROM bus_event WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ${LIMITS.batchEvents}`,
      bounds,
    ),
    readRows(
      store,
      { ...DELIVERY, type: text },
      `SELECT ${DELIVERY_COLUMNS.split(', ')
        .map((name) => `d.${name}`)
        .join(', ')}, coalesce(e.type, '') AS type
        FROM bus_delivery AS d LEFT JOIN bus_event AS e ON e.seq = d.event_seq
        WHERE d.seq > ? AND d.seq <= ? ORDER BY d.seq LIMIT ${LIMITS.batchEvents}`,
      bounds,
    ),
  ])
  // A list that is full was cut: what lies beyond its end comes with the next batch.
  const cut = [events, deliveries].filter((list) => list.length === LIMITS.batchEvents).map((list) => list.at(-1)?.seq ?? upTo)
  const end = Math.min(upTo, ...cut)
  return {
    upTo: end,
    events: events.filter(({ seq }) => seq <= end).map((row) => eventOf(row)),
    deliveries: deliveries.filter(({ seq }) => seq <= end).map((row) => ({ row: deliveryOf(row), type: row.type })),
  }
}
