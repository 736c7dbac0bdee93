/** Whatever a room throws, as the one error shape of the wire: our code, its status, `{ family, retry, hint, facts }`. Nothing of our insides. */
import { ORPCError, ValidationError } from '@orpc/server'
import { ERRORS, type ErrorCode } from '#contract/plain'
import { asTroupeError, type Chance, type Logger, messageOf, newId, type Redactor, TroupeError } from '#core'

export interface WireErrors {
  /** `method` as in `run.start`. An unexpected error is logged whole under a reference, and leaves with the reference alone. */
  toWire(thrown: unknown, method: string): ORPCError<string, unknown>
}

export function makeWireErrors(log: Logger, chance: Chance, redactor: Redactor): WireErrors {
  const shape = (error: TroupeError) => shapeOf(error, redactor)
  return {
    toWire(thrown, method) {
      if (thrown instanceof ORPCError && thrown.code in ERRORS) return thrown
      const error = known(thrown, method)
      if (error.code !== 'INTERNAL') return shape(error)
      const reference = newId(chance, 'err')
      log.error(`${method} broke`, { reference, reason: messageOf(thrown), stack: stackOf(thrown) })
      return shape(
        new TroupeError('INTERNAL', `${method} broke inside Troupe. The engine's log says more, under ${reference}.`, {
          facts: { reference },
        }),
      )
    },
  }
}

function known(thrown: unknown, method: string): TroupeError {
  if (!(thrown instanceof ORPCError)) return asTroupeError(thrown)
  if (thrown.cause instanceof ValidationError && thrown.code === 'BAD_REQUEST') return invalidInput(thrown.cause, method)
  if (thrown.code === 'BAD_REQUEST')
    return new TroupeError('INVALID', `The request to ${method} could not be read: it is not in the form of the protocol.`)
  if (thrown.code === 'NOT_FOUND') return new TroupeError('NOT_FOUND', thrown.message)
  return new TroupeError('INTERNAL', thrown.message, { cause: thrown })
}

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
  /** zod: the names that a strict object does not know. */
  readonly keys?: readonly string[]
}

function invalidInput(error: ValidationError, method: string): TroupeError {
  const issues = (error.issues as readonly Issue[]).slice(0, 10).map((issue) => ({ field: fieldOf(issue), message: issue.message }))
  const [first] = issues
  const where = first?.field ? `"${first.field}": ` : ''
  return new TroupeError('INVALID', `The input of ${method} does not fit: ${where}${first?.message ?? 'no reason was given'}`, {
    facts: { field: first?.field ?? '', issues },
  })
}

function fieldOf(issue: Issue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part))
  return [...path, ...(issue.keys ?? []).slice(0, 1)].join('.')
}

function shapeOf(error: TroupeError, redactor: Redactor): ORPCError<string, unknown> {
  const { family, retry, code } = error
  const { message, hint, facts } = redactor.value({ message: error.message, hint: error.hint ?? null, facts: error.facts ?? {} })
  return new ORPCError(code satisfies ErrorCode, {
    status: ERRORS[code].status,
    message,
    data: { family, retry, hint, facts },
    cause: error,
  })
}

/** The stacks of an error and of what lies beneath it, bounded. */
function stackOf(thrown: unknown): string {
  const parts: string[] = []
  for (let at: unknown = thrown; at instanceof Error && parts.length < 5; at = at.cause) parts.push(at.stack ?? at.message)
  return parts.join('\ncaused by: ').slice(0, 8000)
}
