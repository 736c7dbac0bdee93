/**
 * The door's side of the store thread: numbers requests, sends those of one turn together, settles each when its answer comes.
 * open → stopping (stop was asked) → ended (the thread is gone; whatever still waits has failed).
 */
import type { Worker } from 'node:worker_threads'
import { type Clock, type Logger, messageOf, TroupeError } from '#core'
import { type Answer, type Request, type RowsAnswer, unpackError } from './messages.ts'
import type { ReadOptions, SqlValue, StatementResult, Store, StoreHealth } from './shapes.ts'

const DEFAULTS = { maxRows: 10_000, maxBytes: 32 * 1024 * 1024, timeoutMs: 30_000 } as const

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (thrown: unknown) => void
}

interface LinkParts {
  readonly clock: Clock
  readonly log: Logger
  /** Called once, when the thread is gone. */
  readonly ended: () => void
}

export function makeLink(worker: Worker, parts: LinkParts): Store {
  const waiting = new Map<number, Waiting>()
  const outbox: Request[] = []
  let lastId = 0
  let state: 'open' | 'stopping' | 'ended' = 'open'
  let stopping: Promise<void> | undefined

  const end = (why: TroupeError): void => {
    if (state === 'ended') return
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
        worker.postMessage(requests)
      } catch (thrown) {
        // Something among the parameters cannot cross a thread (a function, say): none of them was sent.
        const why = new TroupeError('INTERNAL', `A request to the store could not be sent: ${messageOf(thrown)}.`, { cause: thrown })
        for (const request of requests) if ('id' in request) fail(request.id, why)
      }
    })
  }

  const ask = <Value>(make: (id: number) => Request): Promise<Value> => {
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

  worker.on('message', (answers: readonly Answer[]) => answers.forEach(settle))
  worker.on('error', (thrown) => {
    parts.log.error('The store thread broke.', { reason: messageOf(thrown) })
    end(new TroupeError('INTERNAL', `The store thread broke: ${messageOf(thrown)}.`, { cause: thrown }))
  })
  worker.on('exit', () => end(new TroupeError('INTERNAL', 'The store thread ended.')))

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
        send({ kind: 'cancel', target: id })
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
    const gone = new Promise((resolve) => worker.once('exit', resolve))
    const asked = ask<void>((id) => ({ kind: 'stop', id }))
    state = 'stopping'
    await asked
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
