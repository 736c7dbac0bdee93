/** The contract's `trigger` and `schedule` methods, answered by the room, which is opened by the first of them. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Triggers } from './room.ts'

const done = { done: true } as const

export function triggerRoutes(room: () => Promise<Triggers>) {
  const os = implement(contract.trigger).$context<CallContext>()
  return {
    list: os.list.handler(async ({ input }) => (await room()).list(input.personaId)),
    get: os.get.handler(async ({ input }) => (await room()).get(input.id)),
    create: os.create.handler(async ({ input }) => (await room()).create(input.doc)),
    save: os.save.handler(async ({ input }) => (await room()).save(input.id, input.doc, input.version)),
    enable: os.enable.handler(async ({ input }) => (await room()).enable(input.id, input.enabled)),
    remove: os.remove.handler(async ({ input }) => {
      await (await room()).remove(input.id)
      return done
    }),
    fire: os.fire.handler(async ({ input }) => (await room()).fire(input.id, input.payload, input.afterMs)),
    skipNext: os.skipNext.handler(async ({ input }) => (await room()).skipNext(input.id)),
    try: os.try.handler(async ({ input }) => (await room()).try(input.doc, input.payload)),
    fires: os.fires.handler(async ({ input }) => (await room()).fires(input)),
    answer: os.answer.handler(async ({ input }) => (await room()).answer(input.id, input.yes)),
    cancelFire: os.cancelFire.handler(async ({ input }) => (await room()).cancelFire(input.id)),
  }
}

export function scheduleRoutes(room: () => Promise<Triggers>) {
  const os = implement(contract.schedule).$context<CallContext>()
  return {
    status: os.status.handler(async () => (await room()).status()),
    next: os.next.handler(async ({ input }) => (await room()).next(input)),
    preview: os.preview.handler(async ({ input }) => (await room()).preview(input.rule, input.zone, input.count)),
    read: os.read.handler(async ({ input }) => (await room()).read(input.text, input.zone)),
    between: os.between.handler(async ({ input }) => (await room()).between(input)),
    pause: os.pause.handler(async ({ input }) => (await room()).pause(input.until)),
    resume: os.resume.handler(async () => (await room()).resume()),
    backfill: os.backfill.handler(async ({ input }) => (await room()).backfill(input)),
  }
}
