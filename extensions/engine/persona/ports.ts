/** What the persona room needs from outside. The composition root plugs each; the room imports no other room. */
import type { Announce, Chance, Clock, Logger, RowReader, Statement } from '#core'
import type { TemplateInput } from './template.ts'

export type { Migration, SqlValue, Statement } from '#core'

/** The store's door, as far as this room uses it. */
export interface StorePort extends RowReader {
  /** One durable transaction, all or nothing. */
  write(statements: readonly Statement[]): Promise<unknown>
}

export interface RunCounts {
  /** All runs of the persona that are still known, ended ones included. */
  readonly runs: number
  /** Running or parked: holding a thread, a child or a question. */
  readonly running: number
  readonly queued: number
}

export interface RunsPort {
  counts(personaId: string): Promise<RunCounts>
}

export interface WorkspacesPort {
  /** Files in the persona's workspace folder, links not followed; zeros when there is none. */
  measure(personaId: string): Promise<{ readonly files: number; readonly bytes: number }>
  /** Moves the folder to the data folder's trash; nothing when there is none. DISK when it cannot be moved. */
  trash(personaId: string): Promise<void>
}

export interface PersonaPorts {
  readonly store: StorePort
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly runs: RunsPort
  readonly workspaces: WorkspacesPort
  /** When a trigger starts it next, milliseconds since 1970; null: none does. Left out while nothing has triggers. */
  readonly nextFireAt?: (personaId: string) => number | null
  /** Ids of the providers that are set up here; an import warns about others. */
  readonly providers: () => Promise<readonly string[]>
  /** Default: those that ship in `templates/`. */
  readonly templates?: readonly TemplateInput[]
  /** The module that reads and writes persona files. Default: thread.ts beside this file; a bundle hands its own in. */
  readonly threadUrl?: URL
}
