/**
 * What an expression may see: the shapes that the flow engine hands in. Everything is read lazily, by a call, and is
 * copied into the sandbox when an expression asks for it; nothing an expression does can reach back.
 */

/** Where an item came from: the item's place in the list that its node was given. */
export interface PairedItem {
  readonly item: number
  /** Which input of the node; 0 when absent. */
  readonly input?: number
  /**
   * Set by a loop node, whose later batches come from a run before the one that filled its input now: the item lies in the
   * output of this run, and not in the one that the call's own source names.
   */
  readonly sourceOverwrite?: {
    readonly previousNode: string
    readonly previousNodeOutput?: number
    readonly previousNodeRun?: number
  }
}

export interface BinaryValue {
  readonly mimeType?: string
  readonly fileName?: string
  readonly fileExtension?: string
  readonly fileSize?: string
  /** Base64, when the bytes travel with the item. */
  readonly data?: string
  /** Where the bytes lie, when they do not. */
  readonly id?: string
  readonly [key: string]: unknown
}

/** One item on a wire, as n8n has them. */
export interface Item {
  readonly json: Readonly<Record<string, unknown>>
  readonly binary?: Readonly<Record<string, BinaryValue>>
  readonly pairedItem?: PairedItem | readonly PairedItem[] | number
  readonly error?: unknown
}

/** Which run and output of which node filled one input. */
export interface RunSource {
  readonly node: string
  /** Default 0. */
  readonly output?: number
  /** Default 0. */
  readonly run?: number
}

/** One finished run of a node: its items by output, and where each of its inputs came from. */
export interface NodeRun {
  readonly outputs: readonly (readonly Item[] | null | undefined)[]
  readonly sources: readonly (RunSource | null | undefined)[]
}

/** A node as expressions see it. `runs` are those that finished so far, oldest first. */
export interface NodeView {
  readonly name: string
  readonly type: string
  readonly typeVersion: number
  readonly parameters: Readonly<Record<string, unknown>>
  readonly runs: readonly NodeRun[]
  /** The node's own memory within this execution (`$node.X.context`, e.g. `currentRunIndex` of a loop). */
  readonly context?: Readonly<Record<string, unknown>>
}

/** The answer, the request and the page number, while an HTTP node pages (`$response`, `$request`, `$pageCount`). */
export interface PageScope {
  readonly pageCount: number
  readonly response?: unknown
  readonly request?: unknown
}

/** What `$fromAI` asks for: a value that a model fills in when the node is used as a tool. */
export interface ModelArgument {
  readonly name: string
  readonly description?: unknown
  readonly type?: unknown
  readonly fallback?: unknown
}

export interface WorkflowFacts {
  readonly id: string
  readonly name: string
  readonly active: boolean
}

export interface ExecutionFacts {
  readonly id: string
  readonly mode: 'test' | 'production'
  readonly resumeUrl?: string
  readonly resumeFormUrl?: string
}

/**
 * Everything that the expressions of one node call can see. One object serves all items of the call: `itemIndex` is given
 * beside it. Its answers must not change while the call lasts; what was copied in is kept until `scope` changes.
 */
export interface ExpressionScope {
  /** The node whose parameters are resolved. */
  readonly node: NodeView
  readonly runIndex: number
  /** The items on each input of this call. */
  readonly inputs: readonly (readonly Item[] | null | undefined)[]
  /** Where each input came from. */
  readonly sources: readonly (RunSource | null | undefined)[]
  /** Looks a node up by name; undefined when the team has none of that name. */
  nodeNamed(name: string): NodeView | undefined
  /** The output of `from` by which the current node hangs on it, directly or through others; default 0. */
  outputTowards?(from: string): number | undefined
  readonly workflow: WorkflowFacts
  readonly execution: ExecutionFacts
  /** IANA zone of the team; `$now`, `$today` and zone-less dates are read in it. */
  readonly timeZone: string
  readonly variables?: Readonly<Record<string, unknown>>
  /** Allow list of environment values; absent means `$env` is refused. */
  readonly environment?: Readonly<Record<string, string>>
  readonly page?: PageScope
  /** Answers `$fromAI`; absent: its default value, else undefined. */
  fromModel?(argument: ModelArgument): unknown
  /** Extra names at the top level, e.g. `$response` of a webhook node; they never hide a built-in name. */
  readonly extra?: Readonly<Record<string, unknown>>
}
