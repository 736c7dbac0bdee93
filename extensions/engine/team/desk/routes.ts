/** The team slice of the contract. The room is loaded when one of it is first called. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Teams } from './open.ts'

const DONE = { done: true } as const

export function teamRoutes(late: () => Promise<Teams>) {
  const on = implement(contract.team).$context<CallContext>()
  return {
    list: on.list.handler(async ({ input }) => (await late()).list(input)),
    get: on.get.handler(async ({ input }) => (await late()).get(input.id, input.revision)),
    create: on.create.handler(async ({ input }) => (await late()).create(input.doc, input.message)),
    save: on.save.handler(async ({ input }) => (await late()).save(input)),
    revisions: on.revisions.handler(async ({ input }) => (await late()).revisions(input.id)),
    diff: on.diff.handler(async ({ input }) => (await late()).diff(input.id, input.from, input.to)),
    restore: on.restore.handler(async ({ input }) => (await late()).restore(input.id, input.revision, input.message)),
    duplicate: on.duplicate.handler(async ({ input }) => (await late()).duplicate(input.id)),
    archive: on.archive.handler(async ({ input }) => (await late()).archive(input.id, input.archived)),
    activate: on.activate.handler(async ({ input }) => (await late()).activate(input.id, input.active)),
    blastRadius: on.blastRadius.handler(async ({ input }) => (await late()).blastRadius(input.id)),
    remove: on.remove.handler(async ({ input }) => {
      await (await late()).remove(input.id)
      return DONE
    }),
    import: on.import.handler(async ({ input }) => (await late()).import(input.text, input.which)),
    run: on.run.handler(async ({ input }) => (await late()).run(input)),
    goOn: on.goOn.handler(async ({ input }) => (await late()).goOn(input)),
    items: on.items.handler(async ({ input }) => (await late()).items(input)),
    report: on.report.handler(async ({ input }) => (await late()).report(input.id)),
  }
}
