/** The `connector` and `credential` slices of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Credentials } from './credentials.ts'

const DONE = { done: true } as const

export function connectorRoutes(room: () => Promise<Credentials>) {
  const on = implement(contract.connector).$context<CallContext>()
  return { list: on.list.handler(async () => [...(await room()).connectors()]) }
}

export function credentialRoutes(room: () => Promise<Credentials>) {
  const on = implement(contract.credential).$context<CallContext>()
  return {
    list: on.list.handler(async () => [...(await (await room()).list())]),
    get: on.get.handler(async ({ input }) => (await room()).get(input.id)),
    add: on.add.handler(async ({ input, context }) => (await room()).add(input, context)),
    edit: on.edit.handler(async ({ input, context }) => (await room()).edit(input, context)),
    reveal: on.reveal.handler(async ({ input, context }) => (await room()).reveal(input, context)),
    code: on.code.handler(async ({ input, context }) => (await room()).code(input.id, input.proof, context)),
    generate: on.generate.handler(async ({ input }) => (await room()).generate(input)),
    check: on.check.handler(async ({ input, context }) => (await room()).check(input.id, context)),
    grant: on.grant.handler(async ({ input, context }) => (await room()).grant(input, context)),
    ungrant: on.ungrant.handler(async ({ input, context }) => {
      await (await room()).ungrant(input.id, input.personaId, context)
      return DONE
    }),
    grants: on.grants.handler(async ({ input }) => [...(await (await room()).grants(input.personaId))]),
    blastRadius: on.blastRadius.handler(async ({ input }) => (await room()).blastRadius(input.id)),
    revoke: on.revoke.handler(async ({ input, context }) => (await room()).revoke(input.id, context)),
    remove: on.remove.handler(async ({ input, context }) => {
      await (await room()).remove(input.id, input.endLeases, context)
      return DONE
    }),
    attach: on.attach.handler(async ({ input, context }) => (await room()).attach(input.id, input.name, input.fileBase64, context)),
    openAttachment: on.openAttachment.handler(async ({ input, context }) =>
      (await room()).openAttachment(input.id, input.attachmentId, input.proof, context),
    ),
    detach: on.detach.handler(async ({ input, context }) => {
      await (await room()).detach(input.id, input.attachmentId, context)
      return DONE
    }),
    planImport: on.planImport.handler(async ({ input }) => (await room()).planImport(input.source)),
    import: on.import.handler(async ({ input, context }) => (await room()).import(input.source, input.digest, input.keys, context)),
    export: on.export.handler(async ({ input, context }) => (await room()).export(input, context)),
    connect: on.connect.handler(async ({ input, context }) => (await room()).connect(input.id, context)),
    connectState: on.connectState.handler(async ({ input, signal }) => (await room()).connectState(input.flowId, input.wait, signal)),
    cancelConnect: on.cancelConnect.handler(async ({ input }) => {
      await (await room()).cancelConnect(input.flowId)
      return DONE
    }),
  }
}
