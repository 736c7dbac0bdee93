/** The room itself: configured servers, what was accepted of their tools, those that run, and the calls that go to them. */
import type { McpGrant, McpPrompt, McpResource, McpServerDoc, McpServerRow, McpTest, McpTool } from '#contract'
import { LIMITS, MCP_LIMITS } from '#contract/plain'
import { asTroupeError, oneAtATime, type SharedTool, type SharedToolAnswer, TroupeError } from '#core'
import { ServerLink } from './link.ts'
import type { BoundedText, McpQuestion, McpQuestionAnswer } from './messages.ts'
import { grantedTools } from './offered.ts'
import { afterLook, type PinRow, pinOf, toolOf } from './pins.ts'
import type { McpPorts, McpTimings } from './ports.ts'
import { allPins, allServers, dropServer, findServer, markTested, pinsOf, putPins, putServer, type SavedServer } from './rows.ts'
import { type Look, Running } from './running.ts'

export interface Mcp {
  list(): Promise<readonly McpServerRow[]>
  get(id: string): Promise<{ server: McpServerRow; tools: readonly McpTool[]; stderr: string }>
  /** Looks at a server that is not saved, and leaves nothing of it. */
  try(doc: McpServerDoc): Promise<McpTest>
  save(doc: McpServerDoc): Promise<McpServerRow>
  test(id: string): Promise<McpTest>
  /** CONFLICT when a tool was seen otherwise since it was shown. */
  accept(id: string, tools: readonly { readonly name: string; readonly hash: string }[]): Promise<readonly McpTool[]>
  unaccept(id: string, tools: readonly string[]): Promise<readonly McpTool[]>
  stop(id: string): Promise<McpServerRow>
  remove(id: string): Promise<void>
  resources(id: string): Promise<readonly McpResource[]>
  readResource(id: string, uri: string): Promise<BoundedText>
  prompts(id: string): Promise<readonly McpPrompt[]>
  getPrompt(id: string, name: string, args: Readonly<Record<string, string>>): Promise<BoundedText>
  /** What a run is offered, from what was accepted: nothing is started for it. `problems`: why something that was chosen is left out. */
  offered(grants: readonly McpGrant[]): Promise<{ readonly tools: readonly SharedTool[]; readonly problems: readonly string[] }>
  /** Calls a tool for a run. Refusals and failures are answers that the model reads; rejects only when the signal was aborted. */
  call(
    tool: SharedTool,
    args: unknown,
    by: { readonly runId: string; readonly key: string },
    signal: AbortSignal,
  ): Promise<SharedToolAnswer>
  /** Servers that run, calls that they do, and whether their thread stands. */
  counts(): { readonly running: number; readonly active: number; readonly threads: number }
  /** Ends every server with all that it started. */
  close(): Promise<void>
}

const TIMINGS: McpTimings = { graceMs: 1_000, idleThreadMs: 10_000, startMs: MCP_LIMITS.startMs, callMs: MCP_LIMITS.callMs }

export function openMcp(ports: McpPorts): Mcp {
  return new McpRoom(ports)
}

class McpRoom implements Mcp {
  readonly #ports: McpPorts
  readonly #link: ServerLink
  readonly #running = new Map<string, Running>()
  /** Those that are only tried have no name of their own here. */
  readonly #tried = new Set<Running>()
  readonly #turns = oneAtATime()
  #questions = 0
  #closed = false

  constructor(ports: McpPorts) {
    this.#ports = ports
    const find = (instance: string) => [...this.#running.values(), ...this.#tried].find((server) => server.is(instance))
    this.#link = new ServerLink(
      ports,
      { ...TIMINGS, ...ports.timings },
      {
        ended: (instance, why) => void find(instance)?.ended(why),
        stderr: (instance, tail) => {
          const server = find(instance)
          if (server) server.stderr = tail
        },
        toolsChanged: (instance) => find(instance)?.toolsChanged(),
        question: (instance, asked) => this.#question(find(instance)?.doc.id, asked),
      },
    )
  }

  async list(): Promise<readonly McpServerRow[]> {
    const { store, usage } = this.#ports
    const [servers, pins, used] = await Promise.all([allServers(store), allPins(store), usage()])
    return servers.map((saved) => this.#row(saved, pins.get(saved.doc.id) ?? [], used))
  }

  async get(id: string) {
    const saved = await this.#saved(id)
    const pins = await pinsOf(this.#ports.store, id)
    const tools = pins.map((row) => toolOf(id, row))
    return { server: this.#row(saved, pins, await this.#ports.usage()), tools, stderr: this.#running.get(id)?.stderr ?? '' }
  }

  async try(doc: McpServerDoc): Promise<McpTest> {
    const server = this.#make(doc, async () => undefined)
    this.#tried.add(server)
    try {
      return await this.#testOf(server, [])
    } finally {
      await server.stop()
      this.#tried.delete(server)
    }
  }

  save(doc: McpServerDoc): Promise<McpServerRow> {
    return this.#turns(async () => {
      const before = await findServer(this.#ports.store, doc.id)
      if (!before && (await allServers(this.#ports.store)).length >= MCP_LIMITS.servers) {
        throw new TroupeError('FULL', `There are ${MCP_LIMITS.servers} MCP servers already; remove one first.`)
      }
      await this.#forget(doc.id)
      // Another program, another address: what was accepted was accepted of something else.
      const another = before !== undefined && !sameTarget(before.doc, doc)
      await this.#ports.store.write([putServer(doc, this.#ports.clock.now()), ...(another ? putPins(doc.id, []) : [])])
      this.#announce(doc.id, 'saved')
      return this.#rowOf(doc.id)
    })
  }

  async test(id: string): Promise<McpTest> {
    const server = await this.#use(id)
    const result = await this.#testOf(server, await pinsOf(this.#ports.store, id))
    return { ...result, tools: (await pinsOf(this.#ports.store, id)).map((row) => toolOf(id, row)) }
  }

  accept(id: string, tools: readonly { readonly name: string; readonly hash: string }[]): Promise<readonly McpTool[]> {
    return this.#changePins(id, (row) => {
      const wanted = tools.find(({ name }) => name === row.name)
      if (!wanted) return row
      if (row.gone || row.seenHash !== wanted.hash) {
        throw new TroupeError('CONFLICT', `The tool "${row.name}" has changed since it was shown; nothing was accepted.`, {
          hint: 'Look at it as it is now, and accept it again.',
        })
      }
      return { ...row, accepted: row.seen, acceptedHash: row.seenHash, acceptedAt: this.#ports.clock.now() }
    })
  }

  unaccept(id: string, tools: readonly string[]): Promise<readonly McpTool[]> {
    return this.#changePins(id, (row) =>
      tools.includes(row.name) ? { ...row, accepted: null, acceptedHash: null, acceptedAt: null } : row,
    )
  }

  async stop(id: string): Promise<McpServerRow> {
    await this.#saved(id)
    await this.#running.get(id)?.stop()
    return this.#rowOf(id)
  }

  remove(id: string): Promise<void> {
    return this.#turns(async () => {
      await this.#saved(id)
      await this.#forget(id)
      await this.#ports.store.write(dropServer(id))
      this.#announce(id, 'removed')
    })
  }

  async resources(id: string): Promise<readonly McpResource[]> {
    return (await this.#use(id)).use((instance) => this.#link.ask(instance, { what: 'resources' }))
  }

  async readResource(id: string, uri: string): Promise<BoundedText> {
    return (await this.#use(id)).use((instance) => this.#link.ask(instance, { what: 'read', uri, maxBytes: LIMITS.toolResultBytes }))
  }

  async prompts(id: string): Promise<readonly McpPrompt[]> {
    return (await this.#use(id)).use((instance) => this.#link.ask(instance, { what: 'prompts' }))
  }

  async getPrompt(id: string, name: string, args: Readonly<Record<string, string>>): Promise<BoundedText> {
    return (await this.#use(id)).use((instance) =>
      this.#link.ask(instance, { what: 'prompt', name, args, maxBytes: LIMITS.toolResultBytes }),
    )
  }

  async offered(grants: readonly McpGrant[]) {
    if (grants.length === 0) return { tools: [], problems: [] }
    const [servers, pins] = await Promise.all([allServers(this.#ports.store), allPins(this.#ports.store)])
    return grantedTools(grants, new Map(servers.map(({ doc }) => [doc.id, doc])), pins)
  }

  async call(
    tool: SharedTool,
    args: unknown,
    by: { readonly runId: string; readonly key: string },
    signal: AbortSignal,
  ): Promise<SharedToolAnswer> {
    try {
      const server = await this.#use(tool.server)
      const maxBytes = LIMITS.toolResultBytes
      return await server.use(async (instance) => {
        if (tool.resource === 'list') return listText(await this.#link.ask(instance, { what: 'resources' }, signal))
        if (tool.resource === 'read') {
          const uri = typeof args === 'object' && args !== null && 'uri' in args ? String(args.uri) : ''
          return await this.#link.ask(instance, { what: 'read', uri, maxBytes }, signal)
        }
        // The pin of now, not of the run's beginning: what was taken back meanwhile is not called either.
        const pin = (await pinsOf(this.#ports.store, tool.server)).find(({ name }) => name === tool.tool)
        if (!pin?.acceptedHash || pin.acceptedHash !== tool.hash) {
          throw new TroupeError(
            'REFUSED',
            `The tool "${tool.tool}" of ${tool.server} is not accepted as this run was offered it. It was not called.`,
          )
        }
        await server.requireAsAccepted(tool.tool, pin.acceptedHash)
        return await this.#link.ask(instance, { what: 'call', name: tool.tool, args, maxBytes, ...by }, signal)
      }, signal)
    } catch (thrown) {
      signal.throwIfAborted()
      const { code, message, hint, family } = asTroupeError(thrown)
      if (family === 'bug') throw thrown
      return { ok: false, text: this.#ports.secrets.redactor.text(`${code}: ${message}${hint ? ` ${hint}` : ''}`), droppedBytes: 0 }
    }
  }

  counts() {
    const standing = [...this.#running.values(), ...this.#tried].map((server) => server.standing)
    const running = standing.filter(({ state }) => state !== 'stopped').length
    return { running, active: standing.reduce((sum, { active }) => sum + active, 0), threads: this.#link.threads }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#running.values(), ...this.#tried].map((server) => server.stop()))
    await this.#link.stop()
  }

  async #use(id: string): Promise<Running> {
    if (this.#closed) throw new TroupeError('STOPPING', 'Troupe is stopping, and starts no server any more.')
    const { doc } = await this.#saved(id)
    if (!doc.enabled) {
      throw new TroupeError('WRONG_STATE', `The MCP server "${id}" is switched off.`, { hint: `Switch it on: troupe mcp-server on ${id}.` })
    }
    const known = this.#running.get(id)
    if (known) return known
    const server = this.#make(doc, async (look) => this.#keepLook(id, look))
    this.#running.set(id, server)
    return server
  }

  #make(doc: McpServerDoc, looked: (look: Look) => Promise<void>): Running {
    const changed = () => this.#announce(doc.id, 'standing')
    return new Running(doc, { ports: this.#ports, link: this.#link, admit: (server) => this.#admit(server), looked, changed })
  }

  /** At the limit, the one that was unused for longest makes room. */
  #admit(wanting: Running): void {
    const all = [...this.#running.values(), ...this.#tried].filter((one) => one !== wanting && one.standing.state !== 'stopped')
    if (all.length < MCP_LIMITS.running) return
    const idle = all.filter((one) => one.idleSince !== undefined).sort((a, b) => (a.idleSince ?? 0) - (b.idleSince ?? 0))[0]
    if (!idle) throw new TroupeError('FULL', `${all.length} MCP servers run and are all at work; at most ${MCP_LIMITS.running} may.`)
    void idle.stop()
  }

  async #testOf(server: Running, before: readonly PinRow[]): Promise<McpTest> {
    const { id } = server.doc
    const look = await server.look()
    const [resources, prompts] = await Promise.all(
      (['resources', 'prompts'] as const).map((what) =>
        // A server without them may answer with an error instead of an empty list.
        server
          .use((instance) => this.#link.ask(instance, { what }))
          .then(
            (found) => found.length,
            () => 0,
          ),
      ),
    )
    const tools = afterLook(before, look.tools).map((row) => toolOf(id, row))
    const { serverName, protocol, instructions } = look.greeting
    return {
      at: this.#ports.clock.now(),
      startMs: look.startMs,
      ...{ serverName, protocol, instructions, tools },
      tokens: tools.filter(({ pin }) => pin !== 'gone').reduce((sum, { tokens }) => sum + tokens, 0),
      resources: resources ?? 0,
      prompts: prompts ?? 0,
    }
  }

  /** What was seen, beside what was accepted; told when something that was accepted is other than it was. */
  #keepLook(id: string, look: Look): Promise<void> {
    return this.#turns(async () => {
      const before = await pinsOf(this.#ports.store, id)
      const after = afterLook(before, look.tools)
      if (look.leftOut.length > 0) {
        this.#ports.log.warn('Some tools of an MCP server are too large or too many, and are left out.', {
          server: id,
          tools: look.leftOut,
        })
      }
      await this.#ports.store.write([markTested(id, look.greeting.serverName, this.#ports.clock.now()), ...putPins(id, after)])
      const changed = after.filter((row) => pinOf(row) === 'changed').map(({ name }) => name)
      if (changed.length > 0)
        this.#ports.log.warn('Tools of an MCP server have changed since they were accepted.', { server: id, tools: changed })
      this.#announce(id, changed.length > 0 ? 'changed' : 'looked')
    })
  }

  #changePins(id: string, change: (row: PinRow) => PinRow): Promise<readonly McpTool[]> {
    return this.#turns(async () => {
      await this.#saved(id)
      const rows = (await pinsOf(this.#ports.store, id)).map(change)
      await this.#ports.store.write([...putPins(id, rows)])
      this.#announce(id, 'accepted')
      return rows.map((row) => toolOf(id, row))
    })
  }

  async #question(server: string | undefined, asked: McpQuestion): Promise<McpQuestionAnswer> {
    if (server === undefined || this.#questions >= MCP_LIMITS.questions) return { action: 'decline' }
    this.#questions += 1
    try {
      return await this.#ports.question(server, asked)
    } finally {
      this.#questions -= 1
    }
  }

  async #forget(id: string): Promise<void> {
    const server = this.#running.get(id)
    this.#running.delete(id)
    if (!server) return
    this.#tried.add(server)
    await server.stop()
    this.#tried.delete(server)
  }

  async #saved(id: string): Promise<SavedServer> {
    const saved = await findServer(this.#ports.store, id)
    if (!saved) throw new TroupeError('NOT_FOUND', `There is no MCP server "${id}".`, { hint: 'troupe mcp-server list shows them.' })
    return saved
  }

  async #rowOf(id: string): Promise<McpServerRow> {
    const { store, usage } = this.#ports
    return this.#row(await this.#saved(id), await pinsOf(store, id), await usage())
  }

  #row(
    { doc, serverName, testedAt, createdAt, updatedAt }: SavedServer,
    pins: readonly PinRow[],
    used: ReadonlyMap<string, readonly string[]>,
  ): McpServerRow {
    const tools = pins.map((row) => toolOf(doc.id, row))
    const count = (pin: McpTool['pin']): number => tools.filter((tool) => tool.pin === pin).length
    return {
      doc,
      standing: this.#running.get(doc.id)?.standing ?? {
        state: 'stopped',
        pid: null,
        since: null,
        active: 0,
        calls: 0,
        starts: 0,
        problem: null,
      },
      serverName,
      counts: { accepted: count('accepted'), fresh: count('new'), changed: count('changed'), gone: count('gone') },
      tokens: tools.filter(({ pin }) => pin === 'accepted').reduce((sum, { tokens }) => sum + tokens, 0),
      usedBy: [...(used.get(doc.id) ?? [])],
      ...{ testedAt, createdAt, updatedAt },
    }
  }

  #announce(id: string, what: string): void {
    this.#ports.announce('mcp', id, what)
  }
}

const sameTarget = (a: McpServerDoc, b: McpServerDoc): boolean => JSON.stringify(targetOf(a)) === JSON.stringify(targetOf(b))
/** What decides which program or address it is. */
const targetOf = ({ transport }: McpServerDoc): unknown =>
  transport.kind === 'http' ? transport.url : [transport.program, transport.args, transport.cwd]

function listText(resources: readonly McpResource[]): BoundedText {
  const lines = resources.map(({ uri, name, description, mimeType }) =>
    [uri, name, mimeType, description].filter((part) => part !== '').join(' · '),
  )
  return { ok: true, text: lines.join('\n').slice(0, LIMITS.toolResultBytes) || '(it has no resources)', droppedBytes: 0 }
}
