/** The `provider` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Models } from './open.ts'

export function modelRoutes(models: Models) {
  const provider = implement(contract.provider).$context<CallContext>()
  return {
    list: provider.list.handler(async () => [...(await models.list())]),
    probe: provider.probe.handler(({ input }) => models.probe(input.doc, input.model)),
    save: provider.save.handler(({ input }) => models.save(input.doc, input.model)),
    remove: provider.remove.handler(async ({ input }) => {
      await models.remove(input.id)
      return { done: true } as const
    }),
    discover: provider.discover.handler(async () => [...(await models.discover())]),
  }
}
