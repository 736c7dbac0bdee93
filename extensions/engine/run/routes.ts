/** The contract's `run` methods, answered by the room. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Runs } from './door.ts'

export function runRoutes(runs: Runs) {
  const os = implement(contract.run).$context<CallContext>()
  return {
    start: os.start.handler(({ input }) => runs.start(input)),
    get: os.get.handler(({ input }) => runs.get(input.id)),
    list: os.list.handler(({ input }) => runs.list(input)),
    strips: os.strips.handler(async () => [...(await runs.strips())]),
    follow: os.follow.handler(({ input, signal }) => runs.follow(input.id, input.fromSeq, signal)),
    cancel: os.cancel.handler(({ input }) => runs.cancel(input.id)),
    resume: os.resume.handler(({ input }) => runs.resume(input.id)),
    answer: os.answer.handler(({ input }) => runs.answer(input)),
    fork: os.fork.handler(({ input }) => runs.fork(input)),
    replay: os.replay.handler(({ input }) => runs.replay(input.id)),
    guide: os.guide.handler(({ input }) => runs.guide(input.id, input.text)),
    editGuidance: os.editGuidance.handler(({ input }) => runs.editGuidance(input.id, input.message, input.text)),
    export: os.export.handler(({ input }) => runs.export(input.id, input.format)),
  }
}
