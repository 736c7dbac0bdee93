/** What the bus needs from outside. */
import type { EventRow } from '#contract'
import type { Announce, Chance, Clock, Logger, Redactor, RowReader, Statement } from '#core'

export type { Migration, Statement } from '#core'

export interface BusStore extends RowReader {
  write(statements: readonly Statement[]): Promise<unknown>
}

/** An event as its subscriber is handed it. */
export interface Delivered {
  readonly event: EventRow
  /** Parsed. */
  readonly data: unknown
  /** `event.round`: a subscriber that has it already answers what it did then. */
  readonly reference: string
  /** Triggers among its causes, the first one first. */
  readonly path: readonly string[]
}

export type Delivery =
  | { readonly state: 'delivered'; readonly fireId: string | null; readonly runId: string | null }
  | { readonly state: 'skipped'; readonly reason: string; readonly fireId: string | null }

/** What a run that says something goes on from. */
export interface Cause {
  readonly rootId: string
  readonly depth: number
  readonly path: readonly string[]
}

export interface BusPorts {
  readonly store: BusStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  /** Before an event is looked at or stored: what is lent just now is taken out of it. */
  readonly redactor: Pick<Redactor, 'value' | 'json'>
  /** Hands an event to a subscriber. Throws a TroupeError when it could not: `retry` says whether it is tried again. */
  readonly deliver: (subscriptionId: string, delivered: Delivered) => Promise<Delivery>
  /** What started a run; undefined: a person. */
  readonly causeOf: (runId: string) => Promise<Cause | undefined>
  /** A named fault point, for tests that end the process there. */
  readonly faultPoint?: (name: 'event-stored' | 'delivery-begun' | 'delivery-done' | 'delivery-stored') => void
}

export interface Subscription {
  readonly id: string
  readonly name: string
  readonly personaId: string | null
  readonly types: readonly string[]
  readonly filter: readonly { readonly path: string; readonly is: string; readonly value: string }[]
  /** Path of the ordering key; empty: all events of the subscription are one order. `*`: the event's own key. */
  readonly orderBy: string
  /** Only events of this source; empty: of any. */
  readonly source: string
  readonly enabled: boolean
}
