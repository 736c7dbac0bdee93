/** The one way from plain to sealed and back, for the rest of the room. */
import type { VaultStatus } from '#contract'

/** Where a sealed value lies: it opens there and nowhere else. */
export interface SealedPlace {
  readonly credentialId: string
  readonly field: string
}

export interface Sealer {
  readonly state: VaultStatus['state']
  /** A fresh nonce each time. SEALED unless open; TOO_LARGE above LIMITS.secretBytes. The caller zeroes `plain`. */
  seal(place: SealedPlace, plain: Uint8Array): Uint8Array
  /** SEALED unless open; DAMAGED when this place's value cannot be trusted (facts: credentialId, field). The caller zeroes what comes. */
  open(place: SealedPlace, sealed: Uint8Array): Uint8Array
  /** Throws SEALED, with what to do, unless open. Counts as a use, which puts off the automatic lock. */
  requireOpen(): void
  /** Called after each change of state, in order; answers how to stop that. A lock's listeners run before the keys are zeroed. */
  onState(listener: (state: VaultStatus['state']) => void): () => void
}
