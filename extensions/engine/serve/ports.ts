/** What the serve room needs from outside. */
import type { Chance, Clock, Logger, Redactor, RowReader, Statement } from '#core'

export type { Migration, Statement } from '#core'

/** The store's door, as far as this room uses it. */
export interface ClientStore extends RowReader {
  write(statements: readonly Statement[], options?: { readonly durability?: 'durable' | 'applied' }): Promise<unknown>
}

export interface ServePorts {
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  /** Before every error that leaves. */
  readonly redactor: Redactor
  /** Version and build, as the hello frame says them. */
  readonly build: string
  /** The built window; undefined: none is served. */
  readonly windowDir: string | undefined
  /** Tried first, so that an open page finds the engine again; 0 or taken: any free port. */
  readonly firstPort: number
  /** The random path of the window's files at the start before; undefined: a new one is made. */
  readonly pagePath?: string | undefined
  /** How long a client that does not read is waited for. Default 30,000. */
  readonly slowMs?: number
  /** How long a connection may take to say hello. Default 5,000. */
  readonly helloMs?: number
  /** How often a silent connection is asked whether it lives. Default 30,000. */
  readonly pingMs?: number
}
