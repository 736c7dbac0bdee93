/** What a tool is, and how its refusals reach the model: as a result that says what was wrong, never as a crash of the run. */

import type { z } from 'zod'
import type { StepSafety } from '#contract/plain'
import { TroupeError } from '#core'
import type { Loans } from './egress.ts'

export interface ToolContext {
  /** The persona's own folder; exists. */
  readonly workspaceDir: string
  /** Reports a child process, so that its tree can be ended from outside. */
  child(pid: number, what: 'started' | 'ended'): void
  /** Variables that every child of the run must carry, so that it is found wherever it goes. */
  readonly childEnv?: Readonly<Record<string, string>>
  /** Credentials that the run has borrowed, for its requests; left out: none. */
  readonly loans?: Loans
  /** Their variables, for its programs: values, or placeholders where that is all that was granted. */
  readonly lentEnv?: Readonly<Record<string, string>>
  /** For a protocol that has such a key: the same for every try of this call, and for no other. */
  readonly idempotencyKey?: string
}

export interface ToolResult {
  /** false: refused or failed, and `text` says why, to the model. */
  readonly ok: boolean
  readonly text: string
  /** Bytes that were left out of `text` because of LIMITS.toolResultBytes; 0: it is whole. */
  readonly droppedBytes: number
}

export interface Tool {
  readonly name: string
  readonly description: string
  readonly schema: z.ZodType
  /** Whether these arguments may be used again when nobody knows if they had their effect. */
  safety(args: Readonly<Record<string, unknown>>): StepSafety
  /** Resolves with a result also for refusals; rejects only when the signal was aborted, or for a defect in Troupe. */
  execute(args: unknown, context: ToolContext, signal: AbortSignal): Promise<ToolResult>
}

interface ToolDefinition<S extends z.ZodType> {
  readonly name: string
  readonly description: string
  readonly schema: S
  /** Of arguments that fit; those that do not are refused, and that is safe. */
  safety(args: z.infer<S>): StepSafety
  run(args: z.infer<S>, context: ToolContext, signal: AbortSignal): Promise<ToolResult>
}

/** Makes a tool of a definition: arguments are checked, errors that the model can act on become results. */
export function defineTool<S extends z.ZodType>(definition: ToolDefinition<S>): Tool {
  const { name, description, schema, safety, run } = definition
  return {
    name,
    description,
    schema,
    safety(args) {
      const parsed = schema.safeParse(args)
      return parsed.success ? safety(parsed.data) : 'read-only'
    },
    async execute(args, context, signal) {
      signal.throwIfAborted()
      const parsed = schema.safeParse(args)
      if (!parsed.success) return refused(`The arguments do not fit: ${parsed.error.issues.map(issueText).join('; ')}`)
      try {
        return await run(parsed.data, context, signal)
      } catch (thrown) {
        signal.throwIfAborted()
        return explain(thrown)
      }
    },
  }
}

export const said = (text: string, droppedBytes = 0): ToolResult => ({ ok: true, text, droppedBytes })
export const refused = (text: string): ToolResult => ({ ok: false, text, droppedBytes: 0 })

function issueText(issue: z.core.$ZodIssue): string {
  return `${issue.path.length > 0 ? issue.path.join('.') : 'arguments'}: ${issue.message}`
}

function explain(thrown: unknown): ToolResult {
  if (thrown instanceof TroupeError && thrown.family !== 'bug') {
    return refused(`${thrown.code}: ${thrown.message}${thrown.hint === undefined ? '' : ` ${thrown.hint}`}`)
  }
  // An errno that no check foresaw (EIO, EMFILE …): the world's trouble. Its message may name a path outside, so only its code is told.
  if (thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' && /^E[A-Z0-9]+$/.test(thrown.code)) {
    return refused(`The system refused: ${thrown.code}.`)
  }
  throw thrown
}
