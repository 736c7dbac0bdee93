/** The methods of services; `methods.ts` puts them into the contract. */
import { eventIterator, oc } from '@orpc/contract'
import { z } from 'zod'
import { serviceDoc, serviceId, serviceLogLine, serviceRow } from './service.ts'
import { SERVICE_LIMITS, SERVICE_LOG_LEVELS } from './service-limits.ts'

const nothing = z.strictObject({})
const done = z.object({ done: z.literal(true) })
const one = z.strictObject({ id: serviceId })
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const serviceMethods = {
  list: get('/services').input(nothing.optional()).output(z.array(serviceRow)),
  get: get('/services/{id}').input(one).output(serviceRow),
  /** New, or in place of the one with this id, which is started anew if it runs. CONFLICT when `isNew` and there is one; INVALID for needs in a circle. */
  save: post('/services')
    .input(z.strictObject({ doc: serviceDoc, isNew: z.boolean().default(false) }))
    .output(serviceRow),
  /** Starts it and what it needs, with all its tries before it. Answers at once; what becomes of it is in its standing. */
  start: post('/services/{id}/start').input(one).output(serviceRow),
  /** Stops it and answers when it has ended. One that is to be on stays stopped until it is started, or Troupe is. WRONG_STATE when it would not stop. */
  stop: post('/services/{id}/stop').input(one).output(serviceRow),
  restart: post('/services/{id}/restart').input(one).output(serviceRow),
  /** Stops it, and removes it with its logs. WRONG_STATE while another needs it. */
  remove: post('/services/{id}/remove').input(one).output(done),
  /** The newest lines that fit, oldest first; files on disk are searched too. */
  logs: get('/services/{id}/logs')
    .input(
      z.strictObject({
        id: serviceId,
        /** Has all of this in it, large and small letters alike. */
        text: z.string().max(500).optional(),
        /** Of this level or above. */
        level: z.enum(SERVICE_LOG_LEVELS).optional(),
        /** Only lines before this number. */
        beforeSeq: z.coerce.number().int().min(0).optional(),
        limit: z.coerce.number().int().min(1).max(SERVICE_LIMITS.logAnswerLines).default(200),
      }),
    )
    .output(z.object({ lines: z.array(serviceLogLine), /** Older ones that fit are left. */ more: z.boolean() })),
  /** Lines from `fromSeq` that are still in memory, then each new one, until the client leaves or the service is removed. */
  follow: get('/services/{id}/follow')
    .input(z.strictObject({ id: serviceId, fromSeq: z.coerce.number().int().min(0).optional() }))
    .output(eventIterator(z.object({ lines: z.array(serviceLogLine) }))),
}
