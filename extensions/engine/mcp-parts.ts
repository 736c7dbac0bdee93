/** Part of the composition root: MCP servers, plugged into leases, runs and personas. The room is loaded with the first call that asks for a server. */
import { join } from 'node:path'
import { type Announce, type Chance, type Clock, type Logger, once, type Scope, type SecretBook } from '#core'
import type { Layout, Places } from '#core/node'
import { loadMcp, type Mcp, type McpPorts } from './mcp/mod.ts'
import type { Personas } from './persona/mod.ts'
import { endTree, type Runs } from './run/mod.ts'
import type { Store } from './store/mod.ts'
import type { Leases } from './vault/mod.ts'

interface Ground {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly announce: Announce
  readonly log: Logger
}

interface Place {
  readonly env: NodeJS.ProcessEnv
  readonly places: Places
  readonly layout: Layout
  readonly book: SecretBook
  readonly scope: Scope
}

interface Others {
  /** Opened after this, and asked only later. */
  readonly runs: () => Pick<Runs, 'marks'>
  readonly personas: () => Pick<Personas, 'usingMcp'>
  readonly leases: Pick<Leases, 'lendToServer'>
  /** Puts a server's question to the person; left out: it is declined. */
  readonly question?: McpPorts['question']
}

export interface McpParts {
  readonly room: () => Promise<Mcp>
  /** For runs. */
  readonly shared: Pick<Mcp, 'offered' | 'call'>
}

export function openMcpParts(ground: Ground, { env, places, layout, book, scope }: Place, others: Others): McpParts {
  let opened = false
  const room = once(() => {
    opened = true
    return loadMcp({
      ...ground,
      secrets: book,
      env,
      folder: join(places.dataDir, 'mcp'),
      marks: (tree) => others.runs().marks(tree),
      lend: (credentials, server, takenBack) => others.leases.lendToServer(credentials, server, takenBack),
      usage: () => others.personas().usingMcp(),
      question: others.question ?? (async () => ({ action: 'decline' })),
      endTree: (tree, graceMs) => endTree(tree, { clock: ground.clock, graceMs }),
      threadUrl: layout.module('mcp-thread.ts'),
      version: layout.version,
    })
  })
  // After the runs have ended, which use them.
  scope.add('MCP servers', async () => {
    if (opened) await (await room()).close()
  })
  const shared: McpParts['shared'] = {
    offered: async (grants) => (await room()).offered(grants),
    call: async (...call) => (await room()).call(...call),
  }
  return { room, shared }
}
