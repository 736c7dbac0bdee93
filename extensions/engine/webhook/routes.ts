/** The contract's `webhook` methods, answered by the room, which is opened by the first of them. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext, Statement } from '#core'
import type { Webhooks } from './room.ts'

export interface OutboundSubscriptions {
  subscribe(id: string, doc: { readonly name: string; readonly types: readonly string[]; readonly enabled: boolean }): Statement
  unsubscribe(id: string): Statement
}

export function webhookRoutes(room: () => Promise<Webhooks>, outbound: () => Promise<OutboundSubscriptions>) {
  const os = implement(contract.webhook).$context<CallContext>()
  return {
    list: os.list.handler(async () => (await room()).list()),
    secret: os.secret.handler(async ({ input, context }) => (await room()).secret(input.id, context)),
    rotate: os.rotate.handler(async ({ input, context }) => (await room()).rotate(input.id, input.key, context)),
    requests: os.requests.handler(async ({ input }) => (await room()).requests(input)),
    replay: os.replay.handler(async ({ input }) => (await room()).replay(input.request)),
    test: os.test.handler(async ({ input }) => (await room()).test(input.id, input.body)),
    outbounds: os.outbounds.handler(async () => (await room()).out.list()),
    saveOutbound: os.saveOutbound.handler(async ({ input }) => {
      const to = await outbound()
      return (await room()).out.save(input.id, input.doc, (id) => to.subscribe(id, input.doc))
    }),
    removeOutbound: os.removeOutbound.handler(async ({ input }) => {
      await (await room()).out.remove(input.id, (await outbound()).unsubscribe(input.id))
      return { done: true } as const
    }),
  }
}
