/** What the settings room needs from outside. */
import type { Announce, Clock, Logger } from '#core'

export type SqlValue = string | number | null | Uint8Array
export interface Statement {
  readonly sql: string
  readonly params?: readonly SqlValue[]
}
export interface Migration {
  readonly room: string
  readonly number: number
  readonly name: string
  readonly sql: string
}
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
