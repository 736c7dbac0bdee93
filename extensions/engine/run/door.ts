/** The room's door, as the composition root and the routes see it. */
import type { ForkChange, RunDetail, RunEventBatch, RunFilter, RunMessage, RunRow, RunStrip, StepRecord, TeamBody } from '#contract'
import type { RunReasonCode } from '#contract/plain'
import type { AnswerAsk } from './answering.ts'
import type { Asked } from './asked.ts'
import type { ExportFormat } from './export.ts'
import type { PersonaActivity } from './list.ts'
import type { RunPersona } from './ports.ts'

export interface StartAsk {
  /** Chosen by who asks, so that asking again after a crash makes no second run: CONFLICT when it is there. Default: a new one. */
  readonly id?: string | undefined
  /** A team, with the document of its run; instead of a persona. */
  readonly subject?: RunPersona | undefined
  /** It runs within another that waits for it, and needs no slot of its own. */
  readonly within?: boolean | undefined
  /** Left out: the draft belongs to no persona. */
  readonly personaId?: string | undefined
  readonly input: string
  readonly params: Readonly<Record<string, string>>
  readonly revision?: number | undefined
  /** An unsaved document, tried in the persona's name if one is given. */
  readonly draft?: Asked['doc'] | undefined
  readonly priority: RunRow['priority']
  readonly againOf?: string | undefined
  /** Credentials by name that the person lends to this run alone. */
  readonly credentials?: readonly string[] | undefined
}

export interface Runs {
  /** Queues a run; it is durable when this answers. NOT_FOUND, WRONG_STATE, INVALID, FULL (with the numbers), STOPPING, DISK. */
  start(ask: StartAsk): Promise<RunRow>
  get(id: string): Promise<RunDetail>
  list(ask: {
    filter: RunFilter
    asOf?: number | undefined
    offset: number
    limit: number
  }): Promise<{ rows: RunRow[]; total: number; asOf: number }>
  strips(): Promise<readonly RunStrip[]>
  /** Ids of the parked runs that wait for this, oldest first. */
  parkedFor(reason: RunReasonCode): Promise<readonly string[]>
  /** Ends after the terminal state event, or when the signal is aborted. NOT_FOUND; STOPPING while the engine stops. */
  follow(id: string, fromSeq: number, signal?: AbortSignal): AsyncGenerator<RunEventBatch, void>
  /** Answers when the cancel is under way. WRONG_STATE for a run that has ended. */
  cancel(id: string): Promise<RunRow>
  /**
   * Goes on with a parked run; its open question or wait is answered with `answer`. For whoever parked it through the gate, too: the step is asked
   * about again. WRONG_STATE: it is not parked.
   */
  goOn(id: string, answer?: unknown): Promise<RunRow>
  /** The same for a person: of a run that ended badly, a fork is made that keeps its results. WRONG_STATE. */
  resume(id: string): Promise<RunRow>
  answer(ask: AnswerAsk): Promise<RunRow>
  fork(ask: {
    readonly id: string
    readonly step: number
    readonly change: ForkChange
    readonly body?: TeamBody | undefined
  }): Promise<RunRow>
  replay(id: string): Promise<RunRow>
  /** WRONG_STATE: it has ended, or is no model's. FULL. */
  guide(id: string, text: string): Promise<RunMessage>
  /** An empty text takes the message back. WRONG_STATE: it was taken. */
  editGuidance(id: string, message: number, text: string): Promise<RunMessage[]>
  export(id: string, format: ExportFormat): Promise<{ fileName: string; text: string }>
  /** Runs that hold a slot, runs that wait for one, and threads that stand. */
  counts(): { readonly running: number; readonly queued: number; readonly threads: number }
  activity(personaId: string): Promise<PersonaActivity>
  /** Its row and steps. NOT_FOUND. */
  stepsOf(id: string): Promise<{ readonly run: RunRow; readonly steps: readonly StepRecord[] }>
  /** What one of its steps answered, whole; undefined: it has no answer. NOT_FOUND, DAMAGED. */
  answerOf(id: string, step: number): Promise<unknown>
  /** What a child carries in its environment so that its tree is found: now by this name, after a crash by the engine's next start. */
  marks(tree: string): Readonly<Record<string, string>>
  /** Begins what must not hold up the engine's doors: one warm thread, orphans of a crashed engine. Call it once, after listening. */
  warm(): Promise<void>
  /** Queues again what waited for the vault to be opened. */
  unlocked(): Promise<void>
  /** Stops every body, leaves runs to be gone on with (a command's is incomplete/engine-stopped), queued and parked ones as they are; ends all threads. */
  stop(): Promise<void>
}
