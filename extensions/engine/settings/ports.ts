/** What the settings room needs from outside. */
import type { Announce, Clock, Logger, RowReader, Statement } from '#core'

export type { Migration, Statement } from '#core'

export interface SettingStore extends RowReader {
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
