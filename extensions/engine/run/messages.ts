/**
 * Every message between the main side and a run thread.
 *
 * The law: the thread never decides a run's state, and never writes to the store; it reports, in order, on one port.
 * Each `run` is answered by exactly one `ended`, unless the thread dies. A `cancel` is answered by `heard` at once: a thread
 * that does not answer is stuck. Each `step-asked` is answered by one `step-verdict`, each `step-ended` by one `step-stored`, unless the run ends. Event bytes that the main side has not yet written are credit: `written` gives it back, and
 * a thread with none left stops reading its children.
 */
import type { RunEventBody, StepRecord } from '#contract'
import type { BodyAsk, BodyOutcome, RunJob, SharedToolAnswer, StepAsk, StepRun } from '#core'
import type { RecordedStep } from './journal/recorded.ts'

/** A step that a body asks for, masked and bounded; its key names it in every message. */
export interface StepAsked extends Pick<StepAsk, 'kind' | 'key' | 'title' | 'safety' | 'worst' | 'parks' | 'refused'> {
  readonly detail: StepRecord['detail']
  /** Exact, for the gate. */
  readonly args: Readonly<Record<string, unknown>>
  readonly digest: string
}

/** How its effect ended. */
export interface StepEnded {
  readonly key: string
  readonly state: 'done' | 'failed'
  /** The run was being ended, and the effect was broken off: whether it happened is not known. */
  readonly brokenOff: boolean
  /** JSON of a StepAnswered. */
  readonly answer: string
  readonly detail: StepRecord['detail'] | null
  readonly usage: StepRecord['usage']
  readonly costUsd: number | null
  readonly model: string | null
}

/** What becomes of a step that was asked for. `go` and `instead`: durable. */
export type StepVerdict =
  | ({ readonly kind: 'go' } & StepRun)
  | { readonly kind: 'instead'; readonly n: number; readonly ok: boolean; readonly text: string }
  | { readonly kind: 'park' }
  /** The store refuses: the body must not go on to the effect. */
  | { readonly kind: 'refused'; readonly message: string }

/** What goes with a job: what its journal holds, and whether it may do anything that is not in there. */
export interface Journaled {
  readonly recorded: readonly RecordedStep[]
  readonly replayOnly: boolean
}

/** What a thread is told when it starts (`workerData`). */
export interface ThreadBirth {
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly killGraceMs: number
}

export type ToThread =
  | { readonly kind: 'run'; readonly job: RunJob; readonly journal: Journaled }
  | { readonly kind: 'cancel'; readonly runId: string }
  | { readonly kind: 'written'; readonly runId: string; readonly bytes: number }
  | { readonly kind: 'step-verdict'; readonly runId: string; readonly key: string; readonly verdict: StepVerdict }
  /** The step's result is durable; `refused`: why it is not. */
  | { readonly kind: 'step-stored'; readonly runId: string; readonly key: string; readonly refused: string | null }
  | { readonly kind: 'guidance'; readonly runId: string; readonly turn: number; readonly texts: readonly string[] }
  /** The answer to `send`; `refused`: why the value must not go. */
  | { readonly kind: 'send-answer'; readonly runId: string; readonly n: number; readonly refused: string | null }
  /** The answer to `shared-call`. */
  | { readonly kind: 'shared-answer'; readonly runId: string; readonly n: number; readonly answer: SharedToolAnswer }
  /** The answer to `ask`; `refused`: why there is none. */
  | { readonly kind: 'ask-answer'; readonly runId: string; readonly n: number; readonly answer: unknown; readonly refused: string | null }
  /** What is to be hidden from now on (null: nothing); comes before the job that borrows it, and is answered by `secrets-taken`. */
  | { readonly kind: 'secrets'; readonly n: number; readonly block: SharedArrayBuffer | null }

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard'; readonly runId: string }
  | { readonly kind: 'events'; readonly runId: string; readonly events: readonly RunEventBody[]; readonly bytes: number }
  | { readonly kind: 'step-asked'; readonly runId: string; readonly step: StepAsked }
  | { readonly kind: 'step-ended'; readonly runId: string; readonly end: StepEnded }
  | { readonly kind: 'guidance-asked'; readonly runId: string; readonly turn: number }
  /** A lent value is about to go to a host; it waits for `send-answer`. */
  | { readonly kind: 'send'; readonly runId: string; readonly n: number; readonly credential: string; readonly host: string }
  /** One of the job's shared tools is called; it waits for `shared-answer`, unless `shared-cancel` gives it up. */
  | {
      readonly kind: 'shared-call'
      readonly runId: string
      readonly n: number
      readonly tool: string
      readonly args: unknown
      readonly key: string
    }
  | { readonly kind: 'shared-cancel'; readonly runId: string; readonly n: number }
  /** It waits for `ask-answer`. */
  | { readonly kind: 'ask'; readonly runId: string; readonly n: number; readonly ask: BodyAsk }
  | { readonly kind: 'child'; readonly runId: string; readonly pid: number; readonly what: 'started' | 'ended' }
  | { readonly kind: 'ended'; readonly runId: string; readonly outcome: BodyOutcome; readonly cutBytes: number }
  | { readonly kind: 'secrets-taken'; readonly n: number }
  /** Something broke in the thread that belongs to no run: for the log. */
  | { readonly kind: 'fault'; readonly message: string }

/** Bytes of events that a run may have on their way to the disk. */
export const CREDIT_BYTES = 512 * 1024
/** Detail of one step, as JSON. */
export const STEP_DETAIL_BYTES = 256 * 1024
/** Result of a run. */
export const RESULT_BYTES = 16 * 1024
/** First signs of a text, for lists. */
export const PREVIEW_CHARS = 240

export type StepDetail = StepRecord['detail']
