/** The `notification` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Notify } from './room.ts'

const done = { done: true } as const

export function notificationRoutes(room: () => Promise<Notify>) {
  const notification = implement(contract.notification).$context<CallContext>()
  return {
    list: notification.list.handler(async ({ input }) => (await room()).list(input)),
    mark: notification.mark.handler(async ({ input }) => {
      await (await room()).mark(input.ids, input.unread)
      return done
    }),
    clear: notification.clear.handler(async ({ input }) => ({ removed: await (await room()).clear(input.ids) })),
    preferences: notification.preferences.handler(async () => (await room()).preferences()),
    setPreferences: notification.setPreferences.handler(async ({ input }) => (await room()).setPreferences(input)),
    desktop: notification.desktop.handler(async () => (await room()).desktop()),
    test: notification.test.handler(async () => (await room()).test()),
    open: notification.open.handler(async ({ input }) => {
      await (await room()).open(input.id)
      return done
    }),
    take: notification.take.handler(async () => ({ href: (await room()).take() })),
  }
}
