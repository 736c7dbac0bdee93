/** What the budget room needs from outside. Everything here is plugged by the composition root. */
import type { Announce, Chance, Clock, Logger, RowReader, Statement } from '#core'

export type { Migration, Statement } from '#core'

export interface BudgetStore extends RowReader {
  write(statements: readonly Statement[]): Promise<readonly { readonly changes: number }[]>
}

/** A moment in this machine's calendar. */
export interface Today {
  /** `2026-11-25` */
  readonly day: string
  /** `2026-11` */
  readonly month: string
  /** When the next day and the next month begin, milliseconds since 1970. */
  readonly nextDayAt: number
  readonly nextMonthAt: number
}

export interface BudgetPorts {
  readonly store: BudgetStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly calendar: (ms: number) => Today
  /** Goes on with a run that waited for a limit. */
  readonly resume: (runId: string) => Promise<unknown>
  /** Tells the person of a limit that is near, reached, or has stopped a run. */
  readonly tell: (what: { readonly title: string; readonly text: string; readonly runId: string | null }) => void
}
