/** What is told to the person when they are not looking: stored, counted, and shown by the desktop where it can. */
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { NOTIFICATION_KINDS, NOTIFICATION_LEVELS } from './words.ts'

export const notificationKind = z.enum(NOTIFICATION_KINDS)

/** A place in the window, as its address has it after `#`, e.g. `/runs/r_…`. */
export const windowPlace = z
  .string()
  .max(500)
  .regex(/^\/(?:[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*)?(?:\?[\w.~=&%-]*)?$/, 'a place in the window is written like /runs/r_abc')

export const notificationRow = z.object({
  id: z.string(),
  kind: notificationKind,
  title: z.string(),
  text: z.string(),
  /** The persona it is about, whose preferences hold; null: none. */
  personaId: z.string().nullable(),
  /** The screen it opens. */
  href: windowPlace,
  /** How many like ones this one stands for. */
  count: z.int(),
  /** Of the first of them, and of the last. */
  firstAt: z.int(),
  at: z.int(),
  readAt: z.int().nullable(),
})
export type NotificationRow = z.infer<typeof notificationRow>

const level = z.enum(NOTIFICATION_LEVELS)
const levels = z.strictObject({ 'needs-you': level, failed: level, done: level, budget: level, reminder: level })
export type NotificationLevels = z.infer<typeof levels>
/** Those that differ from everyone's. */
export type OwnLevels = z.infer<ReturnType<typeof levels.partial>>

/** Minutes of the day in the engine's time zone; from 22:00 to 7:00 is 1320 to 420. */
const minute = z
  .int()
  .min(0)
  .max(24 * 60 - 1)
export const quietHours = z.strictObject({ from: minute, to: minute })
export type QuietHours = z.infer<typeof quietHours>

export const notificationPreferences = z.object({
  /** For whatever no persona says otherwise about. */
  levels,
  /** In which the desktop shows nothing; null: none. */
  quiet: quietHours.nullable(),
  /** Like ones within so many minutes become one with a count. */
  coalesceMinutes: z.int(),
  /** What differs for one persona. */
  personas: z.array(z.object({ personaId: z.string(), personaName: z.string(), levels: levels.partial() })),
})
export type NotificationPreferences = z.infer<typeof notificationPreferences>

/** What is left out stays as it is. */
export const notificationPatch = z.strictObject({
  levels: levels.partial().optional(),
  quiet: quietHours.nullable().optional(),
  coalesceMinutes: z
    .int()
    .min(0)
    .max(24 * 60)
    .optional(),
  /** Replaces what differs for this persona; with nothing in it, nothing differs. */
  persona: z.strictObject({ id: z.string().min(1).max(80), levels: levels.partial() }).optional(),
})
export type NotificationPatch = z.infer<typeof notificationPatch>

/** Whether the desktop shows notifications. `unknown`: none was tried yet. */
export const desktopNotifying = z.object({
  state: z.enum(['shows', 'cannot', 'unknown']),
  /** By what, e.g. `D-Bus (mako 1.8)`; empty when by nothing. */
  way: z.string(),
  /** Whether a click on one opens its screen. */
  opens: z.boolean(),
  /** Why it cannot, and what to do; empty otherwise. */
  detail: z.string(),
})
export type DesktopNotifying = z.infer<typeof desktopNotifying>

export const notificationPage = z.object({ rows: z.array(notificationRow), unread: z.int(), total: z.int() })
export type NotificationPage = z.infer<typeof notificationPage>

export const notificationIds = z.array(z.string().min(1).max(80)).min(1).max(LIMITS.pageRows)
