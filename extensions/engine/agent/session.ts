/**
 * One life of an agent that speaks the Agent Client Protocol: greeted, given its prompt, answered what it asks for, and ended with its tree.
 *
 *   started ──initialize──▶ greeted ──session new | load──▶ open ──prompt──▶ answered
 *      └────────── ends, hangs, or says what is no answer: it throws, and the tree is ended ──┘
 */
import { isAbsolute, relative } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { InitializeResponse, PromptResponse, SessionNotification } from '@agentclientprotocol/sdk'
import type { AgentBody } from '#contract'
import { asTroupeError, type BodyIo, type Clock, messageOf, type RunJob, TroupeError } from '#core'
import type { AgentChild } from './child.ts'
import type { AgentBodyPorts } from './ports.ts'
import { whyNotAllowed } from './rights.ts'
import { Terminals } from './terminals.ts'
import { ToolSteps } from './tool-steps.ts'
import { costOfUpdate, NOT_REPORTED, type Spent, spentOfPrompt } from './usage.ts'

const MESSAGE_BYTES = 16 * 1024 * 1024

export interface SessionAsk {
  readonly job: RunJob
  readonly body: AgentBody
  readonly child: AgentChild
  /** It is not offered to read files through us. */
  readonly readsItself: boolean
  readonly io: BodyIo
  /** The step that its words belong to. */
  readonly step: number
  /** A session of before, to be gone on with if the agent can. */
  readonly sessionId: string | null
  /** What it is asked, given whether it goes on with that session. */
  readonly prompt: (resumed: boolean) => string
  readonly signal: AbortSignal
  readonly opened: (sessionId: string) => void
  readonly ports: AgentBodyPorts
}

export interface SessionEnd {
  readonly stopReason: string
  readonly text: string
  readonly spent: Spent
}

type Protocol = typeof import('@agentclientprotocol/sdk')
type Connection = ReturnType<ReturnType<Protocol['client']>['connect']>

/** Rejects with what ended it: the signal's reason, a step that parks the run, or what the agent did wrong. */
export async function runSession(ask: SessionAsk): Promise<SessionEnd> {
  const acp = await import('@agentclientprotocol/sdk')
  const { promise: broken, reject } = Promise.withResolvers<never>()
  broken.catch(() => undefined)
  const session = new Session(ask, acp, reject)
  void ask.child.ended.then((how) => reject(gone(ask.child, how)))
  try {
    return await Promise.race([session.run(), broken])
  } catch (thrown) {
    if (thrown instanceof TroupeError || !session.closed) throw thrown
    // Its output was closed: how it ended is heard a moment later.
    throw gone(ask.child, await Promise.race([ask.child.ended, late(ask.ports)]))
  } finally {
    await session.close()
  }
}

class Session {
  readonly #ask: SessionAsk
  readonly #acp: Protocol
  readonly #steps: ToolSteps
  readonly #terminals: Terminals
  readonly #connection: Connection
  #sessionId = ''
  #text = ''
  #cost: number | null = null
  /** A loaded session tells its past first: that is not said again. */
  #listening = false

  constructor(ask: SessionAsk, acp: Protocol, broken: (thrown: unknown) => void) {
    this.#ask = ask
    this.#acp = acp
    this.#steps = new ToolSteps(ask.io, broken)
    this.#terminals = new Terminals({ job: ask.job, body: ask.body, io: ask.io, steps: this.#steps, ports: ask.ports })
    this.#connection = this.#connect()
  }

  async run(): Promise<SessionEnd> {
    const { methods, PROTOCOL_VERSION } = this.#acp
    const { body, ports, child, opened } = this.#ask
    const { agent } = this.#connection
    const clientCapabilities = {
      fs: { readTextFile: body.files !== 'none' && !this.#ask.readsItself, writeTextFile: body.files === 'write' },
      terminal: body.commands.length > 0,
    }
    const greeting = agent.request<InitializeResponse>(methods.agent.initialize, { protocolVersion: PROTOCOL_VERSION, clientCapabilities })
    const init = await within(ports.startMs ?? 60_000, ports.clock, greeting, () => {
      const said = child.stderr()
      return new TroupeError('TIMEOUT', `The agent did not greet in time.${said === '' ? '' : ` It said: ${said.slice(-500)}`}`)
    })
    const resumed = await this.#open(init.agentCapabilities?.loadSession === true)
    opened(this.#sessionId)
    this.#listening = true
    const prompt = [{ type: 'text' as const, text: this.#ask.prompt(resumed) }]
    const stopCancel = this.#cancelWithSignal()
    try {
      const answer = await agent.request<PromptResponse>(methods.agent.session.prompt, { sessionId: this.#sessionId, prompt })
      const spent = spentOfPrompt(answer)
      return { stopReason: answer.stopReason, text: this.#text, spent: { ...NOT_REPORTED, ...spent, costUsd: spent.costUsd ?? this.#cost } }
    } catch (thrown) {
      this.#ask.signal.throwIfAborted()
      throw failure(thrown)
    } finally {
      stopCancel()
    }
  }

  /** Whether the agent has closed its side. */
  get closed(): boolean {
    return this.#connection.signal.aborted
  }

  async close(): Promise<void> {
    await this.#terminals.endAll()
    this.#connection.close()
  }

  async #open(canLoad: boolean): Promise<boolean> {
    const { methods } = this.#acp
    const { agent } = this.#connection
    const { job, sessionId } = this.#ask
    const cwd = job.workspaceDir
    if (sessionId !== null && canLoad) {
      try {
        await agent.request(methods.agent.session.load, { sessionId, cwd, mcpServers: [] })
        this.#sessionId = sessionId
        return true
      } catch (thrown) {
        this.#notice(
          'info',
          'agent-session-gone',
          `The agent could not go on with its session (${messageOf(thrown)}); it begins a new one.`,
        )
      }
    }
    try {
      this.#sessionId = (await agent.request(methods.agent.session.new, { cwd, mcpServers: [] })).sessionId
      return false
    } catch (thrown) {
      throw failure(thrown)
    }
  }

  #connect(): Connection {
    const { client, methods, ndJsonStream } = this.#acp
    const { stdin, stdout } = this.#ask.child.process
    if (!stdin || !stdout) throw new TroupeError('INTERNAL', 'The agent was started without pipes.')
    const asked = this.#asked
    const app = client({ name: 'troupe' })
      .onNotification(methods.client.session.update, ({ params }) => this.#update(params.update))
      .onRequest(methods.client.session.requestPermission, ({ params }) => this.#permission(params))
      .onRequest(
        methods.client.fs.readTextFile,
        asked(({ path, line, limit }) => this.#read(path, line ?? null, limit ?? null)),
      )
      .onRequest(
        methods.client.fs.writeTextFile,
        asked(({ path, content }) => this.#write(path, content)),
      )
      .onRequest(
        methods.client.terminal.create,
        asked(async ({ command, args, cwd, env, outputByteLimit }) => ({
          terminalId: await this.#terminals.create({
            command,
            args: args ?? [],
            cwd: cwd ?? null,
            env: env ?? [],
            outputBytes: outputByteLimit ?? null,
          }),
        })),
      )
      .onRequest(
        methods.client.terminal.output,
        asked(async ({ terminalId }) => this.#terminals.output(terminalId)),
      )
      .onRequest(
        methods.client.terminal.waitForExit,
        asked(({ terminalId }) => this.#terminals.waitForExit(terminalId)),
      )
      .onRequest(
        methods.client.terminal.kill,
        asked(({ terminalId }) => this.#terminals.kill(terminalId).then(() => ({}))),
      )
      .onRequest(
        methods.client.terminal.release,
        asked(({ terminalId }) => this.#terminals.release(terminalId).then(() => ({}))),
      )
    const output = Writable.toWeb(stdin) as WritableStream<Uint8Array>
    const input = Readable.toWeb(stdout) as unknown as ReadableStream<Uint8Array>
    return app.connect(ndJsonStream(output, input, { maxMessageBytes: MESSAGE_BYTES }))
  }

  /** Refusals reach the agent as errors of the protocol, with their reason. */
  #asked = <Params, Answer>(work: (params: Params) => Promise<Answer>) => {
    return async ({ params }: { readonly params: Params }): Promise<Answer> => {
      try {
        return await work(params)
      } catch (thrown) {
        const { code, message } = asTroupeError(thrown)
        // The protocol's own word: an agent that writes a new file looks for the old one first.
        if (code === 'NOT_FOUND') throw this.#acp.RequestError.resourceNotFound(pathOf(params))
        throw this.#acp.RequestError.internalError({ code, details: this.#ask.ports.redactor.text(message) }, message)
      }
    }
  }

  async #permission({
    toolCall,
    options,
  }: PermissionAsk): Promise<{ outcome: { outcome: 'cancelled' } | { outcome: 'selected'; optionId: string } }> {
    const wish = { kind: toolCall.kind ?? 'other', title: toolCall.title ?? '', command: commandOf(toolCall.rawInput) }
    const why = whyNotAllowed(wish, this.#ask.body)
    const args = { kind: wish.kind, title: wish.title, input: jsonOf(toolCall.rawInput), changes: changesOf(toolCall.content) }
    const permit =
      why === null
        ? await this.#steps.permit({
            title: `agent:${wish.kind}`,
            args,
            safety: wish.kind === 'read' || wish.kind === 'search' ? 'read-only' : 'unsafe',
          })
        : ({ ok: false, why } as const)
    if (why !== null) this.#notice('warning', 'agent-refused', `The agent asked to ${wish.title || wish.kind}; it was refused: ${why}`)
    // Once, never for always: the next one is asked about again.
    const option = options.find(({ kind }) => kind === (permit.ok ? 'allow_once' : 'reject_once'))
    return { outcome: option ? { outcome: 'selected', optionId: option.optionId } : { outcome: 'cancelled' } }
  }

  async #read(path: string, line: number | null, limit: number | null): Promise<{ content: string }> {
    const { job, body, ports } = this.#ask
    if (body.files === 'none') throw new TroupeError('REFUSED', 'This persona may not read files.')
    const inside = this.#inside(path)
    const content = await this.#steps.take({ title: 'read_text_file', args: { path: inside }, safety: 'read-only' }, () =>
      ports.readText(job.workspaceDir, inside),
    )
    if (line === null && limit === null) return { content }
    const from = Math.max(0, (line ?? 1) - 1)
    return {
      content: content
        .split('\n')
        .slice(from, limit === null ? undefined : from + limit)
        .join('\n'),
    }
  }

  async #write(path: string, content: string): Promise<Record<string, never>> {
    const { job, body, ports } = this.#ask
    if (body.files !== 'write') throw new TroupeError('REFUSED', 'This persona may not change files.')
    const inside = this.#inside(path)
    await this.#steps.take({ title: 'write_text_file', args: { path: inside, content }, safety: 'idempotent' }, (args) =>
      ports.writeText(job.workspaceDir, String(args.path), String(args.content)),
    )
    return {}
  }

  /** As it lies in the workspace; what does not, the guard refuses by its `..`. */
  #inside(path: string): string {
    return isAbsolute(path) ? relative(this.#ask.job.workspaceDir, path).replaceAll('\\', '/') : path
  }

  #update(update: Update): void {
    if (!this.#listening) return
    const { io, step } = this.#ask
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        if (update.content.type !== 'text') return
        this.#text += update.content.text
        io.emit({ kind: 'text', step, delta: update.content.text })
        return
      case 'agent_thought_chunk':
        if (update.content.type === 'text') io.emit({ kind: 'reasoning', step, delta: update.content.text })
        return
      case 'tool_call':
        this.#notice('info', 'agent-tool', `${update.title ?? update.kind ?? 'a tool'}: ${update.status ?? 'begun'}`)
        return
      case 'tool_call_update':
        if (update.status === 'completed' || update.status === 'failed')
          this.#notice('info', 'agent-tool', `${update.title ?? 'a tool'}: ${update.status}`)
        return
      default:
        this.#cost = costOfUpdate(update) ?? this.#cost
    }
  }

  #cancelWithSignal(): () => void {
    const { signal } = this.#ask
    const cancel = (): void => {
      void this.#connection.agent.notify(this.#acp.methods.agent.session.cancel, { sessionId: this.#sessionId }).catch(() => undefined)
    }
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    return () => signal.removeEventListener('abort', cancel)
  }

  #notice(level: 'info' | 'warning', code: string, message: string): void {
    this.#ask.io.emit({ kind: 'notice', level, code, message: message.slice(0, 1000) })
  }
}

interface PermissionAsk {
  readonly toolCall: {
    readonly kind?: string | null
    readonly title?: string | null
    readonly rawInput?: unknown
    readonly content?: unknown
  }
  readonly options: readonly { readonly optionId: string; readonly kind: string }[]
}

type Update = SessionNotification['update']

function commandOf(input: unknown): string | null {
  if (typeof input !== 'object' || input === null) return null
  const { command } = input as { readonly command?: unknown }
  if (typeof command === 'string') return command
  return Array.isArray(command) ? command.map(String).join(' ') : null
}

const pathOf = (params: unknown): string | undefined => {
  const path = typeof params === 'object' && params !== null && 'path' in params ? params.path : undefined
  return typeof path === 'string' ? path : undefined
}

const jsonOf = (value: unknown): unknown => (value === undefined ? null : JSON.parse(JSON.stringify(value)))

/** Of a proposed change of files: path and both texts, so that the gate and the person see what it is about. */
function changesOf(content: unknown): unknown[] {
  if (!Array.isArray(content)) return []
  return content.flatMap((one: { type?: unknown; path?: unknown; oldText?: unknown; newText?: unknown }) =>
    one?.type === 'diff' ? [{ path: one.path ?? null, oldText: one.oldText ?? null, newText: one.newText ?? null }] : [],
  )
}

const late = ({ clock, graceMs }: AgentBodyPorts): Promise<string> =>
  new Promise((resolve) => void clock.after(graceMs, () => resolve('it closed its output')))

const gone = (child: AgentChild, how: string): TroupeError => {
  const said = child.stderr()
  return new TroupeError('UNREACHABLE', `${said === '' ? '' : `${said.slice(-500)} `}(The agent left before it had answered: ${how}.)`)
}

/** An error that the agent answered with, as a sentence. */
function failure(thrown: unknown): unknown {
  if (thrown instanceof TroupeError || !(thrown instanceof Error) || !('code' in thrown)) return thrown
  const { data } = thrown as { readonly data?: unknown }
  const details = typeof data === 'object' && data !== null && 'details' in data ? ` (${String(data.details)})` : ''
  return new TroupeError('PROVIDER', `The agent answered with an error: ${thrown.message}${details}`, { cause: thrown })
}

function within<Answer>(timeoutMs: number, clock: Clock, work: Promise<Answer>, late: () => TroupeError): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const cancel = clock.after(timeoutMs, () => reject(late()))
  work.then(resolve, (thrown: unknown) => reject(failure(thrown)))
  return promise.finally(cancel)
}
