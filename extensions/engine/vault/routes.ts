/** The `vault` slice of the contract. */
import { implement } from '@orpc/server'
import { contract } from '#contract'
import { type CallContext, TroupeError } from '#core'
import type { Vault } from './open.ts'

export function vaultRoutes(room: Vault) {
  const vault = implement(contract.vault).$context<CallContext>()
  const notYet = (): never => {
    throw new TroupeError('WRONG_STATE', 'The vault is being built; this call answers in the next build.')
  }
  return {
    status: vault.status.handler(() => room.status()),
    strength: vault.strength.handler(({ input }) => room.strength.judge(input.passphrase)),
    init: vault.init.handler(notYet),
    unlock: vault.unlock.handler(notYet),
    lock: vault.lock.handler(notYet),
    reauthenticate: vault.reauthenticate.handler(notYet),
    keyring: vault.keyring.handler(notYet),
    addSlot: vault.addSlot.handler(notYet),
    changeSlot: vault.changeSlot.handler(notYet),
    removeSlot: vault.removeSlot.handler(notYet),
    confirmRecovery: vault.confirmRecovery.handler(notYet),
    rotate: vault.rotate.handler(notYet),
    stopRotation: vault.stopRotation.handler(notYet),
    setAutoLock: vault.setAutoLock.handler(notYet),
    checkFields: vault.checkFields.handler(notYet),
    audit: vault.audit.handler(notYet),
    verifyAudit: vault.verifyAudit.handler(notYet),
  }
}
