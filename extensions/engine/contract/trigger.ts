/** Triggers, their fires, and schedules. One schema for form, store and engine. */
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { FIRE_CAUSES, FIRE_STATES, FIRE_WHYS, SIGNATURE_STYLES, TRIGGER_KINDS, TRIGGER_LIMITS } from './trigger-words.ts'

const text = (max: number) => z.string().max(max)
const name = z.string().trim().min(1).max(LIMITS.nameChars)
const template = text(TRIGGER_LIMITS.templateChars)
const YEAR_MS = 366 * 24 * 3_600_000
const ms = (max = YEAR_MS) => z.int().min(0).max(max)

/** `09:30`, in the trigger's zone. */
export const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written 09:30')

/** Some hours of some days; `to` before `from` goes over midnight, and belongs to the day on which it begins. */
export const hours = z.strictObject({
  /** 1 Monday … 7 Sunday; empty: every day. */
  days: z.array(z.int().min(1).max(7)).max(7).default([]),
  from: clockTime,
  to: clockTime,
})
export type Hours = z.infer<typeof hours>

/** One thing that must hold of an event; all of a list must. */
export const condition = z.strictObject({
  /** A path such as `data.action` or `data.items[0].id`; also `type`, `source`, `subject`. */
  path: z.string().min(1).max(300),
  is: z.enum(['equals', 'not', 'contains', 'exists', 'missing', 'above', 'below', 'one-of']),
  /** Compared as text, as a number for above and below; a list with commas for one-of. */
  value: text(2000).default(''),
})
export type Condition = z.infer<typeof condition>
const conditions = z.array(condition).max(TRIGGER_LIMITS.conditions).default([])

/** `order.created`, `order.*` (one part), `order.**` (any rest), `**` (all). */
export const typePattern = z
  .string()
  .min(1)
  .max(200)
  .regex(/^(?:[\w:-]+|\*{1,2})(?:\.(?:[\w:-]+|\*{1,2}))*$/, 'a pattern is like order.created, order.* or order.**')

export const scheduleRule = z.discriminatedUnion('how', [
  /** Five fields (minute first) or six (second first); L, W, # and names are known. On the zone's wall clock. */
  z.strictObject({ how: z.literal('cron'), expression: z.string().trim().min(1).max(200) }),
  /** Every so many milliseconds since `anchor`, whatever the clocks do. */
  z.strictObject({ how: z.literal('interval'), everyMs: z.int().min(1000).max(YEAR_MS), anchor: z.int().min(0).default(0) }),
  /** At one moment, milliseconds since 1970. */
  z.strictObject({ how: z.literal('once'), at: z.int().min(0) }),
  /** RFC 5545, for what comes from a calendar; DAILY and slower. `DTSTART` may be in it, as wall-clock time. */
  z.strictObject({ how: z.literal('rrule'), rule: z.string().trim().min(1).max(2000) }),
])
export type ScheduleRule = z.infer<typeof scheduleRule>

/** An IANA zone; empty: the machine's own, whichever that is at the time. */
export const zoneName = z
  .string()
  .max(60)
  .regex(/^[A-Za-z0-9_+\-/]*$/)
  .default('')

const url = z.url({ protocol: /^https?$/ }).max(2000)

export const triggerWhen = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('manual') }),
  z.strictObject({ kind: z.literal('schedule'), rule: scheduleRule }),
  z.strictObject({
    kind: z.literal('event'),
    types: z.array(typePattern).min(1).max(TRIGGER_LIMITS.patterns),
    filter: conditions,
    /** Events with the same value here are delivered in their order. Empty: all of the trigger are. */
    orderBy: text(300).default(''),
  }),
  z.strictObject({
    kind: z.literal('webhook'),
    signature: z.enum(SIGNATURE_STYLES).default('generic'),
    /** How far a signed timestamp may be from this machine's clock, in seconds. */
    toleranceS: z.int().min(1).max(3600).default(300),
    perMinute: z.int().min(1).max(6000).default(TRIGGER_LIMITS.webhookPerMinute),
    filter: conditions,
  }),
  z.strictObject({
    kind: z.literal('file'),
    /** An absolute folder; `~/` is the home folder. It need not be there yet. */
    folder: z.string().trim().min(1).max(4000),
    /** Below the folder; empty: all files. */
    globs: z.array(z.string().min(1).max(300)).max(TRIGGER_LIMITS.patterns).default([]),
    ignore: z.array(z.string().min(1).max(300)).max(TRIGGER_LIMITS.patterns).default(['**/.git/**', '**/node_modules/**']),
    on: z
      .array(z.enum(['created', 'changed', 'removed']))
      .min(1)
      .max(3)
      .default(['created', 'changed']),
    /** A file is told when it was not written to for so long. */
    settleMs: z.int().min(0).max(3_600_000).default(500),
    /** All that came within this go in one fire. */
    batchMs: z.int().min(50).max(3_600_000).default(1000),
  }),
  z.strictObject({
    kind: z.literal('poll'),
    url,
    everyMs: z.int().min(5000).max(YEAR_MS),
    headers: z.record(z.string().max(100), text(2000)).default({}),
    detect: z.enum(['hash', 'json-path']).default('hash'),
    /** For json-path: `data.items[0].id`. */
    path: text(300).default(''),
    allowPrivate: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal('chain'),
    /** Empty: any persona. */
    personaId: text(80).default(''),
    outcome: z.enum(['succeeded', 'failed', 'any']).default('succeeded'),
    /** Words that the run's result must have, in any case; empty: any result. */
    outputHas: text(500).default(''),
  }),
  z.strictObject({
    kind: z.literal('composite'),
    mode: z.enum(['all', 'any']),
    /** Other triggers, by id. */
    of: z.array(z.string().max(80)).min(1).max(20),
    windowMs: z.int().min(1000).max(YEAR_MS).default(3_600_000),
  }),
  /** Looks at the clipboard once a second, while it is on. */
  z.strictObject({ kind: z.literal('clipboard'), contains: text(500).default('') }),
  z.strictObject({ kind: z.literal('focus'), app: z.string().trim().min(1).max(200) }),
])
export type TriggerWhen = z.infer<typeof triggerWhen>

export const missedPolicy = z.discriminatedUnion('policy', [
  z.strictObject({ policy: z.literal('skip') }),
  z.strictObject({ policy: z.literal('coalesce') }),
  z.strictObject({
    policy: z.literal('catch-up'),
    most: z.int().min(1).max(1000).default(10),
    windowMs: z
      .int()
      .min(1000)
      .max(YEAR_MS)
      .default(24 * 3_600_000),
  }),
])
export type MissedPolicy = z.infer<typeof missedPolicy>

export const triggerDoc = z.strictObject({
  name,
  personaId: z.string().min(1).max(80),
  enabled: z.boolean().default(true),
  when: triggerWhen,
  zone: zoneName,
  /** The run's input. `{{data.…}}`, `{{event.type}}`, `{{fire.due}}`, `{{files}}`; empty: the payload as JSON, or nothing. */
  input: template.default(''),
  params: z.record(z.string().max(40), template).default({}),
  priority: z.enum(['high', 'normal', 'low']).default('normal'),
  /** A template; a fire whose text came before within `dedupeMs` is skipped. Empty: none. */
  dedupeKey: text(1000).default(''),
  dedupeMs: ms().default(24 * 3_600_000),
  /** Waits until nothing more came for so long; the last one fires. */
  debounceMs: ms(3_600_000).default(0),
  rateLimit: z
    .strictObject({ most: z.int().min(1).max(100_000), perMs: z.int().min(1000).max(YEAR_MS) })
    .nullable()
    .default(null),
  /** Only then; empty: always. */
  activeHours: z.array(hours).max(20).default([]),
  /** Never then. */
  quietHours: z.array(hours).max(20).default([]),
  unattended: z.enum(['run', 'dry-run', 'ask']).default('run'),
  coolDownMs: ms().default(0),
  /** Turned off after so many failed runs in a row; 0: never. */
  stopAfterFailures: z.int().min(0).max(1000).default(5),
  expiresAt: z.int().min(0).nullable().default(null),
  overlap: z.enum(['skip', 'queue-one', 'cancel', 'all']).default('queue-one'),
  missed: missedPolicy.default({ policy: 'coalesce' }),
  /** Each trigger's own, the same every time: between 0 and this. */
  jitterMs: ms(3_600_000).default(0),
  /** An alert when it did not fire for so long; 0: none. */
  silentAfterMs: ms().default(0),
})
export type TriggerDoc = z.infer<typeof triggerDoc>
export type TriggerDocInput = z.input<typeof triggerDoc>

export const triggerRow = z.object({
  id: z.string(),
  doc: triggerDoc,
  version: z.int(),
  kind: z.enum(TRIGGER_KINDS),
  /** In plain words, e.g. "At 09:00, Monday through Friday (Europe/Vienna)". */
  described: z.string(),
  /** The next due time without its jitter; null: none is known. */
  nextAt: z.int().nullable(),
  /** A due time before this is left out once. */
  skipUntil: z.int().nullable(),
  lastFireAt: z.int().nullable(),
  failuresInRow: z.int(),
  /** Why it does not fire although it is enabled; empty: it does. */
  held: z.string(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type TriggerRow = z.infer<typeof triggerRow>

export const fireRow = z.object({
  id: z.string(),
  /** Ascending in the order of recording. */
  seq: z.int(),
  triggerId: z.string(),
  triggerName: z.string(),
  personaId: z.string(),
  kind: z.enum(TRIGGER_KINDS),
  cause: z.enum(FIRE_CAUSES),
  state: z.enum(FIRE_STATES),
  why: z.enum(FIRE_WHYS).nullable(),
  whyText: z.string(),
  /** It accounts for all due times from `dueFrom` to `due`, both included; they are equal for one. */
  dueFrom: z.int(),
  due: z.int(),
  /** How many due times; null: more than were counted. */
  count: z.int().nullable(),
  notedAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  runId: z.string().nullable(),
  runState: z.string().nullable(),
  /** The event that it answers. */
  eventSeq: z.int().nullable(),
  /** The first event or fire of the cascade, and how far from it this is. */
  rootId: z.string(),
  depth: z.int(),
  input: z.string(),
})
export type FireRow = z.infer<typeof fireRow>

/** A due time that a clock change touches: `gap` does not exist and fires right after; `twice` comes twice and fires the first time; `shift`: the offset is another than before. */
export const nextFire = z.object({
  at: z.int(),
  mark: z.enum(['none', 'gap', 'twice', 'shift']),
  /** As the wall clock of the zone shows it, `2026-11-25 09:00:00`. */
  wall: z.string(),
  /** `UTC+01:00` */
  offset: z.string(),
})
export type NextFire = z.infer<typeof nextFire>

export const schedulePreview = z.object({
  described: z.string(),
  next: z.array(nextFire),
  zone: z.string(),
  /** Why there is none, or what is odd. */
  problems: z.array(z.string()),
})
export type SchedulePreview = z.infer<typeof schedulePreview>

/** What came of a schedule in words. `rule` is null when it was not understood; `problem` then says what is. */
export const scheduleReading = z.object({
  rule: scheduleRule.nullable(),
  zone: z.string(),
  problem: z.string(),
  preview: schedulePreview.nullable(),
})
export type ScheduleReading = z.infer<typeof scheduleReading>

/** One due time of the future, as calendar and list show it. */
export const dueTime = z.object({
  triggerId: z.string(),
  triggerName: z.string(),
  personaId: z.string(),
  at: z.int(),
  mark: nextFire.shape.mark,
  /** How long its runs took of late, and what they cost; null: not known. */
  durationMs: z.int().nullable(),
  costUsd: z.number().nullable(),
})
export type DueTime = z.infer<typeof dueTime>

export const scheduleSpan = z.object({
  past: z.array(fireRow),
  future: z.array(dueTime),
  /** Due times of one persona that would run at once beyond its concurrency. */
  conflicts: z.array(z.object({ personaId: z.string(), from: z.int(), to: z.int(), triggerIds: z.array(z.string()), most: z.int() })),
  /** Known costs of the future part; `unknown` due times are not in it. */
  forecast: z.object({ costUsd: z.number(), unknown: z.int() }),
  /** There was more than fits. */
  cut: z.boolean(),
})
export type ScheduleSpan = z.infer<typeof scheduleSpan>

export const scheduleStatus = z.object({
  /** Milliseconds since 1970 until which all schedules are paused; null: they run. `0`: until resumed. */
  pausedUntil: z.int().nullable(),
  triggers: z.int(),
  enabled: z.int(),
  nextAt: z.int().nullable(),
  zone: z.string(),
  waiting: z.int(),
  asking: z.int(),
  /** What the clock did of late. */
  clock: z.array(z.object({ at: z.int(), what: z.enum(['slept', 'forward', 'back', 'zone', 'started']), text: z.string() })),
  /** Triggers that were expected to fire and did not. */
  silent: z.array(z.object({ triggerId: z.string(), name: z.string(), since: z.int() })),
  webhookPort: z.int().nullable(),
  watching: z.array(z.object({ triggerId: z.string(), what: z.string(), ok: z.boolean(), note: z.string() })),
})
export type ScheduleStatus = z.infer<typeof scheduleStatus>
