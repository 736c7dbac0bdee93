/** The persona slice of the contract, answered by the room. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Personas } from './room.ts'

const DONE = { done: true } as const

export function personaRoutes(personas: Personas) {
  const on = implement(contract.persona).$context<CallContext>()
  return {
    list: on.list.handler(({ input }) => personas.list(input)),
    get: on.get.handler(({ input }) => personas.get(input.id, input.revision)),
    create: on.create.handler(({ input }) => personas.create(input.doc, input.message)),
    save: on.save.handler(({ input }) => personas.save(input)),
    revisions: on.revisions.handler(({ input }) => personas.revisions(input.id)),
    diff: on.diff.handler(({ input }) => personas.diff(input.id, input.from, input.to)),
    restore: on.restore.handler(({ input }) => personas.restore(input.id, input.revision, input.message)),
    duplicate: on.duplicate.handler(({ input }) => personas.duplicate(input.id)),
    archive: on.archive.handler(({ input }) => personas.archive(input.id, input.archived)),
    activate: on.activate.handler(({ input }) => personas.activate(input.id, input.active)),
    blastRadius: on.blastRadius.handler(({ input }) => personas.blastRadius(input.id)),
    remove: on.remove.handler(async ({ input }) => {
      await personas.remove(input.id)
      return DONE
    }),
    arrange: on.arrange.handler(async ({ input }) => {
      await personas.arrange(input.ids, input.group)
      return DONE
    }),
    assemble: on.assemble.handler(({ input }) => personas.assemble(input.doc, input.params, input.input)),
    export: on.export.handler(({ input }) => personas.export(input.ids)),
    planImport: on.planImport.handler(({ input }) => personas.planImport(input.text)),
    import: on.import.handler(({ input }) => personas.import(input.text, input.digest)),
    templates: on.templates.handler(() => personas.templates()),
  }
}
