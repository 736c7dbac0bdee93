/** One server, connected: greeted, asked, and ended with everything that it started. */
import { Client, ProtocolError, SdkError, SdkErrorCode, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client'
import { asTroupeError, messageOf, TroupeError } from '#core'
import type { Greeting, Launch, McpAnswers, McpAsk, McpQuestion, McpQuestionAnswer } from '../messages.ts'
import { type ChildPorts, ChildTransport } from './child-transport.ts'
import { type HttpPorts, httpTransport } from './http-transport.ts'
import { callText, definitions, promptRow, promptText, resourceRow, resourceText } from './results.ts'

export interface ConnectionPorts extends ChildPorts, HttpPorts {
  readonly version: string
  /** It ended, and nobody had asked it to. */
  readonly ended: (why: string) => void
  readonly toolsChanged: () => void
  readonly question: (asked: McpQuestion, signal: AbortSignal) => Promise<McpQuestionAnswer>
}

export class Connection {
  readonly #client: Client
  readonly #transport: Transport
  readonly #ports: ConnectionPorts
  /** Runs whose calls are under way; a question belongs to one only where there is no other. */
  readonly #callers: (string | null)[] = []
  #closing = false
  #open = false

  private constructor(transport: Transport, launch: Launch, ports: ConnectionPorts) {
    this.#transport = transport
    this.#ports = ports
    this.#client = new Client(
      { name: 'troupe', version: ports.version },
      {
        capabilities: { elicitation: { form: {} } },
        // A program of today would have to be started twice to find out; an address answers the question by itself.
        versionNegotiation: { mode: launch.kind === 'http' ? 'auto' : 'legacy' },
        listChanged: { tools: { autoRefresh: false, debounceMs: 0, onChanged: () => ports.toolsChanged() } },
      },
    )
    this.#client.setRequestHandler('elicitation/create', (request, { mcpReq }) => this.#elicit(request.params, mcpReq.signal))
    this.#client.onclose = () => {
      if (!this.#closing && this.#open) ports.ended(this.#whyEnded())
    }
  }

  static async open(launch: Launch, timeoutMs: number, ports: ConnectionPorts): Promise<{ connection: Connection; greeting: Greeting }> {
    const transport = launch.kind === 'stdio' ? new ChildTransport(launch, ports) : await httpTransport(launch, ports)
    const connection = new Connection(transport, launch, ports)
    try {
      return { connection, greeting: await connection.#greet(timeoutMs) }
    } catch (thrown) {
      const ended = transport instanceof ChildTransport ? transport.ended : undefined
      await connection.end(0)
      throw ended === undefined
        ? asFailure(thrown)
        : new TroupeError('UNREACHABLE', `The server did not greet: ${ended}.`, { cause: thrown })
    }
  }

  async #greet(timeoutMs: number): Promise<Greeting> {
    await this.#client.connect(this.#transport, { timeout: timeoutMs })
    this.#open = true
    const about = this.#client.getServerVersion()
    const { redactor } = this.#ports
    return redactor.value({
      serverName: about ? `${about.title ?? about.name} ${about.version}`.slice(0, 200) : 'it does not say its name',
      protocol: this.#client.getNegotiatedProtocolVersion() ?? '',
      instructions: (this.#client.getInstructions() ?? '').slice(0, 20_000),
      pid: this.#transport instanceof ChildTransport ? this.#transport.pid : null,
    })
  }

  async ask(ask: McpAsk, timeoutMs: number, signal: AbortSignal): Promise<McpAnswers[keyof McpAnswers]> {
    const client = this.#client
    const options = { timeout: timeoutMs, signal }
    const { redactor } = this.#ports
    try {
      switch (ask.what) {
        case 'tools':
          if (!client.getServerCapabilities()?.tools) return { tools: [], leftOut: [] }
          return definitions((await client.listTools(undefined, { ...options, cacheMode: 'refresh' })).tools, redactor)
        case 'call':
          return await this.#call(ask, options)
        case 'resources':
          // Asked all the same, the library writes to the console.
          if (!client.getServerCapabilities()?.resources) return []
          return redactor.value((await client.listResources(undefined, options)).resources.map(resourceRow))
        case 'read':
          return resourceText(await client.readResource({ uri: ask.uri }, options), ask.maxBytes, redactor)
        case 'prompts':
          if (!client.getServerCapabilities()?.prompts) return []
          return redactor.value((await client.listPrompts(undefined, options)).prompts.map(promptRow))
        case 'prompt':
          return promptText(await client.getPrompt({ name: ask.name, arguments: { ...ask.args } }, options), ask.maxBytes, redactor)
      }
    } catch (thrown) {
      signal.throwIfAborted()
      throw asFailure(thrown)
    }
  }

  async #call(ask: Extract<McpAsk, { what: 'call' }>, options: { timeout: number; signal: AbortSignal }): Promise<McpAnswers['call']> {
    this.#callers.push(ask.runId)
    try {
      const args = typeof ask.args === 'object' && ask.args !== null ? (ask.args as Record<string, unknown>) : {}
      // The protocol has no such key of its own; a server that knows ours can tell a second try from a second call.
      const result = await this.#client.callTool({ name: ask.name, arguments: args, _meta: { 'troupe/idempotencyKey': ask.key } }, options)
      return callText(result, ask.maxBytes, this.#ports.redactor)
    } finally {
      this.#callers.splice(this.#callers.indexOf(ask.runId), 1)
    }
  }

  async end(graceMs: number): Promise<void> {
    this.#closing = true
    if (this.#transport instanceof ChildTransport) await this.#transport.end(graceMs)
    else if (this.#transport instanceof StreamableHTTPClientTransport) await this.#transport.terminateSession().catch(() => undefined)
    await this.#client.close().catch(() => undefined)
  }

  async #elicit(params: { message: string; requestedSchema?: unknown; mode?: string | undefined }, signal: AbortSignal) {
    if (params.mode === 'url') return { action: 'decline' as const }
    const runId = this.#callers.length === 1 ? (this.#callers[0] ?? null) : null
    const schema = (params.requestedSchema ?? {}) as Record<string, unknown>
    const answer = await this.#ports.question(this.#ports.redactor.value({ message: params.message, schema, runId }), signal)
    return answer.action === 'accept' ? { action: 'accept' as const, content: { ...answer.content } } : { action: answer.action }
  }

  #whyEnded(): string {
    return (this.#transport instanceof ChildTransport ? this.#transport.ended : undefined) ?? 'the connection was closed'
  }
}

/** What the library throws, in our codes. */
function asFailure(thrown: unknown): TroupeError {
  if (thrown instanceof TroupeError) return thrown
  if (thrown instanceof ProtocolError)
    return new TroupeError('PROVIDER', `The server answered with an error: ${thrown.message}`, { cause: thrown })
  if (thrown instanceof SdkError && thrown.code === SdkErrorCode.RequestTimeout) {
    return new TroupeError('TIMEOUT', 'The server did not answer in time.', { cause: thrown })
  }
  const cause = causeOf(thrown)
  if (cause instanceof TroupeError) return cause
  const ours = asTroupeError(thrown)
  return new TroupeError('UNREACHABLE', `The server could not be asked: ${messageOf(cause ?? ours)}`, { cause: thrown })
}

/** undici wraps what a connection failed with. */
function causeOf(thrown: unknown): unknown {
  let at = thrown
  while (at instanceof Error && at.cause !== undefined && !(at instanceof TroupeError)) at = at.cause
  return at
}
