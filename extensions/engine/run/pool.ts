/**
 * The run threads: a few workers, many runs each. A thread starts when it is needed, ends when it was idle for a while (one warm
 * one stays), and takes down nothing else when it dies: its runs are named to `lost`, and the next run gets a new thread.
 *
 * starting ──ready──▶ open ──┬─ idle too long ──▶ closing ──▶ gone
 *      │                     ├─ dies ───────────────────────▶ gone (lost)
 *      └─ dies ─▶ gone (lost)└─ stuck: terminated ──────────▶ gone (lost)
 */
import { Worker } from 'node:worker_threads'
import { boundMemory, type Clock, type Logger, type SecretBook, THREAD_LIMITS } from '#core'
import type { FromThread, ThreadBirth, ToThread } from './messages.ts'

export interface PoolPorts {
  readonly clock: Clock
  readonly log: Logger
  readonly threadUrl: URL
  readonly birth: ThreadBirth
  /** What the threads are to hide. */
  readonly secrets: Pick<SecretBook, 'read'>
  /** Threads at most. */
  readonly size: () => number
  readonly idleMs: number
  /** What one thread may hold in memory. */
  readonly mostMb: number
  readonly take: (message: FromThread) => void
  /** These runs lost their thread; `why` is a sentence for a person. */
  readonly lost: (runIds: readonly string[], why: string) => void
}

/** One thread as its runs know it. */
export interface RunThread {
  readonly number: number
  /** Resolves when the thread stands and hears; never, if it dies before. */
  readonly opened: Promise<void>
  post(message: ToThread): void
}

interface Slot extends RunThread {
  readonly worker: Worker
  readonly runs: Set<string>
  state: 'starting' | 'open' | 'closing' | 'gone'
  /** Why it is about to die, when we know. */
  why: string | undefined
  forgetIdle: (() => void) | undefined
  /** Ends the looks at its memory, which it has only while it has runs: an idle one wakes nobody. */
  unbound: (() => void) | undefined
  /** It took the block of secrets with this number. */
  tookSecrets: (n: number) => void
  /** It is no reader of the secrets any more. */
  leaveSecrets: () => void
}

export class ThreadPool {
  readonly #ports: PoolPorts
  readonly #slots = new Set<Slot>()
  #count = 0
  #stopped = false

  constructor(ports: PoolPorts) {
    this.#ports = ports
  }

  get threads(): number {
    return this.#slots.size
  }

  /** Makes sure that one thread stands ready. */
  warm(): void {
    if (this.#slots.size === 0 && !this.#stopped) this.#start()
  }

  /** The thread for a new run: the one with the fewest, or a new one while there may be more. */
  assign(runId: string): RunThread {
    const usable = [...this.#slots].filter((slot) => slot.state === 'starting' || slot.state === 'open')
    let best = usable.sort((a, b) => a.runs.size - b.runs.size)[0]
    if (!best || (best.runs.size > 0 && usable.length < this.#ports.size())) best = this.#start()
    best.forgetIdle?.()
    best.forgetIdle = undefined
    best.runs.add(runId)
    best.unbound ??= this.#bound(best)
    return best
  }

  /** The run ended; its thread may become idle. */
  release(runId: string): void {
    for (const slot of this.#slots) {
      if (slot.runs.delete(runId) && slot.runs.size === 0) this.#rest(slot)
    }
  }

  /** Ends the thread of a run, by force. Its other runs are lost with it. */
  terminate(runId: string, why: string): void {
    for (const slot of this.#slots) {
      if (!slot.runs.has(runId)) continue
      slot.why = why
      void slot.worker.terminate()
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(
      [...this.#slots].map((slot) => {
        slot.state = 'closing'
        slot.forgetIdle?.()
        return slot.worker.terminate()
      }),
    )
  }

  #bound(slot: Slot): () => void {
    const { clock, mostMb } = this.#ports
    const over = () => {
      slot.why = `it took more memory than a thread of runs may (${mostMb} MB)`
    }
    return boundMemory(slot.worker, { clock, mostMb, over })
  }

  #start(): Slot {
    const { birth, threadUrl } = this.#ports
    const worker = new Worker(threadUrl, {
      workerData: birth,
      name: 'runs',
      resourceLimits: THREAD_LIMITS,
    })
    // The engine is kept alive by its doors, not by its threads.
    worker.unref()
    const { promise: opened, resolve: open } = Promise.withResolvers<void>()
    const slot: Slot = {
      number: ++this.#count,
      opened,
      worker,
      runs: new Set(),
      state: 'starting',
      why: undefined,
      forgetIdle: undefined,
      unbound: undefined,
      tookSecrets: () => undefined,
      leaveSecrets: () => undefined,
      post: (message) => worker.postMessage(message),
    }
    this.#slots.add(slot)
    this.#tellSecrets(slot)
    worker.on('message', (message: FromThread) => {
      if (message.kind === 'ready' && slot.state === 'starting') {
        slot.state = 'open'
        open()
      }
      if (message.kind === 'secrets-taken') slot.tookSecrets(message.n)
      else if (slot.state !== 'gone') this.#ports.take(message)
    })
    worker.on('error', (thrown: Error) => {
      slot.why ??= `it broke (${thrown.message})`
    })
    worker.on('exit', (code) => this.#gone(slot, code))
    return slot
  }

  /** Every thread hides what any run has borrowed: what one run wrote into a file, another may read. */
  #tellSecrets(slot: Slot): void {
    let n = 0
    const waiting = new Map<number, () => void>()
    slot.tookSecrets = (number) => {
      waiting.get(number)?.()
      waiting.delete(number)
    }
    slot.leaveSecrets = this.#ports.secrets.read((block, taken) => {
      waiting.set(++n, taken)
      slot.post({ kind: 'secrets', n, block })
    })
  }

  #gone(slot: Slot, code: number): void {
    const was = slot.state
    slot.state = 'gone'
    this.#slots.delete(slot)
    slot.leaveSecrets()
    slot.forgetIdle?.()
    slot.unbound?.()
    if (was === 'closing' && slot.runs.size === 0) return
    // One that never became ready would only die again; the next run tries, and says why.
    if (was === 'open') this.warm()
    const why = `The thread of this run ended beneath it: ${slot.why ?? `it left with code ${code}`}.`
    this.#ports.log.warn('A run thread died.', { thread: slot.number, runs: slot.runs.size, why })
    this.#ports.lost([...slot.runs], why)
  }

  #rest(slot: Slot): void {
    slot.unbound?.()
    slot.unbound = undefined
    slot.forgetIdle?.()
    slot.forgetIdle = this.#ports.clock.after(this.#ports.idleMs, () => {
      if (slot.runs.size > 0 || slot.state === 'gone' || this.#slots.size <= 1) return
      slot.state = 'closing'
      void slot.worker.terminate()
    })
  }
}
