/** What the healing room needs from outside. Everything here is plugged by the composition root. */
import type { DocChange, PersonaDoc, RevisionMeasure, SafeMode } from '#contract'
import type { HealChange } from '#contract/plain'
import type { Announce, Chance, Clock, Logger, RowReader, Statement } from '#core'

export type { Migration, Statement } from '#core'

export interface HealStore extends RowReader {
  write(
    statements: readonly Statement[],
    options?: { readonly durability?: 'durable' | 'applied' },
  ): Promise<readonly { readonly changes: number }[]>
}

export interface HealPersona {
  readonly id: string
  readonly revision: number
  readonly doc: PersonaDoc
}

export interface HealPorts {
  readonly store: HealStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly safeMode: SafeMode
  /** Starts the engine anew, out of safe mode. */
  readonly leaveSafeMode: () => void
  /** Goes on with a run from its journal. */
  readonly resume: (
    runId: string,
    how: { readonly change: HealChange; readonly about: string; readonly attempt: number },
  ) => Promise<unknown>
  /** Tells the person of a failure, or of an end. */
  readonly tell: (what: { readonly title: string; readonly text: string; readonly runId: string; readonly failed: boolean }) => void
  /** provider/model that may be asked for proposals; empty: none. */
  readonly healWith: () => string
  readonly personas: {
    get(id: string): Promise<HealPersona>
    nameOf(id: string): Promise<string | null>
    /** CONFLICT when `baseRevision` is no longer the current one. Answers the new revision. */
    save(id: string, doc: PersonaDoc, baseRevision: number, message: string): Promise<number>
    restore(id: string, revision: number, message: string): Promise<number>
    diff(from: PersonaDoc, to: PersonaDoc): readonly DocChange[]
  }
  readonly runs: {
    /** Starts a run of a document that belongs to no persona; answers its id. */
    startDraft(doc: PersonaDoc, input: string): Promise<string>
    /** Its final text, once it has ended. */
    resultOf(runId: string): Promise<{ readonly ok: boolean; readonly text: string }>
    /** What the last runs of a persona said when they failed, for the model. */
    failuresOf(personaId: string): Promise<readonly string[]>
    measure(personaId: string, revision: number): Promise<RevisionMeasure>
  }
}
