/** The `health` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Healing } from './room.ts'

const done = { done: true } as const

export function healthRoutes(room: () => Promise<Healing>) {
  const health = implement(contract.health).$context<CallContext>()
  return {
    status: health.status.handler(async () => (await room()).status()),
    retryNow: health.retryNow.handler(async ({ input }) => {
      await (await room()).retryNow(input.runId)
      return done
    }),
    closeBreaker: health.closeBreaker.handler(async ({ input }) => {
      ;(await room()).closeBreaker(input.key)
      return done
    }),
    propose: health.propose.handler(async ({ input }) => (await room()).proposals.propose(input.personaId, input.hint)),
    proposal: health.proposal.handler(async ({ input }) => (await room()).proposals.get(input.id)),
    applyProposal: health.applyProposal.handler(async ({ input }) => (await room()).proposals.apply(input.id)),
    rejectProposal: health.rejectProposal.handler(async ({ input }) => (await room()).proposals.reject(input.id)),
    revertProposal: health.revertProposal.handler(async ({ input }) => (await room()).proposals.revert(input.id)),
    leaveSafeMode: health.leaveSafeMode.handler(async () => {
      ;(await room()).leaveSafeMode()
      return done
    }),
  }
}
