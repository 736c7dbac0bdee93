/** What the room's documents need from outside. The composition root plugs each. */
import type { ImportReading, PersonaDoc, TeamDocument } from '#contract'
import type { Announce, Chance, Clock, Logger, OneAtATime, RowReader, Statement } from '#core'

export type { Migration, SqlValue, Statement } from '#core'

/** The store's door, as far as this room uses it. */
export interface StorePort extends RowReader {
  /** One durable transaction, all or nothing. */
  write(statements: readonly Statement[]): Promise<unknown>
}

export interface TeamPorts {
  readonly store: StorePort
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  /** Runs of a team that are still known, by its id. */
  readonly runs: { counts(teamId: string): Promise<{ readonly runs: number; readonly running: number; readonly queued: number }> }
  readonly personas: {
    /** A new persona that sleeps, under a name that is free. */
    createAsleep(doc: PersonaDoc, message: string): Promise<{ readonly id: string; readonly name: string }>
    /** Takes back one that was just made. */
    remove(id: string): Promise<void>
  }
  /** Reads an n8n text, as `import.plan` does. */
  readonly readImport: (text: string) => Promise<ImportReading>
}

export interface Desk {
  readonly ports: TeamPorts
  /** Every change of the room's tables goes through here. */
  readonly change: OneAtATime
}

export type TeamDoc = TeamDocument
