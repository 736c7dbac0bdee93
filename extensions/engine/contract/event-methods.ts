/** The methods of the bus and of dead letters; `methods.ts` puts them into the contract. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import {
  cloudEvent,
  deadGroup,
  deadLetter,
  deliveryRow,
  eventBatch,
  eventDraft,
  eventFilter,
  eventKeeping,
  eventRow,
  subscriptionRow,
} from './event.ts'
import { TRIGGER_LIMITS } from './trigger-words.ts'

const seq = z.coerce.number().int().min(0)
const nothing = z.strictObject({})
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })
const emitted = z.object({
  event: eventRow,
  /** Subscriptions that it goes to. */ deliveries: z.int(),
  /** It was stored before. */ duplicate: z.boolean(),
})
const deliveryKey = z.strictObject({ eventSeq: z.int(), subscriptionId: z.string().max(80) })
/** One, a group, or (neither given) all. */
const which = z.strictObject({ one: deliveryKey.optional(), group: z.string().max(100).optional() })

export const eventMethods = {
  /** Answers when it is durable. TOO_LARGE above TRIGGER_LIMITS.eventBytes. */
  emit: post('/events').input(eventDraft).output(emitted),
  /** CloudEvents 1.0 in structured JSON. */
  take: post('/events/cloud').input(cloudEvent).output(emitted),
  get: get('/events/{seq}')
    .input(z.strictObject({ seq }))
    .output(z.object({ event: eventRow, deliveries: z.array(deliveryRow), cloud: cloudEvent })),
  /** The newest first. */
  list: post('/events/list')
    .input(
      z
        .strictObject({
          filter: eventFilter.prefault({}),
          before: seq.optional(),
          limit: z.int().min(1).max(TRIGGER_LIMITS.pageRows).default(100),
        })
        .prefault({}),
    )
    .output(z.array(eventRow)),
  /** Live, from a number on (left out: from now); ask again with `upTo + 1` after a reconnect. */
  tail: get('/events/tail')
    .input(
      z.strictObject({ fromSeq: seq.optional(), types: z.array(z.string().max(200)).max(TRIGGER_LIMITS.patterns).optional() }).prefault({}),
    )
    .output(eventIterator(eventBatch)),
  subscriptions: get('/events/subscriptions').input(nothing.optional()).output(z.array(subscriptionRow)),
  /** Sends stored events again, to one subscription or to all that fit now, as new deliveries. With `plan`: only counts. */
  replay: post('/events/replay')
    .input(
      z.strictObject({
        fromSeq: z.int().min(1),
        toSeq: z.int().min(1),
        subscriptionId: z.string().max(80).optional(),
        plan: z.boolean().default(false),
      }),
    )
    .output(z.object({ events: z.int(), deliveries: z.int() })),
  /** What retention would remove now. */
  planPrune: post('/events/prune/plan')
    .input(eventKeeping.prefault({}))
    .output(z.object({ events: z.int(), bytes: z.int(), oldest: z.int().nullable(), upToSeq: z.int() })),
  prune: post('/events/prune')
    .input(eventKeeping.prefault({}))
    .output(z.object({ events: z.int(), bytes: z.int() })),
}

export const deadletterMethods = {
  groups: get('/deadletters').input(nothing.optional()).output(z.array(deadGroup)),
  list: post('/deadletters/list')
    .input(
      z
        .strictObject({ group: z.string().max(100).optional(), limit: z.int().min(1).max(TRIGGER_LIMITS.pageRows).default(100) })
        .prefault({}),
    )
    .output(z.array(deadLetter)),
  /** Delivers again; answers how many. */
  redrive: post('/deadletters/redrive')
    .input(which.prefault({}))
    .output(z.object({ count: z.int() })),
  discard: post('/deadletters/discard')
    .input(which.prefault({}))
    .output(z.object({ count: z.int() })),
}
