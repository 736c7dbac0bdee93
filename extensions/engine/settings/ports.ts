/** What the settings room needs from outside. */
import type { Announce, Clock, Logger, SqlValue, Statement } from '#core'

export type { Migration, SqlValue, Statement } from '#core'

export interface SettingStore {
  read<Row>(
    sql: string,
    params?: readonly SqlValue[],
    options?: { readonly maxRows?: number; readonly maxBytes?: number },
  ): Promise<readonly Row[]>
  write(
    statements: readonly Statement[],
    options?: { readonly durability?: 'durable' | 'applied' },
  ): Promise<readonly { readonly changes: number }[]>
}

export interface SettingsPorts {
  readonly store: SettingStore
  readonly clock: Clock
  readonly log: Logger
  readonly announce: Announce
}
