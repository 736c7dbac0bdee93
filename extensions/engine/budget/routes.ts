/** The `budget` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Budgets } from './room.ts'

/** `runPlace`: whose run it is; NOT_FOUND when there is none. */
export function budgetRoutes(
  room: () => Promise<Budgets>,
  runPlace: (id: string) => Promise<{ readonly rootId: string; readonly personaId: string | null; readonly group: string }>,
) {
  const budget = implement(contract.budget).$context<CallContext>()
  return {
    status: budget.status.handler(async () => (await room()).status()),
    ofRun: budget.ofRun.handler(async ({ input }) => {
      const { rootId, personaId, group } = await runPlace(input.id)
      return (await room()).ofRun(input.id, rootId, personaId, group)
    }),
    set: budget.set.handler(async ({ input }) => (await room()).set(input)),
    remove: budget.remove.handler(async ({ input }) => {
      await (await room()).remove(input.id)
      return { done: true } as const
    }),
  }
}
