/** The `support` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Support } from './room.ts'

export function supportRoutes(room: () => Promise<Support>) {
  const support = implement(contract.support).$context<CallContext>()
  return {
    plan: support.plan.handler(async () => (await room()).plan()),
    text: support.text.handler(async ({ input }) => ({ text: (await room()).text(input.id, input.name) })),
    write: support.write.handler(async ({ input }) => (await room()).write(input.id, input.without)),
  }
}
