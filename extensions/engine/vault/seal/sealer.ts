/** The one way from plain to sealed and back, for the rest of the room. */
import type { VaultStatus } from '#contract'
import { LIMITS } from '#contract/plain'
import { type Chance, TroupeError } from '#core'
import { openField, sealField } from './field.ts'
import type { VaultState } from './state.ts'

/** Where a sealed value lies: it opens there and nowhere else. */
export interface SealedPlace {
  readonly credentialId: string
  readonly field: string
}

export interface Sealer {
  readonly state: VaultStatus['state']
  /** A fresh nonce each time. SEALED unless open; TOO_LARGE above LIMITS.secretBytes. The caller zeroes `plain`. */
  seal(place: SealedPlace, plain: Uint8Array): Uint8Array
  /** SEALED unless open; DAMAGED when this place's value cannot be trusted (facts: credentialId, field, failure). The caller zeroes what comes. */
  open(place: SealedPlace, sealed: Uint8Array): Uint8Array
  /** Throws SEALED, with what to do, unless open. Counts as a use, which puts off the automatic lock. */
  requireOpen(): void
  /** Called after each change of state, in order; answers how to stop that. Nothing can be opened any more when a listener hears `sealed`. */
  onState(listener: (state: VaultStatus['state']) => void): () => void
}

export function makeSealer(state: VaultState, chance: Chance): Sealer {
  return {
    get state() {
      return state.state
    },
    seal(place, plain) {
      const [keys] = state.keys()
      if (plain.length > LIMITS.secretBytes)
        throw new TroupeError('TOO_LARGE', `A secret has at most ${LIMITS.secretBytes} bytes; this one has ${plain.length}.`)
      return sealField(chance, keys, place, plain)
    },
    open(place, sealed) {
      const opened = openField(state.keys(), place, sealed)
      if (opened.ok) return opened.plain
      throw damagedField(place, opened.why, opened.keyId)
    },
    requireOpen: () => void state.keys(),
    onState: (listener) => state.onState(listener),
  }
}

function damagedField({ credentialId, field }: SealedPlace, why: 'short' | 'newer' | 'other-key' | 'changed', keyId?: string): TroupeError {
  const name = `The sealed value "${field}" of credential ${credentialId}`
  const facts = { credentialId, field, failure: why === 'other-key' ? 'other-vault' : 'damaged-field' }
  const hint = 'Bring it back from a backup, or enter the value again; the other values are not touched by this.'
  switch (why) {
    case 'other-key':
      return new TroupeError(
        'DAMAGED',
        `${name} was sealed with the key ${keyId}, which this vault does not have: it is of another vault.`,
        {
          hint,
          facts,
        },
      )
    case 'newer':
      return new TroupeError('DAMAGED', `${name} is of another format than this build of Troupe reads.`, {
        hint: 'Open it with the build that wrote it.',
        facts,
      })
    case 'short':
    case 'changed':
      return new TroupeError('DAMAGED', `${name} is damaged: it is not what was sealed in this place.`, { hint, facts })
  }
}
