/** What the credential part needs, from the vault's core and from outside. */
import type { Announce, Chance, Clock, Logger, RowReader } from '#core'
import type { Vault } from '../open.ts'

/** One request through the guarded egress: the hosts and, unless allowed, every private address are checked at each hop. */
export interface EgressRequest {
  readonly url: string
  readonly method: 'GET' | 'HEAD' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
}
export interface EgressGrant {
  /** Names or `*.example.org`, without ports. */
  readonly hosts: string[]
  readonly allowPrivate: boolean
}
export interface EgressResponse {
  readonly status: number
  readonly url: string
  header(name: string): string | null
  chunks(): AsyncIterable<Uint8Array>
  close(): Promise<void>
}
/** REFUSED by the guard, UNREACHABLE when the network failed. */
export type Egress = (request: EgressRequest, grant: EgressGrant, signal: AbortSignal) => Promise<EgressResponse>

export interface PersonasPort {
  /** null: there is none. */
  nameOf(personaId: string): Promise<string | null>
}

/** The leases of now; the lending part is behind it. */
export interface LeasesPort {
  /** Runs that hold a lease of a credential. */
  holders(credentialId: string): Promise<readonly { readonly id: string; readonly personaName: string }[]>
  /** Ends the leases of a credential, or only those of one persona; resolves when they are ended. */
  end(credentialId: string, personaId: string | null): Promise<void>
}

export interface ProvidersPort {
  /** Ids of the model providers that take their key from a credential. */
  using(credentialId: string): Promise<readonly string[]>
}

/** 32 bytes by PBKDF2-HMAC-SHA256, in its own thread; takes `passphrase` over and zeroes it. CANCELLED when aborted. */
export type DeriveKey = (
  job: { readonly passphrase: Uint8Array; readonly salt: Uint8Array; readonly rounds: number },
  onProgress: (done: number) => void,
  signal?: AbortSignal,
) => Promise<Uint8Array>

/** What of the vault's core is used here. Writes go through the audit, so the store itself is only read. */
export type VaultParts = Pick<Vault, 'sealer' | 'secrets' | 'audit' | 'proofs'>

/** Files of attachments; all paths lie in `folder`. */
export interface FilesPort {
  /** Whole or not at all, and durable when it resolves. */
  write(path: string, content: Uint8Array): Promise<void>
  /** null: there is none. */
  read(path: string): Promise<Uint8Array | null>
  /** Nothing when there is none. */
  remove(path: string): Promise<void>
  names(folder: string): Promise<readonly string[]>
}

export interface CredentialPorts {
  readonly vault: VaultParts
  readonly store: RowReader
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  /** The engine's environment, for an import from it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** A folder of its own for attachments, 0700. */
  readonly folder: string
  readonly files: FilesPort
  readonly egress: Egress
  readonly deriveKey: DeriveKey
  readonly personas: PersonasPort
  readonly leases: LeasesPort
  readonly providers: ProvidersPort
  /** Rounds of PBKDF2 of an export; default 600,000. */
  readonly rounds?: number
}
