/**
 * The sealed values of credentials. Every secret of the room lies here and nowhere else, so that a rotation finds all of them.
 * A value is written by a Statement that its caller puts into its own transaction (through Audit.append).
 */
import type { Statement } from '#core'
import type { SealedPlace } from '../seal/sealer.ts'

export interface SecretTable {
  /** New, or in place of what was there. Seals at once: SEALED, TOO_LARGE. The transaction fails with CONFLICT if the key was retired meanwhile. */
  put(place: SealedPlace, plain: Uint8Array): Statement
  /** One field, or all of a credential. */
  drop(credentialId: string, field?: string): Statement
  /** Opened; undefined: there is none. SEALED, DAMAGED. The caller zeroes it. */
  read(place: SealedPlace): Promise<Uint8Array | undefined>
  /** All of a credential, opened, in the order of their names. */
  readAll(credentialId: string): Promise<ReadonlyMap<string, Uint8Array>>
  /** Names of the fields that have a value; works while sealed. */
  fields(credentialId: string): Promise<readonly string[]>
}
