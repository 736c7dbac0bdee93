/** The `settings` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { SettingsRoom } from './settings.ts'

export function settingsRoutes(room: SettingsRoom) {
  const settings = implement(contract.settings).$context<CallContext>()
  return {
    get: settings.get.handler(() => room.current),
    set: settings.set.handler(({ input }) => room.set(input)),
    remembered: settings.remembered.handler(() => room.remembered()),
    remember: settings.remember.handler(async ({ input }) => {
      await room.remember(input.key, input.value)
      return { done: true } as const
    }),
  }
}
