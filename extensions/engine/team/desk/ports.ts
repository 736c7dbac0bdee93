/** What the room's documents need from outside. The composition root plugs each. */
import type { ImportReading, PersonaDoc, RunDetail, RunDoc, RunRow, StepRecord, TeamBody, TeamDocument } from '#contract'
import type { Announce, Chance, Clock, Logger, OneAtATime, RowReader, Statement } from '#core'

export type { Migration, SqlValue, Statement } from '#core'

/** The store's door, as far as this room uses it. */
export interface StorePort extends RowReader {
  /** One durable transaction, all or nothing. */
  write(statements: readonly Statement[]): Promise<unknown>
}

/** Who runs what: the run room, as far as teams use it. */
export interface RunsPort {
  /** Runs of a team that are still known, by its id. */
  counts(teamId: string): Promise<{ readonly runs: number; readonly running: number; readonly queued: number }>
  start(ask: {
    readonly id?: string
    readonly within?: boolean
    readonly personaId?: string
    readonly subject?: {
      readonly id: string
      readonly revision: number
      readonly doc: RunDoc
      readonly archivedAt: number | null
      readonly active: boolean
    }
    readonly draft?: RunDoc
    readonly input: string
    readonly params: Readonly<Record<string, string>>
    readonly priority: RunRow['priority']
    readonly credentials?: readonly string[]
  }): Promise<RunRow>
  fork(ask: {
    readonly id: string
    readonly step: number
    readonly change: Record<string, never>
    readonly body: TeamBody
  }): Promise<RunRow>
  get(id: string): Promise<RunDetail>
  stepsOf(id: string): Promise<{ readonly run: RunRow; readonly steps: readonly StepRecord[] }>
  answerOf(id: string, step: number): Promise<unknown>
  cancel(id: string): Promise<unknown>
  /** Goes on with a run that waits; the wait is answered with this. */
  goOn(id: string, answer?: unknown): Promise<RunRow>
  /** Resolves when it has ended, or the engine stops. */
  ended(id: string): Promise<void>
}

export interface TeamPorts {
  readonly store: StorePort
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly runs: RunsPort
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
