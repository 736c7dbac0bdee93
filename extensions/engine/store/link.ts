/**
 * The door's side of the store thread: numbers requests, sends those of one turn together, settles each when its answer comes.
 * open → stopping (stop was asked) → ended, or open → ended (it broke) (the thread is gone; whatever still waits has failed).
 */
import { type Clock, type Logger, messageOf, TroupeError } from '#core'
import { type Answer, type BatchAnswer, CANCEL_CELLS, type Request, type RowsAnswer, unpackError } from './messages.ts'
import type { BatchOutcome, ReadOptions, SqlValue, Statement, StatementResult, Store, StoreHealth } from './shapes.ts'

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

/** The store as its callers see it. */
export function makeLink(port: RequestPort, parts: LinkParts): Store {
  const link = new Link(port, parts)
  return {
    read: (sql, params, options) => link.read(sql, params, options),
    write: (statements, options = {}) =>
      link.ask<readonly StatementResult[]>((id) => ({ kind: 'write', id, statements, durable: options.durability !== 'applied' })),
    batch: (writes, options = {}) => link.batch(writes, options.durability !== 'applied'),
    compact: () => link.ask<void>((id) => ({ kind: 'compact', id })),
    health: () => link.ask<StoreHealth>((id) => ({ kind: 'health', id })),
    stop: () => link.stop(),
  }
}

class Link {
  readonly #port: RequestPort
  readonly #parts: LinkParts
  readonly #waiting = new Map<number, Waiting>()
  readonly #outbox: Request[] = []
  readonly #gone: Promise<void>
  #lastId = 0
  #state: 'open' | 'stopping' | 'ended' = 'open'
  #stopping: Promise<void> | undefined
  /** Why it ended without having been asked to. */
  #broken: TroupeError | undefined

  constructor(port: RequestPort, parts: LinkParts) {
    this.#port = port
    this.#parts = parts
    this.#gone = new Promise((resolve) => {
      port.onEnd((thrown) => {
        this.#end(new TroupeError('INTERNAL', `The store ended: ${messageOf(thrown)}.`, { cause: thrown }))
        resolve()
      })
    })
    port.onAnswers((answers) => {
      for (const answer of answers) this.#settle(answer)
    })
  }

  async read<Row>(sql: string, params: readonly SqlValue[] = [], options: ReadOptions = {}): Promise<readonly Row[]> {
    const { signal } = options
    if (signal?.aborted) throw cancelled()
    let id = 0
    const asked = this.ask<RowsAnswer>((given) => {
      id = given
      return { kind: 'read', id, sql, params, ...DEFAULTS, ...defined(options) }
    })
    const onAbort = (): void => this.#forget(id, cancelled())
    const timeoutMs = options.timeoutMs ?? DEFAULTS.timeoutMs
    // The thread keeps the limit from the read's begin; this one is from the asking, so that a busy thread cannot stretch it.
    const late = (): void => this.#forget(id, new TroupeError('TIMEOUT', `A read was not answered in ${timeoutMs} ms.`))
    const unset = this.#parts.clock.after(timeoutMs, late)
    signal?.addEventListener('abort', onAbort, { once: true })
    try {
      return toObjects<Row>(await asked)
    } finally {
      unset()
      signal?.removeEventListener('abort', onAbort)
    }
  }

  async batch(writes: readonly (readonly Statement[])[], durable: boolean): Promise<readonly BatchOutcome[]> {
    const answers = await this.ask<readonly BatchAnswer[]>((id) => ({ kind: 'batch', id, writes, durable }))
    return answers.map((answer) => ('error' in answer ? { error: unpackError(answer.error) } : answer))
  }

  ask<Value>(make: (id: number) => Request): Promise<Value> {
    if (this.#broken) return Promise.reject(this.#broken)
    if (this.#state !== 'open') return Promise.reject(new TroupeError('STOPPING', 'The store is stopping, and takes nothing more.'))
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (value: unknown) => void, reject })
      this.#outbox.push(make(id))
      if (this.#outbox.length === 1) queueMicrotask(() => this.#send())
    })
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopThread()
    return this.#stopping
  }

  async #stopThread(): Promise<void> {
    if (this.#state === 'ended') return
    const asked = this.ask<void>((id) => ({ kind: 'stop', id }))
    this.#state = 'stopping'
    // When the thread breaks over its last task, everything acknowledged is in the journal all the same.
    await asked.catch((thrown: unknown) => this.#parts.log.error('The store did not stop in order.', { reason: messageOf(thrown) }))
    await this.#gone
  }

  #send(): void {
    const requests = this.#outbox.splice(0)
    if (this.#state === 'ended') return
    try {
      this.#port.post(requests)
    } catch {
      for (const request of requests) this.#sendAlone(request)
    }
  }

  /** Something among the parameters of one request cannot cross a thread (a function, say), which keeps all of them back: one by one, only that one fails. */
  #sendAlone(request: Request): void {
    try {
      this.#port.post([request])
    } catch (thrown) {
      const why = `A request to the store could not be sent: ${messageOf(thrown)}.`
      this.#fail(request.id, new TroupeError('INTERNAL', why, { cause: thrown }))
    }
  }

  #settle(answer: Answer): void {
    if (answer.kind === 'log') this.#parts.log[answer.level](answer.message, answer.facts)
    if (answer.kind === 'log' || answer.kind === 'opened' || answer.kind === 'refused') return
    if (answer.kind === 'failed') {
      this.#fail(answer.id, unpackError(answer.error))
      return
    }
    const one = this.#waiting.get(answer.id)
    this.#waiting.delete(answer.id)
    one?.resolve(answer.kind === 'stopped' || answer.kind === 'compacted' ? undefined : answer.value)
  }

  #fail(id: number, why: TroupeError): void {
    const one = this.#waiting.get(id)
    this.#waiting.delete(id)
    one?.reject(why)
  }

  /** The asker of a read goes; the thread is told by its cell. */
  #forget(id: number, why: TroupeError): void {
    if (!this.#waiting.has(id)) return
    this.#fail(id, why)
    Atomics.store(this.#parts.cancelled, id % CANCEL_CELLS, id)
  }

  #end(why: TroupeError): void {
    if (this.#state === 'ended') return
    if (this.#state === 'open') {
      this.#broken = why
      this.#parts.log.error('The store broke.', { reason: why.message })
      this.#parts.broke(why)
    }
    this.#state = 'ended'
    for (const one of this.#waiting.values()) one.reject(why)
    this.#waiting.clear()
    this.#parts.ended()
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
