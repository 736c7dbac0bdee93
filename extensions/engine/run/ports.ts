/** What the run room needs from outside. Everything here is plugged by the composition root. */
import type { CommandBody, McpGrant, ModelRef, RunDoc, RunRow } from '#contract'
import { LIMITS } from '#contract/plain'
import type {
  Announce,
  BodyAsk,
  Chance,
  Clock,
  Logger,
  ResolvedModel,
  RowReader,
  SecretBook,
  SharedTool,
  SharedToolAnswer,
  Statement,
} from '#core'

import type { FaultPoint } from './fault-points.ts'
import type { RunGate } from './gate.ts'
import type { RunLease, RunLending } from './lending.ts'

export type { Migration, SqlValue, Statement } from '#core'

/** The part of the store's door that this room uses. A write resolves when it is durable. */
export interface RunStore extends RowReader {
  write(statements: readonly Statement[]): Promise<unknown>
}

/** What a run needs to know of its persona. */
export interface RunPersona {
  readonly id: string
  /** The number of the revision whose document this is. */
  readonly revision: number
  readonly doc: RunDoc
  readonly archivedAt: number | null
  readonly active: boolean
}

/** A document with the run's input and parameters filled in. */
export interface PreparedRun {
  /** The system side for a model; empty or unused for a command. */
  readonly prompt: string
  /** null for a model. */
  readonly command: CommandBody | null
  /** What is odd but does not stop the run; each becomes a notice in its stream. */
  readonly problems: readonly { readonly where: string; readonly message: string }[]
}

export interface RunFolders {
  /** Stream logs and what was asked: `<first 2 signs after the prefix>/<runId>.…` */
  readonly runs: string
  /** One folder for each persona. */
  readonly workspaces: string
  /** One folder for each run of a draft that belongs to no persona, while it runs. */
  readonly drafts: string
  /** Shipped programs, for `{{troupe.programs}}`. */
  readonly programs: string
}

/** Bounds of the room's own conduct; each has a default that only tests have a reason to change. */
export interface RunTimings {
  /** How long a thread may take to hear a cancel before it counts as stuck and is ended. Default 5,000 ms. */
  readonly hearGraceMs: number
  /** How long a run may take from a cancel to its end before the main side ends it without its thread. Default 15,000 ms. */
  readonly cancelGraceMs: number
  /** How long running runs may take to end in an orderly stop. Default 8,000 ms (LIMITS.stopGraceMs is for the whole engine). */
  readonly stopGraceMs: number
  /** How long a child may take after SIGTERM before its tree is killed. Default LIMITS.killGraceMs. */
  readonly killGraceMs: number
  /** How long a thread without runs is kept. Default 60,000 ms; one warm thread always stays. */
  readonly idleThreadMs: number
  /** What one run thread may hold in memory, buffers included. Default 512 MB; a thread that needs more ends alone. */
  readonly threadMostMb: number
}

export const DEFAULT_TIMINGS: RunTimings = {
  hearGraceMs: 5_000,
  cancelGraceMs: 15_000,
  stopGraceMs: 8_000,
  killGraceMs: LIMITS.killGraceMs,
  idleThreadMs: 60_000,
  threadMostMb: 512,
}

export interface SharedTools {
  /** What a run with these grants is offered; `problems`: why something that was chosen is left out. */
  offered(grants: readonly McpGrant[]): Promise<{ readonly tools: readonly SharedTool[]; readonly problems: readonly string[] }>
  /** `key`: the same for every try of this call. Refusals and failures are answers; rejects only when the signal was aborted. */
  call(
    tool: SharedTool,
    args: unknown,
    by: { readonly runId: string; readonly key: string },
    signal: AbortSignal,
  ): Promise<SharedToolAnswer>
}

export interface RunPorts {
  readonly store: RunStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  /** What stays out of everything that a run leaves behind. */
  readonly secrets: SecretBook
  readonly folders: RunFolders
  readonly settings: () => {
    readonly maxRuns: number
    readonly maxQueued: number
    readonly runThreads: number
    readonly loopRepeats?: number
  }
  /** The persona with the document of this revision (default: the current one). NOT_FOUND when there is none. */
  readonly personaOf: (id: string, revision?: number) => Promise<RunPersona> | RunPersona
  /** INVALID for parameters that do not fit. */
  readonly prepare: (
    doc: RunDoc,
    request: {
      readonly input: string
      readonly params: Readonly<Record<string, string>>
      /** This machine's places, by name as written in a command: `troupe.programs`, `troupe.node`. */
      readonly places: Readonly<Record<string, string>>
    },
  ) => Promise<PreparedRun> | PreparedRun
  /** Answers what a body asks for; the signal is aborted when its run ends. What it throws is told to the body. Left out: nothing is answered. */
  readonly answer?: (run: RunRow, ask: BodyAsk, signal: AbortSignal) => Promise<unknown>
  /** Leases of secrets, one for each run. */
  readonly lending: RunLending
  /** The chain's models with what is needed to call them, keys from the run's lease; `problems` says why one is left out. SEALED. */
  readonly resolveModels: (
    refs: readonly ModelRef[],
    lease: Pick<RunLease, 'key'>,
  ) => Promise<{ readonly models: readonly ResolvedModel[]; readonly problems: readonly string[] }>
  /** Asked before each effect and told after it. Default: `openGate`, which lets everything through. */
  readonly gate?: RunGate
  /** For tests that kill the engine at a named place. Default: nothing. */
  readonly faultPoint?: (point: FaultPoint) => void
  /** Tools that live outside run threads, of MCP servers. Left out: there are none. */
  readonly shared?: SharedTools
  /** The composition root of a run thread (`run-thread.ts`, or its bundle). */
  readonly threadUrl: URL
  /** The Node that runs Troupe, for `{{troupe.node}}`. Default `process.execPath`. */
  readonly nodePath?: string
  readonly timings?: Partial<RunTimings>
}

/** What a command's `{{troupe.…}}` stand for on this machine. */
export function placesOf(ports: Pick<RunPorts, 'folders' | 'nodePath'>): Readonly<Record<string, string>> {
  return { 'troupe.node': ports.nodePath ?? process.execPath, 'troupe.programs': ports.folders.programs }
}
