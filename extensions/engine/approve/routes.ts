/** The `inbox` and `rule` slices of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Approvals } from './room.ts'

export function inboxRoutes(room: () => Promise<Approvals>) {
  const inbox = implement(contract.inbox).$context<CallContext>()
  return {
    list: inbox.list.handler(async () => (await room()).inbox()),
    count: inbox.count.handler(async () => ({ waiting: await (await room()).waiting() })),
    decide: inbox.decide.handler(async ({ input, context }) =>
      (await room()).decide(input.id, input.decision, input.digest, context.clientName),
    ),
    decideMany: inbox.decideMany.handler(async ({ input, context }) => {
      const answers = []
      // One after the other: each is a transaction of its own, and the order of the answers is that of the items.
      for (const { id, digest } of input.items) answers.push(await (await room()).decide(id, input.decision, digest, context.clientName))
      return answers
    }),
    history: inbox.history.handler(async ({ input }) => (await room()).history(input.runId, input.limit)),
  }
}

export function ruleRoutes(room: () => Promise<Approvals>) {
  const rule = implement(contract.rule).$context<CallContext>()
  return {
    list: rule.list.handler(async ({ input }) => (await room()).rules(input.ended)),
    add: rule.add.handler(async ({ input, context }) => (await room()).addRule(input, context.clientName)),
    revoke: rule.revoke.handler(async ({ input }) => (await room()).revokeRule(input.id)),
    test: rule.test.handler(async ({ input }) =>
      (await room()).test(input.tool, input.args, { personaId: input.personaId ?? null, teamId: input.teamId ?? null }),
    ),
  }
}
