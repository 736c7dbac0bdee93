/**
 * What a run thread and the bodies that it hosts say to each other. A body turns a job into events and one outcome;
 * it never writes to the store, never decides a run's state, and ends soon after its signal is aborted.
 */
import type { PersonaDoc, RunEventBody, RunReasonCode, StepRecord, TokenUsage } from '#contract'

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
  readonly safety: 'read-only' | 'idempotent' | 'neither'
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
  readonly doc: PersonaDoc
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
  /** Variables that every child of this run must carry, so that it is found wherever it goes. Set by the run room. */
  readonly childEnv?: Readonly<Record<string, string>>
}

/** A step as a body reports it: the run room numbers and stores it. */
export type StepDraft = Omit<StepRecord, 'runId' | 'n' | 'startedAt' | 'endedAt' | 'state'>

export interface BodyIo {
  /** Emits one live event. Order is kept; sequence numbers are given by the run room. */
  emit(event: RunEventBody): void
  /** Begins a step and answers its number; `endStep` completes it. */
  beginStep(draft: Pick<StepRecord, 'kind' | 'title' | 'detail'>): number
  /** Resolves when every step begun so far is durable: await it between `beginStep` and the step's effect. Rejects when the store refuses. */
  stepsStored(): Promise<void>
  endStep(
    n: number,
    end: {
      readonly state: 'done' | 'failed'
      readonly detail?: StepRecord['detail']
      readonly usage?: TokenUsage
      readonly costUsd?: number | null
      readonly model?: string
    },
  ): void
  /** Before a lent value goes to a host: resolves when that is in the audit log. REFUSED when the lease has ended. */
  sends(credential: string, host: string): Promise<void>
  /** Reports a child process so that its whole tree can be ended even if this thread dies. */
  child(pid: number, what: 'started' | 'ended'): void
}

export interface BodyOutcome {
  readonly state: 'succeeded' | 'failed' | 'cancelled'
  readonly reason: RunReasonCode
  readonly message: string
  readonly exitCode: number | null
  /** provider/model that gave the answer; null for a command or when none answered. */
  readonly model: string | null
  readonly usage: TokenUsage | null
  /** In US dollars; null when a price is unknown (never zero in its place). */
  readonly costUsd: number | null
  /** The final text (model) or the tail of the output (command), at most 16 kB, for lists and for `troupe run`. */
  readonly result: string
}

export type BodyPort = (job: RunJob, io: BodyIo, signal: AbortSignal) => Promise<BodyOutcome>
