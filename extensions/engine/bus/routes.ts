/** The contract's `event` and `deadletter` methods, answered by the room, which is opened by the first of them. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Bus } from './room.ts'

export function eventRoutes(bus: () => Promise<Bus>) {
  const os = implement(contract.event).$context<CallContext>()
  return {
    emit: os.emit.handler(async ({ input }) => (await bus()).emit(input)),
    take: os.take.handler(async ({ input }) => (await bus()).take(input)),
    get: os.get.handler(async ({ input }) => (await bus()).get(input.seq)),
    list: os.list.handler(async ({ input }) => (await bus()).list(input)),
    tail: os.tail.handler(async ({ input, signal }) => (await bus()).tail(input, signal ?? new AbortController().signal)),
    subscriptions: os.subscriptions.handler(async () => (await bus()).subscriptions()),
    replay: os.replay.handler(async ({ input }) => (await bus()).replay(input)),
    planPrune: os.planPrune.handler(async ({ input }) => (await bus()).planPrune(input)),
    prune: os.prune.handler(async ({ input }) => (await bus()).prune(input)),
  }
}

export function deadletterRoutes(bus: () => Promise<Bus>) {
  const os = implement(contract.deadletter).$context<CallContext>()
  return {
    groups: os.groups.handler(async () => (await bus()).deadGroups()),
    list: os.list.handler(async ({ input }) => (await bus()).deadLetters({ group: input.group }, input.limit)),
    redrive: os.redrive.handler(async ({ input }) => ({ count: await (await bus()).redrive(input) })),
    discard: os.discard.handler(async ({ input }) => ({ count: await (await bus()).discard(input) })),
  }
}
