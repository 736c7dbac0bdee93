/**
 * The thread's desk: opens servers, puts what is asked of them, and reports. Each server is an `instance`; what is asked of one that has
 * gone fails with the reason.
 */
import { asTroupeError, type Clock, type Redactor, TroupeError } from '#core'
import type { FromMcpThread, McpQuestion, McpQuestionAnswer, ToMcpThread } from '../messages.ts'
import type { ChildPorts } from './child-transport.ts'
import { Connection } from './connection.ts'
import type { HttpPorts } from './http-transport.ts'

export interface McpHostPorts extends HttpPorts {
  readonly clock: Clock
  readonly redactor: Redactor
  readonly post: (message: FromMcpThread) => void
  readonly endTree: ChildPorts['endTree']
  readonly version: string
}

/** Standard error is told at most this often. */
const STDERR_MS = 200

/** Answers what to do with each message from the main side. */
export function hostServers(ports: McpHostPorts): (message: ToMcpThread) => void {
  const desk = new Desk(ports)
  return (message) => desk.take(message)
}

class Desk {
  readonly #ports: McpHostPorts
  readonly #connections = new Map<string, Connection>()
  readonly #aborts = new Map<number, AbortController>()
  /** Ends of standard errors that are not told yet. */
  readonly #tails = new Map<string, string>()
  readonly #questions = new Map<number, (answer: McpQuestionAnswer) => void>()
  #lastQuestion = 0

  constructor(ports: McpHostPorts) {
    this.#ports = ports
  }

  take(message: ToMcpThread): void {
    switch (message.kind) {
      case 'open':
        void this.#answer(message.n, () => this.#open(message))
        return
      case 'ask':
        void this.#answer(message.n, (signal) => this.#of(message.instance).ask(message.ask, message.timeoutMs, signal))
        return
      case 'cancel':
        this.#aborts.get(message.n)?.abort(new TroupeError('CANCELLED', 'The call was cancelled.'))
        return
      case 'close':
        void this.#answer(message.n, () => this.#close(message.instance, message.graceMs))
        return
      case 'answered':
        this.#questions.get(message.question)?.(message.answer)
        return
      case 'secrets':
        this.#ports.redactor.use(message.block)
        this.#ports.post({ kind: 'secrets-taken', n: message.n })
    }
  }

  async #answer(n: number, work: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const abort = new AbortController()
    this.#aborts.set(n, abort)
    try {
      const value = await work(abort.signal)
      this.#ports.post({ kind: 'answer', n, value })
    } catch (thrown) {
      const { code, message } = asTroupeError(thrown)
      this.#ports.post({ kind: 'failed', n, code, message: this.#ports.redactor.text(message) })
    } finally {
      this.#aborts.delete(n)
    }
  }

  async #open({ instance, launch, timeoutMs }: Extract<ToMcpThread, { kind: 'open' }>) {
    const { clock, redactor, post, endTree, version, lookup, whyNotPublic } = this.#ports
    const opening = Connection.open(launch, timeoutMs, {
      ...{ clock, redactor, endTree, version, lookup, whyNotPublic },
      child: (pid, what) => post({ kind: 'child', instance, pid, what }),
      stderr: this.#stderr(instance),
      ended: (why) => {
        this.#connections.delete(instance)
        this.#tellTail(instance)
        post({ kind: 'ended', instance, why: redactor.text(why) })
      },
      toolsChanged: () => post({ kind: 'tools-changed', instance }),
      question: (asked, signal) => this.#ask(instance, asked, signal),
    })
    // What it said before it failed is told before the failure is.
    const { connection, greeting } = await opening.finally(() => this.#tellTail(instance))
    this.#connections.set(instance, connection)
    return greeting
  }

  async #close(instance: string, graceMs: number): Promise<null> {
    const connection = this.#connections.get(instance)
    this.#connections.delete(instance)
    await connection?.end(graceMs)
    return null
  }

  #of(instance: string): Connection {
    const connection = this.#connections.get(instance)
    if (!connection) throw new TroupeError('UNREACHABLE', 'The server has gone.')
    return connection
  }

  #ask(instance: string, asked: McpQuestion, signal: AbortSignal): Promise<McpQuestionAnswer> {
    const question = ++this.#lastQuestion
    return new Promise((resolve) => {
      const answer = (given: McpQuestionAnswer): void => {
        this.#questions.delete(question)
        resolve(given)
      }
      this.#questions.set(question, answer)
      signal.addEventListener('abort', () => answer({ action: 'cancel' }), { once: true })
      this.#ports.post({ kind: 'question', question, instance, asked })
    })
  }

  /** The newest tail, now and then: a program may write a line for each call. */
  #stderr(instance: string): (tail: string) => void {
    return (tail) => {
      if (!this.#tails.has(instance)) this.#ports.clock.after(STDERR_MS, () => this.#tellTail(instance))
      this.#tails.set(instance, tail)
    }
  }

  #tellTail(instance: string): void {
    const tail = this.#tails.get(instance)
    if (tail === undefined) return
    this.#tails.delete(instance)
    this.#ports.post({ kind: 'stderr', instance, tail })
  }
}
