/** The `service` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Supervise } from './room.ts'

/** The room is loaded with its first call: `room` answers it. */
export function serviceRoutes(room: () => Promise<Supervise>) {
  const service = implement(contract.service).$context<CallContext>()
  return {
    list: service.list.handler(async () => [...(await room()).list()]),
    get: service.get.handler(async ({ input }) => (await room()).get(input.id)),
    save: service.save.handler(async ({ input }) => (await room()).save(input.doc, input.isNew)),
    start: service.start.handler(async ({ input }) => (await room()).start(input.id)),
    stop: service.stop.handler(async ({ input }) => (await room()).stop(input.id)),
    restart: service.restart.handler(async ({ input }) => (await room()).restart(input.id)),
    remove: service.remove.handler(async ({ input }) => {
      await (await room()).remove(input.id)
      return { done: true } as const
    }),
    logs: service.logs.handler(async ({ input: { id, ...ask } }) => (await room()).logs(id, ask)),
    follow: service.follow.handler(async function* ({ input, signal }) {
      yield* (await room()).follow(input.id, input.fromSeq, signal ?? new AbortController().signal)
    }),
  }
}
