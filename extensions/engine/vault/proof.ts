/** Re-authentication, for the calls that reveal, copy, export, or change a key. */
import type { CallContext } from '#core'

export interface Proofs {
  /** REAUTHENTICATE unless this caller got this proof within LIMITS.proofTtlMs and the vault was not locked since. */
  require(caller: CallContext, proof: string): void
}
