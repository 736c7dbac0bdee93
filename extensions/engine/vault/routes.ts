/** The `vault` slice of the contract. What changes a key asks for a proof first. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import type { CallContext } from '#core'
import type { Vault } from './open.ts'

export { connectorRoutes, credentialRoutes } from './credential/routes.ts'
export { leaseRoutes } from './lend/routes.ts'

export function vaultRoutes(room: Vault) {
  const vault = implement(contract.vault).$context<CallContext>()
  return {
    status: vault.status.handler(() => room.status()),
    strength: vault.strength.handler(({ input }) => room.strength.judge(input.passphrase)),
    init: vault.init.handler(({ input, context }) => room.init(input.slots, context)),
    unlock: vault.unlock.handler(({ input, context, signal }) => room.unlock(input.answer, context, signal)),
    lock: vault.lock.handler(({ context }) => room.lock(context)),
    reauthenticate: vault.reauthenticate.handler(({ input, context, signal }) => room.reauthenticate(input.answer, context, signal)),
    keyring: vault.keyring.handler(({ signal }) => room.keyring(signal)),
    addSlot: vault.addSlot.handler(({ input, context }) => {
      room.proofs.require(context, input.proof)
      return room.addSlot(input.slot, context)
    }),
    changeSlot: vault.changeSlot.handler(({ input: { id, proof, ...change }, context }) => {
      room.proofs.require(context, proof)
      return room.changeSlot(id, change, context)
    }),
    removeSlot: vault.removeSlot.handler(({ input, context }) => {
      room.proofs.require(context, input.proof)
      return room.removeSlot(input.id, context)
    }),
    confirmRecovery: vault.confirmRecovery.handler(({ input, context }) => room.confirmRecovery(input.code, context)),
    rotate: vault.rotate.handler(({ input, context }) => {
      room.proofs.require(context, input.proof)
      return room.rotate(context)
    }),
    stopRotation: vault.stopRotation.handler(({ context }) => room.stopRotation(context)),
    setAutoLock: vault.setAutoLock.handler(({ input, context }) => {
      room.proofs.require(context, input.proof)
      return room.setAutoLock(input.autoLock, context)
    }),
    checkFields: vault.checkFields.handler(() => room.checkFields()),
    audit: vault.audit.handler(({ input }) => room.auditPage(input)),
    verifyAudit: vault.verifyAudit.handler(() => room.verifyAudit()),
  }
}
