/**
 * Every message between the main side and a run thread.
 *
 * The law: the thread never decides a run's state, and never writes to the store; it reports, in order, on one port.
 * Each `run` is answered by exactly one `ended`, unless the thread dies. A `cancel` is answered by `heard` at once: a thread
 * that does not answer is stuck. Event bytes that the main side has not yet written are credit: `written` gives it back, and
 * a thread with none left stops reading its children.
 */
import type { RunEventBody, StepRecord } from '#contract'
import type { BodyIo, BodyOutcome, RunJob } from '#core'

export type StepBegin = Parameters<BodyIo['beginStep']>[0]
export type StepEnd = Parameters<BodyIo['endStep']>[1]

/** What a thread is told when it starts (`workerData`). */
export interface ThreadBirth {
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly killGraceMs: number
}

export type ToThread =
  | { readonly kind: 'run'; readonly job: RunJob }
  | { readonly kind: 'cancel'; readonly runId: string }
  | { readonly kind: 'written'; readonly runId: string; readonly bytes: number }
  | { readonly kind: 'stored'; readonly runId: string; readonly n: number }
  /** A step could not be stored: the body must not go on to its effect. */
  /** The answer to `send`; `refused`: why the value must not go. */
  | { readonly kind: 'send-answer'; readonly runId: string; readonly n: number; readonly refused: string | null }
  | { readonly kind: 'refused'; readonly runId: string; readonly message: string }
  /** What is to be hidden from now on (null: nothing); comes before the job that borrows it, and is answered by `secrets-taken`. */
  | { readonly kind: 'secrets'; readonly n: number; readonly block: SharedArrayBuffer | null }

export type FromThread =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard'; readonly runId: string }
  | { readonly kind: 'events'; readonly runId: string; readonly events: readonly RunEventBody[]; readonly bytes: number }
  | { readonly kind: 'step-began'; readonly runId: string; readonly n: number; readonly step: StepBegin }
  | { readonly kind: 'step-ended'; readonly runId: string; readonly n: number; readonly end: StepEnd }
  /** A lent value is about to go to a host; it waits for `send-answer`. */
  | { readonly kind: 'send'; readonly runId: string; readonly n: number; readonly credential: string; readonly host: string }
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
