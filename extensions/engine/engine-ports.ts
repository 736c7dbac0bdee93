/** Part of the composition root: what the engine slice of the contract asks of the rest. */
import { PROTOCOL } from '#contract/plain'
import type { Ending, Layout, Places } from '#core/node'
import type { Models } from './model/mod.ts'
import type { Personas } from './persona/mod.ts'
import type { Runs } from './run/mod.ts'
import type { EnginePorts } from './serve/mod.ts'
import type { WindowShower } from './show-window.ts'
import type { Store } from './store/mod.ts'
import type { Vault } from './vault/mod.ts'

interface Plan {
  readonly env: NodeJS.ProcessEnv
  readonly layout: Layout
  readonly places: Places
  readonly startedAt: number
  readonly end: (ending: Ending) => void
}

interface Rooms {
  readonly personas: Pick<Personas, 'count'>
  readonly runs: Pick<Runs, 'counts'>
  readonly vault: Pick<Vault, 'keyring'>
  readonly models: Pick<Models, 'addresses'>
}

export function enginePorts(plan: Plan, store: Store, { personas, runs, vault, models }: Rooms, shower: WindowShower): EnginePorts {
  const { layout, places, startedAt, end } = plan
  return {
    root: layout.root,
    stop: () => end({ why: 'engine.stop was called', code: 0 }),
    preflight: async (ids) => (await import('./look-around.ts')).lookAround(plan, vault, () => models.addresses(), ids),
    openWindow: (link) => shower.open(link),
    async status() {
      const [health, personaCount] = await Promise.all([store.health(), personas.count()])
      const { databaseBytes, journalBytes, lastSnapshotAt, state, reason } = health
      const { rss, heapUsed } = process.memoryUsage()
      return {
        version: layout.version,
        build: layout.version,
        protocol: [PROTOCOL.major, PROTOCOL.minor],
        node: process.version,
        pid: process.pid,
        platform: `${process.platform} ${process.arch}`,
        startedAt,
        dataFolder: places.dataDir,
        socketPath: places.socketPath,
        runs: runs.counts(),
        personas: personaCount,
        store: { databaseBytes, journalBytes, lastSnapshotAt, state, reason },
        memoryBytes: { rss, heap: heapUsed },
        window: shower.shown(),
      }
    },
  }
}
