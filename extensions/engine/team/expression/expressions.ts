import type { ExpressionFailure } from './failure.ts'
import type { ExpressionScope, Item } from './scope.ts'

/** Limits of one evaluation or script. */
export interface SandboxLimits {
  /** Milliseconds of work for one expression; default 1,000. */
  readonly expressionMs: number
  /** Milliseconds of work for one script; default 60,000. */
  readonly scriptMs: number
  /** Bytes that everything inside may hold; default 128 MiB. */
  readonly memoryBytes: number
  /** Bytes of the machine's stack; default 192 KiB, about 1,100 calls deep. More would use up the thread's own stack first. */
  readonly stackBytes: number
  /** Characters that one result may have; default 32 million. */
  readonly resultCharacters: number
}

/** The text of the libraries that run inside the sandbox. Read when an expression first needs one. */
export interface LibraryTexts {
  luxon(): string
  jmespath(): string
}

export interface ExpressionOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** 0 to below 1, for `Math.random` inside. */
  readonly random: () => number
  /** Milliseconds, monotonic; measures the work of people's texts. */
  readonly ticks: () => number
  readonly libraries: LibraryTexts
  readonly limits?: Partial<SandboxLimits>
}

/** `$getWorkflowStaticData`: read before, and handed back changed. */
export interface StaticData {
  readonly global: Readonly<Record<string, unknown>>
  readonly node: Readonly<Record<string, unknown>>
}

export interface ScriptRequest {
  readonly language: 'javaScript'
  /** `code` is the Code node (version 1 and 2); the others are the older Function and Function Item nodes. */
  readonly flavour: 'code' | 'function' | 'functionItem'
  readonly mode: 'runOnceForAllItems' | 'runOnceForEachItem'
  readonly source: string
  readonly scope: ExpressionScope
  readonly staticData?: StaticData
  /** For each item only: run just this one, to let the caller keep going after a failing item. Default: all. */
  readonly itemIndex?: number
}

/** What a script printed. Bounded: 1,000 lines, 64 KiB in all. */
export interface ScriptLine {
  readonly level: 'log' | 'info' | 'warn' | 'error' | 'debug'
  readonly text: string
}

export interface ScriptResult {
  /** Items in n8n's shape. For each item: in order, each paired with its input. */
  readonly items: readonly Item[]
  readonly lines: readonly ScriptLine[]
  /** Present when the script changed its static data. */
  readonly staticData?: StaticData
}

export type ScriptOutcome =
  | ({ readonly ok: true } & ScriptResult)
  /** `itemIndex` is set when one item failed in mode for each item. */
  | { readonly ok: false; readonly failure: ExpressionFailure; readonly lines: readonly ScriptLine[]; readonly itemIndex?: number }

/**
 * Evaluates n8n's expression language and runs people's scripts, in a sandbox, synchronously. One of these serves one thread;
 * calls never overlap. Safe to reuse between runs and teams: nothing of one call is seen by the next.
 */
export interface Expressions {
  /**
   * A parameter with every expression in it resolved: strings that begin with `=`, at any depth, resource locators included.
   * Everything else is returned as it is (not copied). Throws `ExpressionFailure`.
   */
  resolve(value: unknown, scope: ExpressionScope, itemIndex: number): unknown
  /** One template, with or without the leading `=`. Throws `ExpressionFailure`. */
  evaluate(template: string, scope: ExpressionScope, itemIndex: number): unknown
  /** A script of a Code, Function or Function Item node. Failures are values. */
  runCode(request: ScriptRequest): ScriptOutcome
  /** Ends the sandbox. Every later call throws. */
  dispose(): void
}
