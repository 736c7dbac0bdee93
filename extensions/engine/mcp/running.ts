/**
 * One server as a process or a connection: started when first used, stopped when idle.
 *
 *   stopped ──used──▶ starting ──greeted, tools compared──▶ running ──idle, asked──▶ stopping ──▶ stopped
 *      ▲                 └── fails ──▶ stopped (problem)       └── ends by itself ──▶ stopped (problem)
 *
 * Three ends by itself within a minute, and it is left alone for a minute: a server that cannot live must not be started for each call.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { McpServerDoc, McpStanding, McpToolDefinition } from '#contract'
import { MCP_LIMITS } from '#contract/plain'
import { asTroupeError, childEnvironment, hostFits, messageOf, newId, TroupeError } from '#core'
import type { ServerLink } from './link.ts'
import type { Greeting, Launch } from './messages.ts'
import { pinHash } from './pins.ts'
import type { McpPorts, ServerLease } from './ports.ts'

export interface Look {
  readonly greeting: Greeting
  readonly startMs: number
  readonly tools: readonly McpToolDefinition[]
  readonly leftOut: readonly string[]
}

interface Parts {
  readonly ports: McpPorts
  readonly link: ServerLink
  /** A place among those that may run at once; FULL when there is none. */
  readonly admit: (server: Running) => void
  /** What it says of its tools, each time that it is looked at, before anything of it is called. */
  readonly looked: (look: Look) => Promise<void>
  readonly changed: () => void
}

interface Up {
  readonly instance: string
  readonly lease: ServerLease | undefined
  readonly greeting: Greeting
  readonly startMs: number
  /** Hashes of what it offers now; undefined: it said that its list has changed. */
  seen: ReadonlyMap<string, string> | undefined
}

export class Running {
  readonly doc: McpServerDoc
  stderr = ''
  readonly #parts: Parts
  #state: McpStanding['state'] = 'stopped'
  #since: number | null = null
  #problem: string | null = null
  #up: Up | undefined
  /** Its present start, or the last one. */
  #instance = ''
  #starting: Promise<Up> | undefined
  #stopping: Promise<void> | undefined
  #active = 0
  #calls = 0
  #starts = 0
  #crashes: number[] = []
  #queue: (() => void)[] = []
  #forgetIdle: (() => void) | undefined
  #lastUsed = 0

  constructor(doc: McpServerDoc, parts: Parts) {
    this.doc = doc
    this.#parts = parts
  }

  get standing(): McpStanding {
    const pid = this.#up?.greeting.pid ?? null
    const counts = { active: this.#active, calls: this.#calls, starts: this.#starts }
    return { state: this.#state, pid, since: this.#since, ...counts, problem: this.#problem }
  }

  /** Whether it could make room for another. */
  get idleSince(): number | undefined {
    return this.#state === 'running' && this.#active === 0 ? this.#lastUsed : undefined
  }

  is(instance: string): boolean {
    return this.#instance === instance
  }

  /** Runs work on the started server; waits for a place among its calls. */
  async use<Answer>(work: (instance: string) => Promise<Answer>, signal?: AbortSignal): Promise<Answer> {
    await this.#place(signal)
    try {
      const up = await this.#ready()
      this.#calls += 1
      return await work(up.instance)
    } finally {
      this.#leave()
    }
  }

  /** REFUSED unless the tool is offered now exactly as it was accepted. Asked within `use`, before each call. */
  async requireAsAccepted(tool: string, acceptedHash: string): Promise<void> {
    const up = await this.#ready()
    const seen = up.seen ?? (await this.#compare(up)).seen
    if (seen?.get(tool) === acceptedHash) return
    const what = seen?.has(tool)
      ? 'is not as it was accepted: its description or schema has changed'
      : 'is not offered by the server any more'
    throw new TroupeError('REFUSED', `The tool "${tool}" of ${this.doc.id} ${what}. It was not called.`, {
      hint: `Look at it and accept it again: troupe mcp-server tools ${this.doc.id}.`,
    })
  }

  /** Looks anew, whatever was seen before. */
  async look(): Promise<Look> {
    return this.use(async () => {
      const up = await this.#ready()
      return (await this.#compare(up)).look
    })
  }

  toolsChanged(): void {
    if (this.#up) this.#up.seen = undefined
  }

  async ended(why: string): Promise<void> {
    const up = this.#up
    this.#up = undefined
    this.#crashes.push(this.#parts.ports.clock.now())
    this.#parts.ports.log.warn('An MCP server ended by itself.', { server: this.doc.id, why })
    this.#move('stopped', `It ended by itself: ${why}.`)
    await up?.lease?.end()
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => {
      this.#stopping = undefined
    })
    return this.#stopping
  }

  async #stop(): Promise<void> {
    await this.#starting?.catch(() => undefined)
    this.#forgetIdle?.()
    const up = this.#up
    if (!up) return
    this.#up = undefined
    this.#move('stopping', this.#problem)
    await this.#parts.link.close(up.instance)
    await up.lease?.end()
    this.#move('stopped', this.#problem)
  }

  /** A place among its calls; the next ones wait in order. */
  async #place(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    this.#forgetIdle?.()
    if (this.#active < MCP_LIMITS.callsAtOnce) {
      this.#active += 1
      return
    }
    if (this.#queue.length >= MCP_LIMITS.callsWaiting) {
      throw new TroupeError('FULL', `${this.#queue.length} calls wait for ${this.doc.id} already.`)
    }
    // Who leaves hands its place on, so nobody comes between.
    await new Promise<void>((resolve) => this.#queue.push(resolve))
    if (!signal?.aborted) return
    this.#leave()
    signal.throwIfAborted()
  }

  #leave(): void {
    const next = this.#queue.shift()
    if (next) {
      next()
      return
    }
    this.#active -= 1
    this.#restAfter()
  }

  async #ready(): Promise<Up> {
    await this.#stopping
    if (this.#up) return this.#up
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined
    })
    return this.#starting
  }

  async #start(): Promise<Up> {
    this.#requirePeace()
    const { ports, link, admit } = this.#parts
    admit(this)
    const begun = ports.clock.now()
    this.#move('starting', null)
    this.#starts += 1
    this.stderr = ''
    let lease: ServerLease | undefined
    let greeted = false
    try {
      const { credentials, id } = this.doc
      lease = credentials.length === 0 ? undefined : await ports.lend(credentials, id, () => void this.stop())
      const instance = newId(ports.chance, 'mcp')
      this.#instance = instance
      const launch = await launchOf(this.doc, instance, lease, ports)
      const greeting = await link.open(instance, launch)
      const up: Up = { instance, lease, greeting, startMs: ports.clock.now() - begun, seen: undefined }
      this.#up = up
      greeted = true
      await this.#compare(up)
      this.#move('running', null)
      return up
    } catch (thrown) {
      const { code, message } = asTroupeError(thrown)
      const up = this.#up
      this.#up = undefined
      if (up) await link.close(up.instance)
      await lease?.end()
      // One that ended after it had greeted was counted when that was told.
      if ((code === 'UNREACHABLE' || code === 'TIMEOUT') && (up || !greeted)) this.#crashes.push(ports.clock.now())
      this.#move('stopped', message)
      throw thrown
    }
  }

  async #compare(up: Up): Promise<{ readonly look: Look; readonly seen: ReadonlyMap<string, string> }> {
    // Set before it is asked: a change that is told meanwhile asks again.
    const hashes = new Map<string, string>()
    up.seen = hashes
    const { tools, leftOut } = await this.#parts.link.ask(up.instance, { what: 'tools' })
    for (const tool of tools) hashes.set(tool.name, pinHash(tool))
    const look: Look = { greeting: up.greeting, startMs: up.startMs, tools, leftOut }
    await this.#parts.looked(look)
    return { look, seen: hashes }
  }

  #requirePeace(): void {
    const now = this.#parts.ports.clock.now()
    this.#crashes = this.#crashes.filter((at) => at > now - MCP_LIMITS.crashWindowMs)
    if (this.#crashes.length < MCP_LIMITS.crashes) return
    const again = Math.ceil(((this.#crashes[0] ?? now) + MCP_LIMITS.crashWindowMs - now) / 1000)
    throw new TroupeError('UNREACHABLE', `${this.doc.id} ended ${this.#crashes.length} times in a minute. ${this.#problem ?? ''}`.trim(), {
      hint: `It is started again in ${again} s, if it is used then.`,
    })
  }

  #restAfter(): void {
    this.#lastUsed = this.#parts.ports.clock.now()
    if (this.#active > 0) return
    this.#forgetIdle?.()
    this.#forgetIdle = this.#parts.ports.clock.after(this.doc.idleSeconds * 1000, () => {
      if (this.#active === 0)
        void this.stop().catch((thrown: unknown) =>
          this.#parts.ports.log.warn('An MCP server could not be stopped.', { problem: messageOf(thrown) }),
        )
    })
  }

  #move(state: McpStanding['state'], problem: string | null): void {
    this.#state = state
    this.#problem = problem === null ? null : this.#parts.ports.secrets.redactor.text(problem)
    this.#since = this.#parts.ports.clock.now()
    this.#parts.changed()
  }
}

async function launchOf(doc: McpServerDoc, instance: string, lease: ServerLease | undefined, ports: McpPorts): Promise<Launch> {
  const { transport } = doc
  if (transport.kind === 'http') return await httpLaunch(transport.url, transport.headers, lease)
  const node = ports.nodePath ?? process.execPath
  const place = (text: string): string => text.replaceAll('{{troupe.node}}', node)
  const cwd = transport.cwd === '' ? join(ports.folder, doc.id) : transport.cwd
  if (transport.cwd === '') await mkdir(cwd, { recursive: true, mode: 0o700 })
  // Built from nothing: a small list of the engine's variables, the document's, what was lent, and our marks.
  const env = childEnvironment({ engine: ports.env, own: { ...transport.env, ...lease?.lent.env }, marks: ports.marks(instance) })
  return { kind: 'stdio', program: place(transport.program), args: transport.args.map(place), cwd, env, mark: instance }
}

/** Each value goes to a host that its credential allows, and is entered before; a header that none gives stays as it is written. */
async function httpLaunch(url: string, own: Readonly<Record<string, string>>, lease: ServerLease | undefined): Promise<Launch> {
  const target = new URL(url)
  if (target.username !== '' || target.password !== '')
    throw new TroupeError('REFUSED', 'An address must not carry a user name or password.')
  const here = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(target.hostname)
  if (target.protocol === 'http:' && !here) {
    throw new TroupeError('REFUSED', `${target.host} would be asked without encryption.`, {
      hint: 'Use https, or a server on this machine.',
    })
  }
  const headers: Record<string, string> = { ...own }
  let allowPrivate = true
  for (const credential of lease?.lent.credentials ?? []) {
    if (!hostFits(target, credential.hosts)) {
      const hosts = credential.hosts.join(', ') || 'none'
      throw new TroupeError('REFUSED', `The credential ${credential.name} may not go to ${target.host}; its hosts are: ${hosts}.`, {
        hint: 'Add the host to the credential.',
      })
    }
    await lease?.sends(credential.name, target.host)
    Object.assign(headers, credential.headers)
    allowPrivate &&= credential.allowPrivate
  }
  return { kind: 'http', url, headers, lent: (lease?.lent.credentials.length ?? 0) > 0, allowPrivate }
}
