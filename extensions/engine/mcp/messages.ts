/**
 * Every message between the main side and the thread that talks to MCP servers.
 *
 * The law: the main side decides what is started, stopped and called; the thread does it, and keeps nothing between two starts. Each
 * `open`, `ask` and `close` is answered by exactly one `answer` or `failed` with its number, unless the thread dies. A server that
 * ends without being asked is told by `ended`, once, and what was asked of it has failed by then. Texts are masked before they leave the thread.
 */
import type { McpPrompt, McpResource, McpToolDefinition } from '#contract'
import type { ErrorCode } from '#contract/plain'

/** How a server is reached: everything filled in, secrets too. Lives in memory only. */
export type Launch =
  | {
      readonly kind: 'stdio'
      readonly program: string
      readonly args: readonly string[]
      readonly cwd: string
      /** The whole environment: nothing is added to it. */
      readonly env: Readonly<Record<string, string>>
      /** What its tree is found by, as TROUPE_RUN in its environment. */
      readonly mark: string
    }
  | {
      readonly kind: 'http'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
      /** Whether a value that was lent is in the headers, which then go to no address that is not public unless that is allowed too. */
      readonly lent: boolean
      readonly allowPrivate: boolean
    }

export type McpAsk =
  | { readonly what: 'tools' }
  | {
      readonly what: 'call'
      readonly name: string
      readonly args: unknown
      readonly maxBytes: number
      readonly runId: string | null
      readonly key: string
    }
  | { readonly what: 'resources' }
  | { readonly what: 'read'; readonly uri: string; readonly maxBytes: number }
  | { readonly what: 'prompts' }
  | { readonly what: 'prompt'; readonly name: string; readonly args: Readonly<Record<string, string>>; readonly maxBytes: number }

export interface Greeting {
  readonly serverName: string
  readonly protocol: string
  readonly instructions: string
  readonly pid: number | null
}

export interface BoundedText {
  readonly ok: boolean
  readonly text: string
  readonly droppedBytes: number
}

/** What each ask answers. */
export interface McpAnswers {
  readonly tools: {
    readonly tools: readonly McpToolDefinition[] /** Names of those that were too large, or too many. */
    readonly leftOut: readonly string[]
  }
  readonly call: BoundedText
  readonly resources: readonly McpResource[]
  readonly read: BoundedText
  readonly prompts: readonly McpPrompt[]
  readonly prompt: BoundedText
}

/** A question of a server to the person; `schema` is JSON Schema of a flat object. */
export interface McpQuestion {
  readonly message: string
  readonly schema: Readonly<Record<string, unknown>>
  /** The run whose call it belongs to, where that is certain. */
  readonly runId: string | null
}
export type McpQuestionAnswer =
  | { readonly action: 'accept'; readonly content: Readonly<Record<string, string | number | boolean | string[]>> }
  | { readonly action: 'decline' | 'cancel' }

export type ToMcpThread =
  | { readonly kind: 'open'; readonly n: number; readonly instance: string; readonly launch: Launch; readonly timeoutMs: number }
  | { readonly kind: 'ask'; readonly n: number; readonly instance: string; readonly ask: McpAsk; readonly timeoutMs: number }
  | { readonly kind: 'cancel'; readonly n: number }
  | { readonly kind: 'close'; readonly n: number; readonly instance: string; readonly graceMs: number }
  | { readonly kind: 'answered'; readonly question: number; readonly answer: McpQuestionAnswer }
  | { readonly kind: 'secrets'; readonly n: number; readonly block: SharedArrayBuffer | null }

export type FromMcpThread =
  | { readonly kind: 'answer'; readonly n: number; readonly value: unknown }
  | { readonly kind: 'failed'; readonly n: number; readonly code: ErrorCode; readonly message: string }
  | { readonly kind: 'child'; readonly instance: string; readonly pid: number; readonly what: 'started' | 'ended' }
  | { readonly kind: 'ended'; readonly instance: string; readonly why: string }
  | { readonly kind: 'stderr'; readonly instance: string; readonly tail: string }
  | { readonly kind: 'tools-changed'; readonly instance: string }
  | { readonly kind: 'question'; readonly question: number; readonly instance: string; readonly asked: McpQuestion }
  | { readonly kind: 'secrets-taken'; readonly n: number }
