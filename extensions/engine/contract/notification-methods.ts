/** The `notification` slice: the window's notification centre, and `troupe notifications`. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import {
  desktopNotifying,
  notificationIds,
  notificationKind,
  notificationPage,
  notificationPatch,
  notificationPreferences,
  windowPlace,
} from './notification.ts'

const nothing = z.strictObject({})
const done = z.object({ done: z.literal(true) })
const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })

export const notificationMethods = {
  /** Newest first. */
  list: post('/notifications/list')
    .input(
      z
        .strictObject({
          unread: z.boolean().default(false),
          kinds: z.array(notificationKind).max(10).optional(),
          offset: z.int().min(0).default(0),
          limit: z.int().min(1).max(LIMITS.pageRows).default(100),
        })
        .prefault({}),
    )
    .output(notificationPage),
  /** Marks these as read, or with `unread` as not read; without ids, all. Unknown ids are passed over. */
  mark: post('/notifications/mark')
    .input(z.strictObject({ ids: notificationIds.optional(), unread: z.boolean().default(false) }).prefault({}))
    .output(done),
  /** Removes these; without ids, all that were read. */
  clear: post('/notifications/clear')
    .input(z.strictObject({ ids: notificationIds.optional() }).prefault({}))
    .output(z.object({ removed: z.int() })),
  preferences: get('/notifications/preferences').input(nothing.optional()).output(notificationPreferences),
  setPreferences: post('/notifications/preferences').input(notificationPatch).output(notificationPreferences),
  desktop: get('/notifications/desktop').input(nothing.optional()).output(desktopNotifying),
  /** Shows one by the desktop now, whatever the preferences say, and answers how that went. It is not kept. */
  test: post('/notifications/test').input(nothing.optional()).output(desktopNotifying),
  /** Shows the window at the place of this one, and marks it as read. NOT_FOUND. */
  open: post('/notifications/open')
    .input(z.strictObject({ id: z.string().min(1).max(80) }))
    .output(done),
  /** For the window: the place that a click asked for, told once and for a minute; null: none. */
  take: post('/notifications/take')
    .input(nothing.optional())
    .output(z.object({ href: windowPlace.nullable() })),
}
