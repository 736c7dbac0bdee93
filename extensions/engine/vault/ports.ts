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

export interface VaultPorts {
  readonly store: VaultStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  /** The folder of the header and of the file that counts wrong tries; 0700. */
  readonly folder: string
  /** Entries of the threads; default: beside this file. */
  readonly keyThreadUrl?: URL
  readonly keyringThreadUrl?: URL
  readonly strengthThreadUrl?: URL
}
