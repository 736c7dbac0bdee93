/**
 * The main side's end of the thread: started with the first message, ended when no server was open for a while. When it dies, all that
 * was asked fails, and the trees of its servers are ended from here.
 */
import { Worker } from 'node:worker_threads'
import { messageOf, TroupeError } from '#core'
import type { FromMcpThread, Greeting, Launch, McpAnswers, McpAsk, McpQuestion, McpQuestionAnswer, ToMcpThread } from './messages.ts'
import type { McpPorts, McpTimings } from './ports.ts'

export interface LinkEvents {
  readonly ended: (instance: string, why: string) => void
  readonly stderr: (instance: string, tail: string) => void
  readonly toolsChanged: (instance: string) => void
  readonly question: (instance: string, asked: McpQuestion) => Promise<McpQuestionAnswer>
}

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (thrown: unknown) => void
}

type Numbered = Extract<ToMcpThread, { readonly n: number }>
type WithoutNumber<Message> = Message extends Numbered ? Omit<Message, 'n'> : never

interface Thread {
  readonly worker: Worker
  readonly leaveSecrets: () => void
}

export class ServerLink {
  readonly #ports: McpPorts
  readonly #timings: McpTimings
  readonly #events: LinkEvents
  readonly #waiting = new Map<number, Waiting>()
  /** Open instances, with the mark of their tree and the child that was reported. */
  readonly #instances = new Map<string, { readonly mark: string; readonly pids: Set<number> }>()
  #thread: Thread | undefined
  #last = 0
  #forgetIdle: (() => void) | undefined

  constructor(ports: McpPorts, timings: McpTimings, events: LinkEvents) {
    this.#ports = ports
    this.#timings = timings
    this.#events = events
  }

  /** Whether the thread stands. */
  get threads(): number {
    return this.#thread ? 1 : 0
  }

  async open(instance: string, launch: Launch): Promise<Greeting> {
    this.#forgetIdle?.()
    this.#instances.set(instance, { mark: launch.kind === 'stdio' ? launch.mark : '', pids: new Set() })
    try {
      return (await this.#post({ kind: 'open', instance, launch, timeoutMs: this.#timings.startMs })) as Greeting
    } catch (thrown) {
      this.#forget(instance)
      throw thrown
    }
  }

  async ask<What extends McpAsk['what']>(
    instance: string,
    ask: Extract<McpAsk, { what: What }>,
    signal?: AbortSignal,
  ): Promise<McpAnswers[What]> {
    return (await this.#post({ kind: 'ask', instance, ask, timeoutMs: this.#timings.callMs }, signal)) as McpAnswers[What]
  }

  /** Resolves when nothing of the server is left. */
  async close(instance: string): Promise<void> {
    if (!this.#instances.has(instance)) return
    await this.#post({ kind: 'close', instance, graceMs: this.#timings.graceMs }).catch(() => undefined)
    this.#forget(instance)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#instances.keys()].map((instance) => this.close(instance)))
    this.#forgetIdle?.()
    await this.#thread?.worker.terminate()
  }

  #post(message: WithoutNumber<Numbered>, signal?: AbortSignal): Promise<unknown> {
    const thread = this.#thread ?? this.#start()
    const n = ++this.#last
    return new Promise((resolve, reject) => {
      const onAbort = (): void => thread.worker.postMessage({ kind: 'cancel', n } satisfies ToMcpThread)
      const settled =
        <Value>(settle: (value: Value) => void) =>
        (value: Value) => {
          signal?.removeEventListener('abort', onAbort)
          settle(value)
        }
      this.#waiting.set(n, { resolve: settled(resolve), reject: settled(reject) })
      signal?.addEventListener('abort', onAbort, { once: true })
      thread.worker.postMessage({ ...message, n })
      if (signal?.aborted) onAbort()
    })
  }

  #start(): Thread {
    const worker = new Worker(this.#ports.threadUrl, {
      workerData: { version: this.#ports.version },
      // Nothing of the engine's environment: what a server may have is in its launch.
      env: {},
      name: 'mcp',
      resourceLimits: { maxOldGenerationSizeMb: 256 },
    })
    worker.unref()
    let n = 0
    const taken = new Map<number, () => void>()
    const thread: Thread = {
      worker,
      leaveSecrets: this.#ports.secrets.read((block, done) => {
        taken.set(++n, done)
        worker.postMessage({ kind: 'secrets', n, block } satisfies ToMcpThread)
      }),
    }
    this.#thread = thread
    let why = 'it was ended'
    worker.on('message', (message: FromMcpThread) => {
      if (message.kind === 'secrets-taken') {
        taken.get(message.n)?.()
        taken.delete(message.n)
      } else this.#take(message)
    })
    worker.on('error', (thrown) => {
      why = messageOf(thrown)
    })
    worker.on('exit', () => this.#gone(thread, why))
    return thread
  }

  #take(message: Exclude<FromMcpThread, { kind: 'secrets-taken' }>): void {
    switch (message.kind) {
      case 'answer':
        this.#settle(message.n, ({ resolve }) => resolve(message.value))
        return
      case 'failed':
        this.#settle(message.n, ({ reject }) => reject(new TroupeError(message.code, message.message)))
        return
      case 'child': {
        const pids = this.#instances.get(message.instance)?.pids
        if (message.what === 'started') pids?.add(message.pid)
        else pids?.delete(message.pid)
        return
      }
      case 'ended':
        this.#forget(message.instance)
        this.#events.ended(message.instance, message.why)
        return
      case 'stderr':
        this.#events.stderr(message.instance, message.tail)
        return
      case 'tools-changed':
        this.#events.toolsChanged(message.instance)
        return
      case 'question':
        void this.#question(message)
    }
  }

  async #question({ question, instance, asked }: Extract<FromMcpThread, { kind: 'question' }>): Promise<void> {
    const answer = await this.#events.question(instance, asked).catch((): McpQuestionAnswer => ({ action: 'cancel' }))
    this.#thread?.worker.postMessage({ kind: 'answered', question, answer } satisfies ToMcpThread)
  }

  #settle(n: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(n)
    this.#waiting.delete(n)
    if (waiting) how(waiting)
  }

  #forget(instance: string): void {
    this.#instances.delete(instance)
    if (this.#instances.size > 0) return
    this.#forgetIdle?.()
    this.#forgetIdle = this.#ports.clock.after(this.#timings.idleThreadMs, () => {
      if (this.#instances.size === 0) void this.#thread?.worker.terminate()
    })
  }

  #gone(thread: Thread, why: string): void {
    thread.leaveSecrets()
    if (this.#thread === thread) this.#thread = undefined
    for (const { reject } of this.#waiting.values())
      reject(new TroupeError('UNREACHABLE', `The thread that talks to MCP servers has gone: ${why}.`))
    this.#waiting.clear()
    for (const [instance, { mark, pids }] of this.#instances) {
      for (const pid of pids) void this.#ports.endTree({ pid, runId: mark }, this.#timings.graceMs)
      this.#instances.delete(instance)
      this.#events.ended(instance, `the thread that talked to it has gone (${why})`)
    }
  }
}
