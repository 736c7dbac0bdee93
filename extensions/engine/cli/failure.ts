/** Whatever went wrong, as what was wrong, what to do, and an exit code of the contract's table. */
import { type ErrorCode, EXIT } from '#contract/plain'
import { messageOf, TroupeError } from '#core'
import type { Io } from './io.ts'

/** The command was used wrongly: exit code 2. */
export class WrongUse extends Error {
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** No engine answers, and none could be started: exit code 3. */
export class Unreachable extends Error {
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** The person said no, or Ctrl+C: exit code 130. */
export class Cancelled extends Error {}

const EXIT_OF: Record<ErrorCode, number> = {
  INVALID: EXIT.usage,
  NOT_FOUND: EXIT.usage,
  TOO_LARGE: EXIT.usage,
  FORBIDDEN: EXIT.refused,
  REFUSED: EXIT.refused,
  WRONG_STATE: EXIT.refused,
  CONFLICT: EXIT.refused,
  FULL: EXIT.refused,
  UNAUTHORISED: EXIT.refused,
  SEALED: EXIT.refused,
  REAUTHENTICATE: EXIT.refused,
  STOPPING: EXIT.unreachable,
  CANCELLED: EXIT.cancelled,
  UNREACHABLE: EXIT.failed,
  PROVIDER: EXIT.failed,
  MISSING: EXIT.failed,
  DISK: EXIT.failed,
  DAMAGED: EXIT.failed,
  TIMEOUT: EXIT.failed,
  INTERNAL: EXIT.failed,
}

export interface Failure {
  readonly exit: number
  /** A code of the contract's list, or one of the command line's own: USAGE, UNREACHABLE, CANCELLED. */
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
}

/** Shape of an oRPC error that came from the engine; told by its fields, so that this file loads without the library. */
interface WireError {
  readonly code?: unknown
  readonly data?: { readonly hint?: unknown } | null
}

export function failureOf(thrown: unknown): Failure {
  const message = messageOf(thrown)
  if (thrown instanceof WrongUse) return { exit: EXIT.usage, code: 'USAGE', message, hint: thrown.hint }
  if (thrown instanceof Unreachable) return { exit: EXIT.unreachable, code: 'UNREACHABLE', message, hint: thrown.hint }
  if (thrown instanceof Cancelled) return { exit: EXIT.cancelled, code: 'CANCELLED', message, hint: undefined }
  if (thrown instanceof TroupeError) return { exit: EXIT_OF[thrown.code], code: thrown.code, message, hint: thrown.hint }
  const { code, data } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as WireError
  if (typeof code === 'string' && code in EXIT_OF) {
    const hint = typeof data?.hint === 'string' ? data.hint : undefined
    return { exit: EXIT_OF[code as ErrorCode], code, message, hint }
  }
  return { exit: EXIT.failed, code: 'INTERNAL', message, hint: undefined }
}

/** Says it on stderr: for a person in one or two lines, for a program as one JSON value. Answers the exit code. */
export async function report(thrown: unknown, io: Io, json: boolean): Promise<number> {
  const { exit, code, message, hint } = failureOf(thrown)
  if (json) await io.err(`${JSON.stringify({ error: { code, message, hint: hint ?? null } })}\n`)
  else {
    const { red, dim } = io.paint.err
    await io.err(`${thrown instanceof Cancelled ? dim('–') : red('✗')} ${message}\n${hint ? `  ${dim(hint)}\n` : ''}`)
  }
  return exit
}
