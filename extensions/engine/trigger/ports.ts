/** What the trigger room needs from outside. The composition root plugs each. */
import type { EventDraft, MissedPolicy, ScheduleRule, TriggerWhen } from '#contract'
import type { FireWhy, RunState } from '#contract/plain'
import type { Announce, Chance, Clock, Logger, RawRow, ReadBounds, RowReader, SqlValue, Statement } from '#core'

export type { Migration, SqlValue, Statement } from '#core'

export interface TriggerStore extends RowReader {
  read(sql: string, params?: readonly SqlValue[], bounds?: ReadBounds): Promise<readonly RawRow[]>
  write(statements: readonly Statement[]): Promise<unknown>
  /** Many transactions in one message; each stands or falls alone. */
  batch(writes: readonly (readonly Statement[])[]): Promise<readonly ({ readonly results: unknown } | { readonly error: Error })[]>
}

export interface Cursor {
  readonly accountedTo: number
  readonly ahead: readonly number[]
  readonly skipUntil: number | null
}

export interface Reason {
  readonly why: FireWhy
  readonly text: string
}

export interface Line {
  readonly dueFrom: number
  readonly due: number
  readonly count: number | null
  readonly state: 'fire' | 'missed' | 'skipped'
  readonly cause: 'schedule' | 'catch-up'
  readonly why: FireWhy | null
  readonly text: string
  readonly startAt: number
}

interface Part {
  readonly dueFrom: number
  readonly due: number
  readonly count: number | null
}

/** The clock did something since the last look. */
export interface ClockChange {
  readonly kind: 'back' | 'slept' | 'zone'
  readonly from: number
  readonly to: number
  readonly zone: string
}
export type Look = { readonly kind: 'steady' } | { readonly kind: 'slept' | 'back'; readonly from: number; readonly to: number }

export interface Clockwork {
  set(id: string, at: number): void
  delete(id: string): void
  readonly next: number
  readonly size: number
  timeOf(id: string): number | undefined
  look(): Promise<void>
  stop(): Promise<void>
}

/** The schedule room's door, as far as this room uses it. */
export interface ScheduleDoor {
  account(ask: {
    readonly rule: ScheduleRule
    readonly zone: string
    readonly cursor: Cursor
    readonly now: number
    readonly policy: MissedPolicy
    readonly standing: Reason | null
    readonly absence: Reason
    readonly expiresAt: number | null
    readonly limits: { readonly onTimeMs: number; readonly staggerMs: number; readonly countedDueTimes: number }
  }): { readonly lines: readonly Line[]; readonly cursor: Cursor }
  retract(
    rule: ScheduleRule,
    zone: string,
    line: Part & { readonly ran: boolean },
    now: number,
    counted: number,
  ):
    | { readonly to: 'gone' }
    | { readonly to: 'cut'; readonly line: Part }
    | { readonly to: 'kept'; readonly ahead: number; readonly counted: Part | null }
  nextDue(rule: ScheduleRule, zone: string, after: number): { readonly at: number; readonly mark: 'none' | 'gap' | 'twice' } | null
  nextDues(
    rule: ScheduleRule,
    zone: string,
    after: number,
    count: number,
  ): readonly { readonly at: number; readonly mark: 'none' | 'gap' | 'twice' | 'shift' }[]
  checkRule(rule: ScheduleRule, zone: string): void
  isZone(zone: string): boolean
  wallText(zone: string, at: number): string
  offsetText(zone: string, at: number): string
  wallAt(zone: string, at: number): number
  jitterOf(id: string, mostMs: number): number
  loadRrule(): Promise<void>
  loadWords(): Promise<{
    describeRule(rule: ScheduleRule, zone: string): string
    durationWords(ms: number): string
    readWords(text: string, zone: string, now: number): { readonly rule: ScheduleRule } | { readonly problem: string }
  }>
  clockwork(ports: {
    readonly clock: Clock
    readonly log: Logger
    readonly zone: () => string
    due(ids: readonly string[], look: Look): Promise<void>
    changed(what: ClockChange): Promise<void>
  }): Clockwork
}

export interface Subscription {
  readonly id: string
  readonly name: string
  readonly personaId: string | null
  readonly types: readonly string[]
  readonly filter: readonly { readonly path: string; readonly is: string; readonly value: string }[]
  readonly orderBy: string
  readonly source: string
  readonly enabled: boolean
}

/** The bus, as far as this room uses it. Subscriptions are written in this room's transactions. */
export interface BusDoor {
  subscribe(subscription: Subscription): Statement
  unsubscribe(id: string): Statement
  emit(draft: EventDraft & { readonly costUsd?: number | null }): Promise<{ readonly event: { readonly seq: number } }>
}

/** What is delivered to a trigger. */
export interface Arrival {
  readonly event: {
    readonly seq: number
    readonly id: string
    readonly type: string
    readonly source: string
    readonly subject: string
    readonly time: number
    readonly rootId: string
    readonly depth: number
  }
  readonly data: unknown
  readonly reference: string
  readonly path: readonly string[]
}

export interface RunAsk {
  /** Chosen by this room, so that asking twice makes one run. */
  readonly id: string
  readonly personaId: string
  readonly input: string
  readonly params: Readonly<Record<string, string>>
  readonly priority: 'high' | 'normal' | 'low'
}

export interface RunEnd {
  readonly id: string
  readonly personaId: string | null
  readonly personaName: string
  readonly state: RunState
  readonly reason: string
  readonly result: string
  readonly durationMs: number | null
  readonly costUsd: number | null
}

export interface RunsDoor {
  /** NOT_FOUND, WRONG_STATE (asleep, archived), INVALID, FULL. CONFLICT: a run of this id is there already. */
  start(ask: RunAsk): Promise<unknown>
  /** undefined: there is no such run. */
  stateOf(id: string): Promise<{ readonly state: RunState; readonly costUsd: number | null; readonly endedAt: number | null } | undefined>
  cancel(id: string): Promise<void>
  /** Runs that have ended since then, also those that nobody told of. */
  endedSince(at: number): Promise<readonly RunEnd[]>
  /** The latest ends of a persona: how long, and how dear. */
  history(personaId: string): Promise<{ readonly durationMs: number | null; readonly costUsd: number | null; readonly concurrency: number }>
}

/** What watches the world for a trigger; it ends with `stop`. */
export interface Watching {
  readonly ok: boolean
  /** What it does now, or why it cannot. */
  readonly note: string
  stop(): Promise<void>
}
/** Begins to watch for a trigger; what happens is said by `emit` as an event of `source`. */
export type Watcher = (ask: {
  readonly triggerId: string
  readonly when: TriggerWhen
  readonly source: string
  readonly clock: Clock
  readonly log: Logger
  emit(draft: Omit<EventDraft, 'source' | 'subject' | 'key'> & { readonly subject?: string }): Promise<void>
  /** What is kept for it from one start to the next. */
  readonly memory: { read(): Promise<string | undefined>; write(text: string): Promise<void> }
}) => Promise<Watching>

export interface TriggerPorts {
  readonly store: TriggerStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly schedule: ScheduleDoor
  readonly bus: BusDoor
  readonly runs: RunsDoor
  /** undefined: there is no such persona. */
  readonly personaName: (id: string) => Promise<string | undefined>
  readonly machineZone: () => string
  /** By kind: file, poll, clipboard, focus, webhook. A kind without one is told as not available here. */
  readonly watchers: Partial<Record<TriggerWhen['kind'], Watcher>>
  /** Tells the person: needs you, failed. */
  readonly tell: (what: {
    readonly kind: 'needs-you' | 'failed'
    readonly title: string
    readonly text: string
    readonly triggerId: string
  }) => void
  /** The port of the webhook server; null: it is off. */
  readonly webhookPort: () => number | null
  /** What goes with a webhook's trigger in the same transaction, when it comes or goes. */
  readonly webhooks: { made(triggerId: string): Statement[]; gone(triggerId: string): Statement[] }
  readonly faultPoint?: (name: 'fire-stored' | 'run-asked' | 'run-started') => void
}
