/** The side of credentials that lending sees. Values pass here and nowhere else on their way to a run. */
import type { ConnectorRow, Grant } from '#contract'
import type { Statement } from '#core'

/** A credential without its values. */
export interface Lendable {
  readonly id: string
  readonly name: string
  readonly connector: ConnectorRow
  /** Names of the secret fields that have a value. */
  readonly secretFields: readonly string[]
  /** The others, with the connector's defaults. */
  readonly plain: ReadonlyMap<string, string>
  /** Filled in; as `hostFits` (connector/hosts.ts) reads them. */
  readonly hosts: readonly string[]
  readonly allowPrivate: boolean
}

export interface Lending {
  /** Grants of a persona whose credentials can be lent now. Works while sealed. */
  grantsOf(personaId: string): Promise<readonly Grant[]>
  /** By id or name. NOT_FOUND; WRONG_STATE when it was revoked or has to be connected again. */
  lendable(idOrName: string): Promise<Lendable>
  /**
   * The opened secret values, of all fields or of these; with `personaId`, what its grant allows, once the grant itself is seen to be
   * what was sealed. SEALED, DAMAGED, NOT_FOUND, REFUSED. An OAuth access token that is about to end is refreshed first. The caller
   * holds them for the lease and lets go of them at its end. It writes the audit entry *before* it uses them.
   */
  values(
    credentialId: string,
    which?: { readonly fields?: readonly string[]; readonly personaId?: string },
  ): Promise<ReadonlyMap<string, string>>
  /** For the transaction of the audit entry of a lend: notes when the credentials were last used. */
  used(credentialIds: readonly string[], at: number): Statement
}
