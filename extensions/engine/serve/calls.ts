/** What stands before every call, on both doors: is the caller still admitted, do its scopes allow it, and no error leaves but in our shape. */
import { AsyncIteratorClass, ORPCError } from '@orpc/server'
import { type CallContext, TroupeError } from '#core'
import { allows } from './clients.ts'
import type { WireErrors } from './wire-errors.ts'

/** Calls that one connection may have open at the same time, streams included. */
const OPEN_CALLS = 500

/** What a door knows of a caller beyond what the rooms are told. */
export interface DoorContext extends CallContext {
  readonly open: { count: number }
}

interface Call {
  readonly context: DoorContext
  readonly path: readonly string[]
  readonly signal?: AbortSignal | undefined
  next(): Promise<unknown>
}
interface Request {
  readonly request: { readonly url: URL }
  next(): Promise<{ readonly matched: boolean }>
}

export interface CallGuard {
  readonly stopping: () => boolean
  readonly stillAdmitted: (caller: CallContext) => boolean
  readonly errors: WireErrors
}

/** Interceptors for oRPC's handlers; the same for each door. */
export function guardCalls(guard: CallGuard) {
  const { errors } = guard
  async function call(options: Call): Promise<unknown> {
    const { context, path, signal } = options
    const method = path.join('.')
    try {
      check(guard, context, method)
    } catch (thrown) {
      throw errors.toWire(thrown, method)
    }
    context.open.count += 1
    let streams = false
    try {
      const output = await options.next()
      if (!isStream(output)) return output
      streams = true
      return guardStream(output, signal, {
        ended: () => {
          context.open.count -= 1
        },
        toWire: (thrown) => errors.toWire(thrown, method),
      })
    } catch (thrown) {
      throw errors.toWire(thrown, method)
    } finally {
      if (!streams) context.open.count -= 1
    }
  }
  /** Around a whole request: what is no call of ours, or cannot be read. */
  async function request(options: Request): Promise<never> {
    const method = options.request.url.pathname.slice(1, 200)
    try {
      const result = await options.next()
      if (!result.matched)
        throw new TroupeError('NOT_FOUND', `There is no method ${method}.`, {
          hint: 'GET /openapi.json on the socket describes all of them.',
        })
      return result as never
    } catch (thrown) {
      if (thrown instanceof SyntaxError || thrown instanceof TypeError)
        throw errors.toWire(new ORPCError('BAD_REQUEST', { cause: thrown }), method)
      throw errors.toWire(thrown, method)
    }
  }
  return { call, request }
}

function check(guard: CallGuard, context: DoorContext, method: string): void {
  if (guard.stopping()) throw new TroupeError('STOPPING', 'The engine is stopping; start it again and repeat the call.')
  if (!guard.stillAdmitted(context)) throw new TroupeError('FORBIDDEN', 'This token was revoked, or ran out.')
  if (!allows(context.scopes, method))
    throw new TroupeError('FORBIDDEN', `This token does not allow ${method}.`, { hint: 'Use a token with that scope.', facts: { method } })
  if (context.open.count >= OPEN_CALLS) throw new TroupeError('FULL', `This connection has ${OPEN_CALLS} calls open already.`)
}

function isStream(value: unknown): value is AsyncIterator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value
}

/**
 * A stream that ends as soon as its caller is gone (oRPC asks a stream to end only after its next value, which may never come),
 * and whose errors leave in our shape.
 */
function guardStream(
  source: AsyncIterator<unknown>,
  signal: AbortSignal | undefined,
  on: { readonly ended: () => void; readonly toWire: (thrown: unknown) => unknown },
): AsyncIteratorClass<unknown> {
  const end = { done: true, value: undefined } as const
  // One slot rather than Promise.race with a promise that lives as long as the stream: each race would leave a reaction behind on it.
  let leave: (() => void) | undefined
  const onAbort = () => leave?.()
  signal?.addEventListener('abort', onAbort, { once: true })
  return new AsyncIteratorClass(
    () =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return resolve(end)
        leave = () => resolve(end)
        source.next().then(resolve, (thrown) => reject(on.toWire(thrown)))
      }),
    async () => {
      on.ended()
      signal?.removeEventListener('abort', onAbort)
      // Not awaited: a generator that waits for news answers only after its wait.
      source.return?.()?.catch(() => undefined)
    },
  )
}
