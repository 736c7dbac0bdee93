/**
 * The seam between a run and whoever guards it: asked before each effect, told after it, and asked again when a try of a run has ended badly.
 * The default lets everything through, and goes on with a run beneath which something ended. The composition root plugs the guards' answers.
 *
 * What an answer brings along in `write` is written in one transaction with the step's own row, so a reservation is exactly as durable as the
 * step that it is for; `stored` is called when that has happened, or never.
 */
import type { RunReason, RunRow, StepKind, StepSafety, TokenUsage } from '#contract'
import { LIMITS, type RunReasonCode } from '#contract/plain'
import type { BodyFailure, Statement } from '#core'

export interface GateAsk {
  readonly run: RunRow
  /** The number that the step has in its run, if it is let through. */
  readonly n: number
  /** What it is in its run; the same when it is asked about again. */
  readonly key: string
  /** From 1; more than 1: the outcome of the try before is unknown or was a failure, and it is done again. */
  readonly attempt: number
  /** `wait`, `approval` and `message` are not asked about. */
  readonly kind: Exclude<StepKind, 'wait' | 'approval' | 'message'>
  /** A tool's name, or provider/model. */
  readonly title: string
  /** Exact; of a model call without the conversation itself, which is in the digest. */
  readonly args: Readonly<Record<string, unknown>>
  /** SHA-256 of the canonical JSON (core's `canonicalJson`) of the arguments, hexadecimal. */
  readonly digest: string
  readonly safety: StepSafety
  /** The most that it can cost; null: nobody knows. */
  readonly worstUsd: number | null
  readonly worstTokens: number | null
}

/** Rows that go into the step's own transaction. */
export interface GateWrites {
  readonly write?: readonly Statement[]
  readonly stored?: () => void
}

export type GateAnswer =
  /** `args`: changed by a person; the row keeps both. `reservation`: given back with `settle`. */
  | ({ readonly kind: 'go'; readonly args?: Readonly<Record<string, unknown>>; readonly reservation?: string } & GateWrites)
  /** It is not done. The model reads the reason; the step stands in the journal as denied. */
  | ({ readonly kind: 'deny'; readonly reason: string } & GateWrites)
  /** It is not done; this is its result (a question that the person answered). */
  | ({ readonly kind: 'answer'; readonly ok: boolean; readonly text: string } & GateWrites)
  /** The run ends its body, frees its slot, and asks again when it is gone on with (`Runs.goOn`), at `untilMs` at the latest. */
  | { readonly kind: 'park'; readonly reason: RunReason; readonly untilMs?: number }

export interface GateSettle extends Pick<GateAsk, 'run' | 'n' | 'key' | 'attempt' | 'kind' | 'title'> {
  /** `unknown`: nobody heard of its end, so the worst is to be assumed. */
  readonly outcome: 'done' | 'failed' | 'unknown'
  readonly reservation: string | null
  readonly usage: TokenUsage | null
  /** null: not known. */
  readonly costUsd: number | null
  /** Of a failed model call: why. */
  readonly failure: BodyFailure | null
}

/** How a try of a run ended that did not do what it should. */
export interface TryEnd {
  readonly run: RunRow
  /** What it would end with. */
  readonly reason: RunReason
  readonly failure: BodyFailure | null
  /** Tries of this run until now, this one included. */
  readonly attempt: number
  /** How many of them in a row, this one included, completed no step. */
  readonly stalled: number
}

export type HealAnswer =
  | { readonly kind: 'give-up'; readonly message?: string }
  /** At once when `atMs` has passed. Until then it is parked as `retry`, with this message. Failed steps since the last good one are done again. */
  | { readonly kind: 'retry'; readonly atMs: number; readonly message: string }
  /** Parked with a reason of the guard's own, until it is gone on with. */
  | { readonly kind: 'park'; readonly reason: RunReason }

export interface RunGate {
  ask(ask: GateAsk): Promise<GateAnswer> | GateAnswer
  settle(settle: GateSettle): Promise<GateWrites> | GateWrites
  heal(end: TryEnd): Promise<HealAnswer> | HealAnswer
}

/** Something ended beneath the run, and the run itself did nothing wrong. */
export const BROKEN_BENEATH: readonly RunReasonCode[] = ['thread-died', 'engine-crashed']

/** Lets everything through; goes on after a break, unless the run breaks what is beneath it again and again. */
export const openGate: RunGate = {
  ask: () => ({ kind: 'go' }),
  settle: () => ({}),
  heal: ({ reason, stalled }) =>
    BROKEN_BENEATH.includes(reason.code) && stalled < LIMITS.breaksWithoutProgress
      ? { kind: 'retry', atMs: 0, message: reason.message }
      : { kind: 'give-up' },
}
