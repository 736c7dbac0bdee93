/**
 * The door's side of the store thread: numbers requests, sends those of one turn together, settles each when its answer comes.
 * open → stopping (stop was asked) → ended, or open → ended (it broke) (the thread is gone; whatever still waits has failed).
 */
import { type Clock, type Logger, messageOf, TroupeError } from '#core'
import { type Answer, CANCEL_CELLS, type Request, type RowsAnswer, unpackError } from './messages.ts'
import type { ReadOptions, SqlValue, StatementResult, Store, StoreHealth } from './shapes.ts'

const DEFAULTS = { maxRows: 10_000, maxBytes: 32 * 1024 * 1024, timeoutMs: 30_000 } as const

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (thrown: unknown) => void
}

/** Where requests go and answers come from: a thread, or this one. */
export interface RequestPort {
  post(requests: readonly Request[]): void
  onAnswers(take: (answers: readonly Answer[]) => void): void
  /** Called once, when nothing more will come; with the reason when that was not asked for. */
  onEnd(take: (thrown: unknown) => void): void
}

interface LinkParts {
  readonly cancelled: Int32Array
  readonly clock: Clock
  readonly log: Logger
  /** Called once, before `ended`, when the thread ended without having been asked to. */
  readonly broke: (why: TroupeError) => void
  /** Called once, when the thread is gone. */
  readonly ended: () => void
}

export function makeLink(port: RequestPort, parts: LinkParts): Store {
  const waiting = new Map<number, Waiting>()
  const outbox: Request[] = []
  let lastId = 0
  let state: 'open' | 'stopping' | 'ended' = 'open'
  let stopping: Promise<void> | undefined
  /** Why it ended without having been asked to. */
  let broken: TroupeError | undefined

  const end = (why: TroupeError): void => {
    if (state === 'ended') return
    if (state === 'open') {
      broken = why
      parts.log.error('The store broke.', { reason: why.message })
      parts.broke(why)
    }
    state = 'ended'
    for (const one of waiting.values()) one.reject(why)
    waiting.clear()
    parts.ended()
  }

  const fail = (id: number, why: TroupeError): void => {
    const one = waiting.get(id)
    waiting.delete(id)
    one?.reject(why)
  }

  const send = (request: Request): void => {
    outbox.push(request)
    if (outbox.length > 1) return
    queueMicrotask(() => {
      const requests = outbox.splice(0)
      if (state === 'ended') return
      try {
        port.post(requests)
      } catch (thrown) {
        // Something among the parameters cannot cross a thread (a function, say): none of them was sent.
        const why = new TroupeError('INTERNAL', `A request to the store could not be sent: ${messageOf(thrown)}.`, { cause: thrown })
        for (const request of requests) if ('id' in request) fail(request.id, why)
      }
    })
  }

  const ask = <Value>(make: (id: number) => Request): Promise<Value> => {
    if (broken) return Promise.reject(broken)
    if (state !== 'open') return Promise.reject(new TroupeError('STOPPING', 'The store is stopping, and takes nothing more.'))
    const id = ++lastId
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      send(make(id))
    })
  }

  const settle = (answer: Answer): void => {
    if (answer.kind === 'log') parts.log[answer.level](answer.message, answer.facts)
    if (answer.kind === 'log' || answer.kind === 'opened' || answer.kind === 'refused') return
    const one = waiting.get(answer.id)
    waiting.delete(answer.id)
    if (answer.kind === 'failed') one?.reject(unpackError(answer.error))
    else one?.resolve(answer.kind === 'stopped' ? undefined : answer.value)
  }

  const gone = new Promise<void>((resolve) => {
    port.onEnd((thrown) => {
      end(new TroupeError('INTERNAL', `The store ended: ${messageOf(thrown)}.`, { cause: thrown }))
      resolve()
    })
  })
  port.onAnswers((answers) => answers.forEach(settle))

  return {
    async read<Row>(sql: string, params: readonly SqlValue[] = [], options: ReadOptions = {}): Promise<readonly Row[]> {
      const { signal } = options
      if (signal?.aborted) throw cancelled()
      let id = 0
      const asked = ask<RowsAnswer>((given) => {
        id = given
        return { kind: 'read', id, sql, params, ...DEFAULTS, ...defined(options) }
      })
      const forget = (why: TroupeError): void => {
        if (!waiting.has(id)) return
        fail(id, why)
        Atomics.store(parts.cancelled, id % CANCEL_CELLS, id)
      }
      const onAbort = (): void => forget(cancelled())
      const timeoutMs = options.timeoutMs ?? DEFAULTS.timeoutMs
      // The thread keeps the limit from the read's begin; this one is from the asking, so that a busy thread cannot stretch it.
      const unset = parts.clock.after(timeoutMs, () => forget(new TroupeError('TIMEOUT', `A read was not answered in ${timeoutMs} ms.`)))
      signal?.addEventListener('abort', onAbort, { once: true })
      try {
        return toObjects<Row>(await asked)
      } finally {
        unset()
        signal?.removeEventListener('abort', onAbort)
      }
    },
    write: (statements, options = {}) =>
      ask<readonly StatementResult[]>((id) => ({ kind: 'write', id, statements, durable: options.durability !== 'applied' })),
    health: () => ask<StoreHealth>((id) => ({ kind: 'health', id })),
    stop() {
      stopping ??= stopThread()
      return stopping
    },
  }

  async function stopThread(): Promise<void> {
    if (state === 'ended') return
    const asked = ask<void>((id) => ({ kind: 'stop', id }))
    state = 'stopping'
    // When the thread breaks over its last task, everything acknowledged is in the journal all the same.
    await asked.catch((thrown: unknown) => parts.log.error('The store did not stop in order.', { reason: messageOf(thrown) }))
    await gone
  }
}

function defined(options: ReadOptions): Partial<Record<keyof typeof DEFAULTS, number>> {
  const { maxRows, maxBytes, timeoutMs } = options
  return Object.fromEntries(Object.entries({ maxRows, maxBytes, timeoutMs }).filter(([, value]) => value !== undefined))
}

function cancelled(): TroupeError {
  return new TroupeError('CANCELLED', 'The read was cancelled.')
}

function toObjects<Row>(answer: RowsAnswer): readonly Row[] {
  const { columns } = answer
  return answer.rows.map((row) => {
    const object: Record<string, SqlValue> = {}
    for (let at = 0; at < columns.length; at++) object[columns[at] as string] = row[at] as SqlValue
    return object as Row
  })
}
