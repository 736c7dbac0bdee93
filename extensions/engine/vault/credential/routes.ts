/** The `connector` and `credential` slices of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Credentials } from './credentials.ts'

const DONE = { done: true } as const

export function connectorRoutes(room: Credentials) {
  const on = implement(contract.connector).$context<CallContext>()
  return { list: on.list.handler(() => [...room.connectors()]) }
}

export function credentialRoutes(room: Credentials) {
  const on = implement(contract.credential).$context<CallContext>()
  return {
    list: on.list.handler(async () => [...(await room.list())]),
    get: on.get.handler(({ input }) => room.get(input.id)),
    add: on.add.handler(({ input, context }) => room.add(input, context)),
    edit: on.edit.handler(({ input, context }) => room.edit(input, context)),
    reveal: on.reveal.handler(({ input, context }) => room.reveal(input, context)),
    code: on.code.handler(({ input, context }) => room.code(input.id, input.proof, context)),
    generate: on.generate.handler(({ input }) => room.generate(input)),
    check: on.check.handler(({ input, context }) => room.check(input.id, context)),
    grant: on.grant.handler(({ input, context }) => room.grant(input, context)),
    ungrant: on.ungrant.handler(async ({ input, context }) => {
      await room.ungrant(input.id, input.personaId, context)
      return DONE
    }),
    grants: on.grants.handler(async ({ input }) => [...(await room.grants(input.personaId))]),
    blastRadius: on.blastRadius.handler(({ input }) => room.blastRadius(input.id)),
    revoke: on.revoke.handler(({ input, context }) => room.revoke(input.id, context)),
    remove: on.remove.handler(async ({ input, context }) => {
      await room.remove(input.id, input.endLeases, context)
      return DONE
    }),
    attach: on.attach.handler(({ input, context }) => room.attach(input.id, input.name, input.fileBase64, context)),
    openAttachment: on.openAttachment.handler(({ input, context }) =>
      room.openAttachment(input.id, input.attachmentId, input.proof, context),
    ),
    detach: on.detach.handler(async ({ input, context }) => {
      await room.detach(input.id, input.attachmentId, context)
      return DONE
    }),
    planImport: on.planImport.handler(({ input }) => room.planImport(input.source)),
    import: on.import.handler(({ input, context }) => room.import(input.source, input.digest, input.keys, context)),
    export: on.export.handler(({ input, context }) => room.export(input, context)),
    connect: on.connect.handler(({ input, context }) => room.connect(input.id, context)),
    connectState: on.connectState.handler(({ input, signal }) => room.connectState(input.flowId, input.wait, signal)),
    cancelConnect: on.cancelConnect.handler(async ({ input }) => {
      await room.cancelConnect(input.flowId)
      return DONE
    }),
  }
}
