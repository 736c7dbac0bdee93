/** What the MCP room needs from outside. Everything here is plugged by the composition root. */
import type { Announce, Chance, Clock, LentToRun, Logger, RowReader, SecretBook, Statement } from '#core'
import type { McpQuestion, McpQuestionAnswer } from './messages.ts'

export type { Migration, Statement } from '#core'

/** The part of the store's door that this room uses. */
export interface McpStore extends RowReader {
  write(statements: readonly Statement[]): Promise<unknown>
}

/** What a server has borrowed, for as long as it runs. */
export interface ServerLease {
  readonly lent: LentToRun
  /** Enters that a value goes to a host. REFUSED when the lease has ended, or the entry cannot be written. */
  sends(credential: string, host: string): Promise<void>
  /** Nothing is lent any more. Never rejects; a second call does nothing. */
  end(): Promise<void>
}

export interface McpTimings {
  /** How long a server may take after SIGTERM before its tree is killed. Default 1,000 ms. */
  readonly graceMs: number
  /** How long the thread without servers is kept. Default 10,000 ms. */
  readonly idleThreadMs: number
  /** From the start of a server to its greeting. Default MCP_LIMITS.startMs. */
  readonly startMs: number
  /** One call. Default MCP_LIMITS.callMs. */
  readonly callMs: number
}

export interface McpPorts {
  readonly store: McpStore
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  readonly announce: Announce
  readonly secrets: SecretBook
  /** The engine's own environment, from which a child gets an allow list. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** One folder for each server without one of its own: `<this>/<id>`. */
  readonly folder: string
  /** What every child carries besides: the marks by which its tree is found, now and after a crash of the engine. */
  readonly marks: (tree: string) => Readonly<Record<string, string>>
  /** Lends the credentials of these names to a server; `takenBack`: one was revoked meanwhile. SEALED, NOT_FOUND, REFUSED, WRONG_STATE. */
  readonly lend: (credentials: readonly string[], server: string, takenBack: () => void) => Promise<ServerLease>
  /** Names of the personas whose document names a server, by its id. */
  readonly usage: () => Promise<ReadonlyMap<string, readonly string[]>>
  /** Puts a server's question to the person. Until there is somebody to ask, it is declined. */
  readonly question: (server: string, asked: McpQuestion) => Promise<McpQuestionAnswer>
  /** Ends a process tree that the thread left behind when it died. */
  readonly endTree: (tree: { readonly pid: number; readonly runId: string }, graceMs: number) => Promise<unknown>
  /** The composition root of the thread (`mcp-thread.ts`, or its bundle). */
  readonly threadUrl: URL
  readonly version: string
  /** The Node that runs Troupe, for `{{troupe.node}}`. Default `process.execPath`. */
  readonly nodePath?: string
  readonly timings?: Partial<McpTimings>
}
