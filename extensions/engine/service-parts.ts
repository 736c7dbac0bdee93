/** Part of the composition root: services, plugged into leases, marks and notifications. The room is loaded with its first call, or when one is to be on. */
import { join } from 'node:path'
import type { SafeMode } from '#contract'
import { type Announce, type Chance, type Clock, type Logger, messageOf, once, type Scope, type SecretBook } from '#core'
import type { Places } from '#core/node'
import type { NotifyDoor } from './notify-door.ts'
import type { Runs } from './run/mod.ts'
import { refuseInSafeMode } from './safe-start.ts'
import type { Store } from './store/mod.ts'
import { anyToBeOn, loadSupervise, type Supervise } from './supervise/mod.ts'
import type { Leases, Vault } from './vault/mod.ts'

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
  readonly book: SecretBook
  readonly scope: Scope
}

interface Others {
  readonly safeMode: Pick<SafeMode, 'on'>
  readonly runs: () => Pick<Runs, 'marks'>
  readonly leases: Pick<Leases, 'lendToServer'>
  readonly notices: Pick<NotifyDoor, 'announce'>
  readonly vault: Pick<Vault, 'sealer'>
}

export interface ServiceParts {
  readonly room: () => Promise<Supervise>
  /** Once, when the engine listens and what a crashed one left behind was ended: starts what is to be on. */
  begin(): Promise<void>
}

export function openServiceParts(
  ground: Ground,
  { env, places, book, scope }: Place,
  { safeMode, runs, leases, notices, vault }: Others,
): ServiceParts {
  let stopped = false
  const room = once(async () => {
    refuseInSafeMode(safeMode, 'services')
    const [{ endTree }, { openConnections, treeUsage }] = await Promise.all([import('./run/mod.ts'), import('./core/node/tree-usage.ts')])
    return await loadSupervise({
      ...ground,
      secrets: book,
      env,
      folder: join(places.dataDir, 'services'),
      marks: (tree) => runs().marks(tree),
      lend: (credentials, service, takenBack) => leases.lendToServer(credentials, service, takenBack, 'service'),
      endTree: (tree, { signal, graceMs }) => endTree(tree, { clock: ground.clock, graceMs, signal }),
      taken: treeUsage,
      connections: openConnections,
      tell: ({ id, title, text }) =>
        void notices.announce({ kind: 'failed', title, text, subject: null, href: `/services/${id}`, key: `service ${id}` }),
    })
  })
  // After the runs have ended, which use them.
  scope.add('services', async () => {
    stopped = true
    const left = (await (await room.made())?.close()) ?? []
    if (left.length > 0) throw new Error(`These would not stop: ${left.join(', ')}.`)
  })
  scope.add(
    'services that wait for the vault',
    vault.sealer.onState((state) => void (state === 'open' && room.made().then((made) => made?.unlocked()))),
  )
  return {
    room,
    async begin() {
      try {
        if (!stopped && !safeMode.on && (await anyToBeOn(ground.store))) await room()
      } catch (thrown) {
        if (!stopped) ground.log.error('Services that are to be on could not be started.', { problem: messageOf(thrown) })
      }
    },
  }
}
