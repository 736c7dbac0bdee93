/** What the agent body needs in its run thread. */
import type { Chance, Clock, Redactor } from '#core'

export interface AgentBodyPorts {
  readonly clock: Clock
  readonly chance: Chance
  readonly redactor: Redactor
  /** The engine's environment; a child gets only what `childEnvironment` lets through. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** Milliseconds between SIGTERM and SIGKILL. */
  readonly graceMs: number
  /** Ends a whole process tree. */
  readonly endTree: (tree: { readonly pid: number; readonly runId: string }, graceMs: number) => Promise<unknown>
  /** The first file of this name on the PATH; undefined: none. */
  readonly findProgram: (name: string) => Promise<string | undefined>
  /** Text files of the workspace, by a path relative to it. REFUSED for everything that could mean a place outside. */
  readonly readText: (workspaceDir: string, path: string) => Promise<string>
  readonly writeText: (workspaceDir: string, path: string, content: string) => Promise<void>
  /** Where the program lies that `allowed` names; REFUSED when it does not. */
  readonly allowedProgram: (program: string, allowed: readonly string[], env: Readonly<Record<string, string>>) => Promise<string>
  /** From the start of an agent to its first answer. Default 60,000 ms. */
  readonly startMs?: number
}
