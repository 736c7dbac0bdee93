/** The methods of triggers, their fires and schedules; `methods.ts` puts them into the contract. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import {
  dueTime,
  fireRow,
  schedulePreview,
  scheduleReading,
  scheduleRule,
  scheduleSpan,
  scheduleStatus,
  triggerDoc,
  triggerRow,
  zoneName,
} from './trigger.ts'
import { FIRE_STATES, TRIGGER_LIMITS } from './trigger-words.ts'

const id = z.string().min(1).max(80)
const nothing = z.strictObject({})
const done = z.object({ done: z.literal(true) })
const flag = z.union([z.boolean(), z.stringbool()])
const when = z.coerce.number().int().min(0)
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })
/** JSON of any kind, small enough for an event. */
const payload = z.unknown()

export const triggerMethods = {
  list: get('/triggers')
    .input(z.strictObject({ personaId: id.optional() }).prefault({}))
    .output(z.array(triggerRow)),
  get: get('/triggers/{id}').input(z.strictObject({ id })).output(triggerRow),
  /** INVALID with what is wrong; NOT_FOUND for the persona; SEALED for a webhook without an open vault. */
  create: post('/triggers')
    .input(z.strictObject({ doc: triggerDoc }))
    .output(triggerRow),
  /** CONFLICT when `version` is no longer the current one. */
  save: post('/triggers/{id}/save')
    .input(z.strictObject({ id, doc: triggerDoc, version: z.int().min(1) }))
    .output(triggerRow),
  enable: post('/triggers/{id}/enable')
    .input(z.strictObject({ id, enabled: z.boolean() }))
    .output(triggerRow),
  /** Its fires stay. */
  remove: post('/triggers/{id}/remove').input(z.strictObject({ id })).output(done),
  /** Now, or `afterMs` from now; past every gate but the persona's own. */
  fire: post('/triggers/{id}/fire')
    .input(
      z.strictObject({
        id,
        payload: payload.optional(),
        afterMs: z
          .int()
          .min(0)
          .max(30 * 24 * 3_600_000)
          .default(0),
      }),
    )
    .output(fireRow),
  /** Leaves out its next due time; answers the row with `skipUntil`. WRONG_STATE when there is none. */
  skipNext: post('/triggers/{id}/skip').input(z.strictObject({ id })).output(triggerRow),
  /** What a fire with this payload would send, without firing. */
  try: post('/triggers/try')
    .input(z.strictObject({ doc: triggerDoc, payload: payload.optional() }))
    .output(
      z.object({
        matches: z.boolean(),
        input: z.string(),
        params: z.record(z.string(), z.string()),
        dedupeKey: z.string(),
        problems: z.array(z.string()),
      }),
    ),
  /** The newest first. */
  fires: post('/triggers/fires')
    .input(
      z
        .strictObject({
          triggerId: id.optional(),
          personaId: id.optional(),
          runId: id.optional(),
          states: z.array(z.enum(FIRE_STATES)).optional(),
          from: z.int().optional(),
          to: z.int().optional(),
          before: z.int().optional(),
          limit: z.int().min(1).max(TRIGGER_LIMITS.pageRows).default(100),
        })
        .prefault({}),
    )
    .output(z.array(fireRow)),
  /** The answer to a fire that asks. WRONG_STATE when it does not. */
  answer: post('/fires/{id}/answer')
    .input(z.strictObject({ id, yes: z.boolean() }))
    .output(fireRow),
  /** Ends a fire that waits. */
  cancelFire: post('/fires/{id}/cancel').input(z.strictObject({ id })).output(fireRow),
}

export const scheduleMethods = {
  status: get('/schedule').input(nothing.optional()).output(scheduleStatus),
  /** The next due times of all triggers, or of one persona or trigger. */
  next: get('/schedule/next')
    .input(
      z
        .strictObject({
          personaId: id.optional(),
          triggerId: id.optional(),
          limit: z.coerce.number().int().min(1).max(1000).default(20),
        })
        .prefault({}),
    )
    .output(z.array(dueTime)),
  /** A rule in words, its next due times, and what is wrong with it. INVALID never: problems are told. */
  preview: post('/schedule/preview')
    .input(z.strictObject({ rule: scheduleRule, zone: zoneName, count: z.int().min(1).max(100).default(10) }))
    .output(schedulePreview),
  /** "every weekday at 9" as a rule; read by rules, not by a model. */
  read: post('/schedule/read')
    .input(z.strictObject({ text: z.string().max(500), zone: zoneName }))
    .output(scheduleReading),
  /** Past fires, future due times and conflicts. At most 62 days. */
  between: get('/schedule/between')
    .input(z.strictObject({ from: when, to: when, personaId: id.optional() }))
    .output(scheduleSpan),
  /** All schedules; due times meanwhile are noted as paused. `until`: resumes by itself. */
  pause: post('/schedule/pause')
    .input(z.strictObject({ until: z.int().min(1).optional() }).prefault({}))
    .output(scheduleStatus),
  resume: post('/schedule/resume').input(nothing.optional()).output(scheduleStatus),
  /** Runs for due times of the past, oldest first, staggered. With `plan`: only tells them. At most 1,000. */
  backfill: post('/schedule/backfill')
    .input(z.strictObject({ triggerId: id, from: z.int(), to: z.int(), plan: flag.default(false) }))
    .output(z.object({ due: z.array(z.int()), fires: z.array(fireRow) })),
}
