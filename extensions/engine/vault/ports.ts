/** What the vault room needs from outside. */
import type { Announce, Chance, Clock, Logger, SqlValue, Statement } from '#core'

export type { Migration, SqlValue, Statement } from '#core'

/** The part of the store's door that this room uses. */
export interface VaultStore {
  read<Row>(
    sql: string,
    params?: readonly SqlValue[],
    options?: { readonly maxRows?: number; readonly maxBytes?: number },
  ): Promise<readonly Row[]>
  /** One transaction, all or nothing, durable when it resolves. */
  write(statements: readonly Statement[]): Promise<readonly { readonly changes: number }[]>
}

/** A named moment between two durable steps, at which a test may end the process. Does nothing otherwise. */
export type FaultPoint = (point: string) => void

export interface VaultPorts {
  readonly store: VaultStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  /** The folder of the header and of the file that counts wrong tries; 0700. */
  readonly folder: string
  /** Replaces a small file whole, durably. */
  readonly writeFile: (path: string, text: string) => Promise<void>
  /** The engine's own environment; the child that asks the keyring is given the few variables that lead to it. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Entries of the threads and of the child; default: beside this file. */
  readonly keyThreadUrl?: URL
  readonly keyringChildUrl?: URL
  readonly strengthThreadUrl?: URL
  /** Rounds of PBKDF2 of a new passphrase slot; default 600,000. A slot with fewer is upgraded when it opens the vault. */
  readonly rounds?: number
  readonly fault?: FaultPoint
  /** The slot that opened a sealed store at this start: an entry of the audit log. */
  readonly storeOpenedWith?: string | undefined
  /** Whether the store is sealed with the newest master key: it cannot be rotated then. */
  readonly keyInUse?: () => boolean
}
