/**
 * The one error class. A code says what went wrong, a family says who can mend it, `retry` says whether asking
 * again can help. Expected outcomes are values; this is for broken promises and refusals.
 */
import { ERRORS, type ErrorCode, type ErrorFamily, type ErrorRetry } from '#contract/plain'

export interface TroupeErrorOptions {
  /** What the person can do about it, in one sentence. */
  readonly hint?: string
  /** The error beneath, kept for the log; never sent over the wire. */
  readonly cause?: unknown
  /** Small, secret-free facts for the client, e.g. the field that was wrong. */
  readonly facts?: Readonly<Record<string, unknown>>
}

export class TroupeError extends Error {
  readonly code: ErrorCode
  readonly family: ErrorFamily
  readonly retry: ErrorRetry
  readonly hint: string | undefined
  readonly facts: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, options: TroupeErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TroupeError'
    this.code = code
    this.family = ERRORS[code].family
    this.retry = ERRORS[code].retry
    this.hint = options.hint
    this.facts = options.facts
  }
}

/** Any thrown thing as a TroupeError: ours stays itself, everything else is a bug with its cause kept. */
export function asTroupeError(thrown: unknown): TroupeError {
  if (thrown instanceof TroupeError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new TroupeError('INTERNAL', message, { cause: thrown })
}

/** The message of any thrown thing, for logs and reasons. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
