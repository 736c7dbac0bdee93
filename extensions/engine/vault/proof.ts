/** Re-authentication, for the calls that reveal, copy, export, or change a key. [VT23] */
import { LIMITS } from '#contract/plain'
import { type CallContext, type Chance, type Clock, TroupeError } from '#core'
import { toBase64 } from './seal/bytes.ts'

export interface Proofs {
  /** REAUTHENTICATE unless this caller got this proof within LIMITS.proofTtlMs and the vault was not locked since. */
  require(caller: CallContext, proof: string): void
}

export interface ProofBook extends Proofs {
  give(caller: CallContext): { readonly proof: string; readonly expiresAt: number }
  /** At a lock: none holds any longer. */
  endAll(): void
}

export function proofBook(clock: Clock, chance: Chance): ProofBook {
  const given = new Map<string, { readonly clientId: string; readonly givenAt: number }>()
  /** A clock that went back makes a proof end, not last. */
  const holds = (givenAt: number) => clock.now() >= givenAt && clock.now() - givenAt < LIMITS.proofTtlMs
  return {
    give({ clientId }) {
      for (const [proof, { givenAt }] of given) if (!holds(givenAt)) given.delete(proof)
      const proof = toBase64(chance.bytes(24))
      const givenAt = clock.now()
      given.set(proof, { clientId, givenAt })
      return { proof, expiresAt: givenAt + LIMITS.proofTtlMs }
    },
    require({ clientId }, proof) {
      const found = given.get(proof)
      if (found?.clientId === clientId && holds(found.givenAt)) return
      throw new TroupeError('REAUTHENTICATE', 'This asks who you are: the proof that came is none of yours, or ran out.', {
        hint: 'Give the vault’s passphrase again (vault.reauthenticate), and repeat the call with the proof that you get.',
      })
    },
    endAll: () => given.clear(),
  }
}
