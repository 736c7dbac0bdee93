/** The `engine` slice of the contract. */
import { implement } from '@orpc/server'
import { contract, type EngineStatus, type PreflightItem } from '#contract'
import type { CallContext } from '#core'
import { readLicences } from './licences.ts'
import type { Serve } from './open.ts'

/** What the engine slice asks of others. */
export interface EnginePorts {
  /** Everything but what this room knows itself. */
  status(): Promise<Omit<EngineStatus, 'port' | 'clients'>>
  preflight(ids?: readonly string[]): Promise<PreflightItem[]>
  /** Shows the window: the running one, or a new one at the link that is asked for then. */
  openWindow(link: () => string): Promise<{ readonly window: EngineStatus['window']; readonly why: string; readonly url: string | null }>
  /** Begins an orderly stop, soon after it answered. */
  stop(): void
  /** The folder with package.json. */
  readonly root: string
}

export function engineRoutes(serve: Serve, ports: EnginePorts) {
  const engine = implement(contract.engine).$context<CallContext>()
  const done = { done: true } as const
  return {
    status: engine.status.handler(async () => ({ ...(await ports.status()), port: serve.port, clients: serve.connected })),
    stop: engine.stop.handler(() => {
      ports.stop()
      return done
    }),
    changes: engine.changes.handler(({ input, signal }) => serve.changes.since(input, signal ?? new AbortController().signal)),
    preflight: engine.preflight.handler(({ input }) => ports.preflight(input.ids)),
    link: engine.link.handler(() => serve.link()),
    open: engine.open.handler(() => ports.openWindow(() => serve.link().url)),
    clients: engine.clients.handler(() => [...serve.clients.list()]),
    grantClient: engine.grantClient.handler(({ input, context }) => serve.clients.grant(input, context)),
    revokeClient: engine.revokeClient.handler(async ({ input }) => {
      await serve.clients.revoke(input.id)
      return done
    }),
    licences: engine.licences.handler(() => readLicences(ports.root)),
  }
}
