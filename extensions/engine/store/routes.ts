/** The `store` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Care } from './care/care.ts'

export function storeRoutes(care: Care) {
  const store = implement(contract.store).$context<CallContext>()
  const done = { done: true } as const
  return {
    status: store.status.handler(() => care.status()),
    files: store.files.handler(() => care.files()),
    events: store.events.handler(() => care.events()),
    compact: store.compact.handler(async () => {
      await care.compact()
      return done
    }),
    verify: store.verify.handler(({ input }) => care.verify(input.name)),
    backup: store.backup.handler(() => care.backup('person')),
    removeBackup: store.removeBackup.handler(async ({ input }) => {
      await care.removeBackup(input.name)
      return done
    }),
    planRestore: store.planRestore.handler(({ input }) => care.planRestore(input.name)),
    restore: store.restore.handler(async ({ input }) => {
      await care.restore(input.name, input.digest)
      return done
    }),
    export: store.export.handler(() => care.export()),
    planPrune: store.planPrune.handler(({ input }) => care.planPrune(input)),
    prune: store.prune.handler(({ input }) => care.prune(input)),
    seal: store.seal.handler(async ({ input }) => {
      await care.seal(input.start)
      return done
    }),
    unseal: store.unseal.handler(async () => {
      await care.unseal()
      return done
    }),
    cancel: store.cancel.handler(async () => {
      await care.cancel()
      return done
    }),
  }
}
