/**
 * What a run thread and the bodies that it hosts say to each other. A body turns a job into events and one outcome;
 * it never writes to the store, never decides a run's state, and ends soon after its signal is aborted.
 */
import type { RunDoc, RunEventBody, RunReasonCode, StepKind, StepRecord, StepSafety, TokenUsage } from '#contract'

/** One model of the chain with everything needed to call it. Lives in memory only; `apiKey` never leaves the thread except to its provider. */
export interface ResolvedModel {
  readonly provider: string
  readonly kind: import('#contract/plain').ProviderKind
  readonly api: 'chat' | 'responses' | null
  readonly baseUrl: string | null
  readonly apiKey: string | null
  readonly model: string
  /** Context window in tokens; null when nobody knows it. */
  readonly contextTokens: number | null
  readonly price: import('#contract').ModelPrice | null
}

/** One credential that a run has borrowed. */
export interface LentCredential {
  readonly name: string
  /** Values by field, for `{{credential.name.field}}`. */
  readonly fields: Readonly<Record<string, string>>
  /** What the egress adds to requests for these hosts, unless the request has a header of that name. */
  readonly headers: Readonly<Record<string, string>>
  /** As `hostFits` reads them. */
  readonly hosts: readonly string[]
  /** Whether its hosts may have addresses that are not public. */
  readonly allowPrivate: boolean
}

/** What a run has borrowed. Values are in here: they leave the thread only into its children's environment and into allowed requests. */
export interface LentToRun {
  /** Variables of its children: values, or placeholders where that is all that was granted. */
  readonly env: Readonly<Record<string, string>>
  readonly credentials: readonly LentCredential[]
}

/** A tool that lives outside the run's thread, as the person accepted it. */
export interface SharedTool {
  /** As the model calls it. */
  readonly name: string
  readonly description: string
  /** JSON Schema. */
  readonly inputSchema: Readonly<Record<string, unknown>>
  readonly server: string
  /** As the server calls it. */
  readonly tool: string
  /** Of what was accepted; empty where the words are ours. */
  readonly hash: string
  /** What a second call with the same arguments would do, as the server declares it. */
  readonly safety: StepSafety
  /** Set: it is about the server's resources. */
  readonly resource: 'list' | 'read' | null
}

export interface SharedToolAnswer {
  /** false: refused or failed, and `text` says why, to the model. */
  readonly ok: boolean
  readonly text: string
  readonly droppedBytes: number
}

export interface RunJob {
  readonly runId: string
  readonly doc: RunDoc
  /** The assembled prompt (system side for a model; ignored by a command). */
  readonly prompt: string
  readonly input: string
  readonly params: Readonly<Record<string, string>>
  /** Arguments, folder, environment and standard input of a command with its parameters filled in; null for a model. */
  readonly command: import('#contract').CommandBody | null
  readonly models: readonly ResolvedModel[]
  /** The persona's own folder; exists. Tools never leave it. */
  readonly workspaceDir: string
  /** Left out: it has borrowed nothing. */
  readonly lent?: LentToRun
  /** Tools that live outside its thread; left out: none. */
  readonly shared?: readonly SharedTool[]
  /** Variables that every child of this run must carry, so that it is found wherever it goes. Set by the run room. */
  readonly childEnv?: Readonly<Record<string, string>>
  /** The same tool call with the same result so often in a row is a loop; 0 or left out: none is. */
  readonly loopRepeats?: number
}

/** A step that a body is about to take. */
export interface StepAsk {
  readonly kind: StepKind
  /** What it is in its run: unique there, and the same whenever the body runs again, e.g. `tool:3.1`. At most 300 signs. */
  readonly key: string
  /** For people: a tool's name, a model's. */
  readonly title: string
  /** The exact arguments, as JSON: what the gate judges. */
  readonly args: Readonly<Record<string, unknown>>
  /** What people see of it, bounded. Default: `args`. */
  readonly detail?: StepRecord['detail']
  /** What the digest is taken of, when that is more than the arguments (a model's whole conversation). Default: `args`. */
  readonly digested?: unknown
  readonly safety: StepSafety
  /** The most that it can cost; null: nobody knows. Left out: nothing. */
  readonly worst?: { readonly usd: number | null; readonly tokens: number | null }
  /** It cannot be done, and is only noted: this stands for its result. The gate is not asked. */
  readonly refused?: string
  /** It has no effect of its own: the run parks, and the step answers what it is gone on with (`null` for nothing in particular). */
  readonly parks?: { readonly code: RunReasonCode; readonly message: string; readonly untilMs?: number }
}

/** A step under way: durable in the journal, and let through by the gate. */
export interface StepRun {
  readonly n: number
  /** As asked, or as a person changed them. */
  readonly args: Readonly<Record<string, unknown>>
  /** The same for every try of this step, and for no other step: for protocols that have such a key. */
  readonly idempotencyKey: string
}

/** How a step's effect ended. */
export interface StepEnd {
  readonly state: 'done' | 'failed'
  /** What the body needs when it runs again, as JSON. */
  readonly result: unknown
  /** For people; joined to the arguments, bounded. */
  readonly detail?: StepRecord['detail']
  readonly usage?: TokenUsage
  /** US dollars; null: not known. Left out: nothing. */
  readonly costUsd?: number | null
  readonly model?: string
  /** The run was being ended, and the effect was broken off: whether it happened is not known. */
  readonly brokenOff?: boolean
}

/**
 * `result`: what its effect answered, now or when it was recorded. `instead`: it was not done; `text` stands for its result (it was denied,
 * or a person told what it answered).
 */
export type StepResult =
  | { readonly kind: 'result'; readonly n: number; readonly state: 'done' | 'failed'; readonly result: unknown; readonly replayed: boolean }
  | { readonly kind: 'instead'; readonly n: number; readonly ok: boolean; readonly text: string }

/** Thrown by a step when the run is to park: the body lets it pass. It begins anew from its journal later. */
export class RunParked extends Error {
  override readonly name = 'RunParked'
}

/** Thrown when the body cannot go on: its journal does not fit or ends here, or what it cannot do without was denied. The run ends with it. */
export class JournalEnd extends Error {
  override readonly name = 'JournalEnd'
  readonly reason: 'diverged' | 'replay-ended' | 'denied'

  constructor(reason: 'diverged' | 'replay-ended' | 'denied', message: string) {
    super(message)
    this.reason = reason
  }
}

/** What a body may ask of the main side: runs within its own, which end with it. `key` names the run: asked again, it is the same one. */
export type BodyAsk =
  | { readonly kind: 'persona'; readonly key: string; readonly personaId: string; readonly input: string }
  | { readonly kind: 'team'; readonly key: string; readonly teamId: string; readonly items: readonly unknown[] }

export interface BodyIo {
  /** Emits one live event. Order is kept; sequence numbers are given by the run room. Silent while recorded steps are gone through again. */
  emit(event: RunEventBody): void
  /**
   * Takes one step. One that the journal holds answers its recorded result, and `effect` is not called. Otherwise the gate is asked, the step is
   * durable before `effect` is called, and its result is before this resolves. Rejects with what `effect` threw (the step has failed, or,
   * when the run's signal is aborted, has an unknown outcome); RunParked; JournalEnd; DISK when the store refuses. Several may be under way.
   */
  step(ask: StepAsk, effect: (run: StepRun) => Promise<StepEnd>): Promise<StepResult>
  /** Whether the journal has an answer for a step of this key. */
  holds(key: string): boolean
  /** Messages of guidance that wait for this turn (from 1), oldest first; they are journaled as a step. */
  guidance(turn: number): Promise<readonly string[]>
  /** Before a lent value goes to a host: resolves when that is in the audit log. REFUSED when the lease has ended. */
  sends(credential: string, host: string): Promise<void>
  /**
   * Calls one of the job's shared tools, as the effect of a step. `key`: the step's, which goes along. Refusals and failures are answers; rejects
   * only with the signal's reason.
   */
  callShared(tool: SharedTool, args: unknown, key: string, signal: AbortSignal): Promise<SharedToolAnswer>
  /** Asks the main side for what only it can do. Rejects with its reason; also when the run ends meanwhile. */
  ask(ask: BodyAsk): Promise<unknown>
  /** Reports a child process so that its whole tree can be ended even if this thread dies. */
  child(pid: number, what: 'started' | 'ended'): void
}

/** Why a body failed, for whoever decides whether it is tried again. */
export interface BodyFailure {
  /** The model loop's: `limited`, `server`, `network`, `unauthorised` … (its `FailureKind`). */
  readonly kind: string
  readonly status: number | null
  readonly retryAfterMs: number | null
  readonly message: string
}

export interface BodyOutcome {
  /** `parked`, `incomplete`: the thread's desk says so; no body does. */
  readonly state: 'succeeded' | 'failed' | 'cancelled' | 'parked' | 'incomplete'
  readonly reason: RunReasonCode
  readonly message: string
  readonly exitCode: number | null
  /** provider/model that gave the answer; null for a command or when none answered. */
  readonly model: string | null
  /** Counted only when no step of the run has any. */
  readonly usage: TokenUsage | null
  /** In US dollars; null when a price is unknown (never zero in its place). Counted only when no step of the run is a model's. */
  readonly costUsd: number | null
  /** The final text (model) or the tail of the output (command), at most 16 kB, for lists and for `troupe run`. */
  readonly result: string
  /** Of a failed one, when it was a provider's or a tool's doing. */
  readonly failure?: BodyFailure
}

export type BodyPort = (job: RunJob, io: BodyIo, signal: AbortSignal) => Promise<BodyOutcome>
