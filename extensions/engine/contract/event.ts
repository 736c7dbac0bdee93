/** The bus: events (CloudEvents 1.0), who wants them, and what became of each. */
import { z } from 'zod'
import { DELIVERY_STATES, TRIGGER_LIMITS } from './trigger-words.ts'

/** Dots part a type: `order.created`. */
export const eventType = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\w:-]+(?:\.[\w:-]+)*$/, 'a type is like order.created')
const nameChars = z.string().min(1).max(500)

export const eventDraft = z.strictObject({
  type: eventType,
  /** Who says so, a URI reference. Default: `/troupe/person`. */
  source: nameChars.optional(),
  subject: z.string().max(500).default(''),
  data: z.unknown().optional(),
  /** With `source` it tells a repetition: the same pair is stored once. Default: a new one. */
  id: nameChars.optional(),
  /** Milliseconds since 1970. Default: now. */
  time: z.int().min(0).optional(),
  /** Events of one key are delivered in order. */
  key: z.string().max(300).default(''),
  /** The run that says it: the cascade's depth goes on from there. */
  runId: z.string().max(80).optional(),
})
export type EventDraft = z.infer<typeof eventDraft>

/** Structured JSON of CloudEvents 1.0, as it comes in and goes out. Extension attributes are kept within `data` of none: they are refused by name. */
export const cloudEvent = z
  .looseObject({
    specversion: z.literal('1.0'),
    id: nameChars,
    source: nameChars,
    type: z.string().min(1).max(200),
    subject: z.string().max(500).optional(),
    time: z.iso.datetime({ offset: true }).optional(),
    datacontenttype: z.string().max(200).optional(),
    dataschema: z.string().max(2000).optional(),
    data: z.unknown().optional(),
    data_base64: z.string().max(2_000_000).optional(),
  })
  .describe('CloudEvents 1.0, structured JSON')
export type CloudEvent = z.infer<typeof cloudEvent>

export const eventRow = z.object({
  /** Ascending; the place in `event.tail`. */
  seq: z.int(),
  id: z.string(),
  type: z.string(),
  source: z.string(),
  subject: z.string(),
  time: z.int(),
  storedAt: z.int(),
  key: z.string(),
  /** JSON text; long ones are cut in lists and streams (`dataCut`), and whole in `event.get`. */
  data: z.string(),
  dataCut: z.boolean(),
  /** The run that caused it, the first event of the cascade, and how far from that it is. */
  runId: z.string().nullable(),
  rootId: z.string(),
  depth: z.int(),
})
export type EventRow = z.infer<typeof eventRow>

export const deliveryRow = z.object({
  eventSeq: z.int(),
  subscriptionId: z.string(),
  /** The sequence number of its latest change; the same count as events. */
  seq: z.int(),
  state: z.enum(DELIVERY_STATES),
  /** Why it was skipped or died. */
  reason: z.string(),
  tries: z.int(),
  /** When it is tried again. */
  nextAt: z.int().nullable(),
  /** What it made: a fire, and its run. */
  fireId: z.string().nullable(),
  runId: z.string().nullable(),
  changedAt: z.int(),
  /** Like errors have one group. */
  group: z.string(),
})
export type DeliveryRow = z.infer<typeof deliveryRow>

export const subscriptionRow = z.object({
  id: z.string(),
  /** For people: the trigger's name. */
  name: z.string(),
  triggerId: z.string().nullable(),
  personaId: z.string().nullable(),
  types: z.array(z.string()),
  enabled: z.boolean(),
  delivered: z.int(),
  skipped: z.int(),
  dead: z.int(),
  pending: z.int(),
})
export type SubscriptionRow = z.infer<typeof subscriptionRow>

/** One message of `event.tail`: events and changes of deliveries in the order of their numbers, each at most once with its newest state. */
export const eventBatch = z.object({
  events: z.array(eventRow),
  deliveries: z.array(deliveryRow),
  /** Ask again from the next one. */
  upTo: z.int(),
  /** What was asked for is no longer kept (retention): numbers up to here are left out. 0: nothing was. */
  missedTo: z.int(),
})
export type EventBatch = z.infer<typeof eventBatch>

export const deadGroup = z.object({
  group: z.string(),
  reason: z.string(),
  count: z.int(),
  firstAt: z.int(),
  lastAt: z.int(),
  subscriptionIds: z.array(z.string()),
})
export type DeadGroup = z.infer<typeof deadGroup>

export const deadLetter = z.object({ delivery: deliveryRow, event: eventRow, name: z.string() })
export type DeadLetter = z.infer<typeof deadLetter>

export const eventFilter = z.strictObject({
  types: z.array(z.string().max(200)).max(TRIGGER_LIMITS.patterns).default([]),
  source: z.string().max(500).optional(),
  rootId: z.string().max(120).optional(),
  runId: z.string().max(80).optional(),
  from: z.int().optional(),
  to: z.int().optional(),
})
export type EventFilter = z.infer<typeof eventFilter>

export const eventKeeping = z.strictObject({
  days: z.int().min(1).max(3650).default(30),
  mb: z.int().min(1).max(10_000).default(100),
})
