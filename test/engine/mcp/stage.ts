/** A stage for the MCP room: a real store, the real thread, real servers. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type McpServerDoc, type McpServerDocInput, mcpServerDoc } from '#contract'
import { type Clock, type LentToRun, makeLogger, newId, SecretBook } from '#core'
import { systemChance, systemClock } from '#core/node'
import { mcpMigrations } from '../../../extensions/engine/mcp/migrations.ts'
import type { McpPorts } from '../../../extensions/engine/mcp/mod.ts'
import { type Mcp, openMcp } from '../../../extensions/engine/mcp/servers.ts'
import { endTree } from '../../../extensions/engine/run/mod.ts'
import { openStore } from '../../../extensions/engine/store/mod.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})
export const atEnd = (close: () => Promise<unknown>): void => void closing.push(close)

export const ROOT = new URL('../../../', import.meta.url).pathname
const ODD = join(ROOT, 'test/fixtures/mcp/odd-server.mjs')
const EVERYTHING = join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js')
const FILESYSTEM = join(ROOT, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js')

export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-mcp-'))
  closing.push(() => rm(dir, { recursive: true, force: true }))
  return dir
}

const serverDoc = (more: Omit<McpServerDocInput, 'label'> & { label?: string }): McpServerDoc =>
  mcpServerDoc.parse({ label: more.id, ...more })
const node = (id: string, args: readonly string[], more: Partial<McpServerDocInput> = {}): McpServerDoc =>
  serverDoc({ id, transport: { kind: 'stdio', program: '{{troupe.node}}', args: [...args] }, ...more })

export const odd = (mode: string, more: Partial<McpServerDocInput> & { readonly file?: string } = {}): McpServerDoc => {
  const { file, ...rest } = more
  return node('odd', [ODD, mode, ...(file ? [file] : [])], rest)
}
export const everything = (more: Partial<McpServerDocInput> = {}): McpServerDoc => node('everything', [EVERYTHING, 'stdio'], more)
export const filesystem = (dir: string): McpServerDoc => node('files', [FILESYSTEM, dir])
export const at = (id: string, url: string, more: Partial<McpServerDocInput> = {}): McpServerDoc =>
  serverDoc({ id, transport: { kind: 'http', url }, ...more })

export interface Room {
  readonly mcp: Mcp
  readonly book: SecretBook
  readonly logged: string[]
  readonly told: string[]
  /** What the room's children carry. */
  readonly mark: string
  /** Saves a server, looks at it, and accepts all of its tools. */
  accepted(doc: McpServerDoc): Promise<void>
  /** Calls a tool as a run would that was offered it. */
  call(server: string, tool: string, args?: unknown, signal?: AbortSignal): ReturnType<Mcp['call']>
}

export async function room(more: Partial<McpPorts> & { readonly clock?: Clock } = {}): Promise<Room> {
  const dir = await folder()
  const logged: string[] = []
  const told: string[] = []
  const log = makeLogger('mcp', ({ level, message }) => logged.push(`${level} ${message}`))
  const store = await openStore({ folder: join(dir, 'store'), migrations: mcpMigrations, clock: systemClock, log })
  closing.push(() => store.stop())
  const book = new SecretBook()
  const mark = `test:${newId(systemChance, 'engine')}`
  const mcp = openMcp({
    store,
    clock: systemClock,
    chance: systemChance,
    log,
    announce: (_topic, id, what) => told.push(`${id} ${what}`),
    secrets: book,
    env: process.env,
    folder: join(dir, 'mcp'),
    marks: (tree) => ({ TROUPE_RUN: tree, TROUPE_ENGINE: mark }),
    lend: async () => ({ lent: NOTHING, sends: async () => undefined, end: async () => undefined }),
    usage: async () => new Map(),
    question: async () => ({ action: 'decline' }),
    endTree: (tree, graceMs) => endTree(tree, { clock: systemClock, graceMs }),
    threadUrl: new URL('../../../extensions/engine/mcp-thread.ts', import.meta.url),
    version: '0.0.0',
    ...more,
  })
  closing.push(() => mcp.close())
  return {
    ...{ mcp, book, logged, told, mark },
    async accepted(doc) {
      await mcp.save(doc)
      const { tools } = await mcp.test(doc.id)
      await mcp.accept(
        doc.id,
        tools.map(({ name, seenHash }) => ({ name, hash: seenHash })),
      )
    },
    async call(server, tool, args = {}, signal = new AbortController().signal) {
      const { tools, problems } = await mcp.offered([{ server, tools: [tool], resources: true }])
      const found = tools.find((one) => one.tool === tool)
      if (!found) throw new Error(problems.join('; '))
      return mcp.call(found, args, { runId: 'run_test', key: 'k' }, signal)
    },
  }
}

const NOTHING: LentToRun = { env: {}, credentials: [] }
