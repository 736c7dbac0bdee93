/**
 * How an expression or a script fails. These are expected outcomes of people's text, in n8n's own names and words, so that
 * an imported team's error handling reads what it used to read; they are not `TroupeError`s.
 */

/** The names that flow and reports may branch on. */
export type FailureName = 'ExpressionError' | 'ExpressionExtensionError' | 'Error' | (string & {})

/** Why the sandbox stopped a text, when it did. */
export type StopReason = 'time' | 'memory' | 'stack' | 'output'

export interface FailurePlace {
  /** Zero-based offset in the template, or in the script's source. */
  readonly offset?: number
  /** One-based. */
  readonly line?: number
  readonly column?: number
}

export class ExpressionFailure extends Error {
  override readonly name: FailureName
  readonly place: FailurePlace
  /** Set when a limit of the sandbox ended it. */
  readonly stopped: StopReason | undefined
  /** A second sentence for the person, when there is one. */
  readonly description: string | undefined

  constructor(name: FailureName, message: string, more: { place?: FailurePlace; stopped?: StopReason; description?: string } = {}) {
    super(message)
    this.name = name
    this.place = more.place ?? {}
    this.stopped = more.stopped
    this.description = more.description
  }
}
