/** Opens both doors. No call is answered before `attach` hands in the router; until then whoever comes waits. */
import type { Announce } from '#core'
import type { Api } from './api.ts'
import { guardCalls } from './calls.ts'
import { Changes } from './changes.ts'
import { Clients } from './clients.ts'
import { Gate } from './gate.ts'
import type { EngineLock } from './lock.ts'
import type { McpDoor } from './mcp.ts'
import type { ClientStore, ServePorts } from './ports.ts'
import { type EngineRouter, makeRpc } from './rpc.ts'
import { answerOnSocket } from './socket-door.ts'
import { openTcpDoor } from './tcp.ts'
import { makeWireErrors } from './wire-errors.ts'

export interface Serve {
  readonly port: number
  /** The random path of the window's files. */
  readonly pagePath: string
  readonly clients: Clients
  readonly changes: Changes
  readonly announce: Announce
  /** Connections and streams that are open now. */
  readonly connected: number
  /** A one-time link to the window. */
  link(): { readonly url: string; readonly expiresAt: number }
  /** Pages of this origin may open a WebSocket too (the Neutralino window's). */
  allowOrigin(origin: string): void
  /** From now on calls are answered, as soon as the router is there; whoever came before has waited. Call once. */
  attach(router: Promise<EngineRouter>): void
  /** From now on calls are refused with STOPPING. */
  refuseCalls(): void
  /**
   * Tells every connection that the engine stops, closes the TCP door, and lets nobody in any more. The socket stays bound until its
   * lock is released, so that no other engine starts while this one still has the store open.
   */
  stop(): Promise<void>
}

/** The clients are read from the store; the TCP door is opened; the socket is bound already. */
export async function openServe(ports: ServePorts, lock: EngineLock, store: ClientStore): Promise<Serve> {
  const secret = () => Buffer.from(ports.chance.bytes(24)).toString('base64url')
  const pagePath = ports.pagePath ?? secret()
  const changes = new Changes(secret(), ports.clock)
  const clients = new Clients(ports, store)
  let stopping = false
  const guard = guardCalls({
    stopping: () => stopping,
    stillAdmitted: (caller) => clients.stillAdmitted(caller),
    errors: makeWireErrors(ports.log, ports.chance, ports.redactor),
  })
  const { promise: attached, resolve: attach } = Promise.withResolvers<EngineRouter>()
  const gate = new Gate({ ports, clients, rpc: attached.then((router) => makeRpc(router, guard)), port: () => tcp.port })
  let api: Promise<Api> | undefined
  const loadApi = () => {
    api ??= Promise.all([attached, import('./api.ts')]).then(([router, { makeApi }]) => makeApi(router, guard))
    return api
  }
  let mcp: Promise<McpDoor> | undefined
  const loadMcp = () => {
    mcp ??= Promise.all([attached, import('./mcp.ts')]).then(([router, { makeMcpDoor }]) => makeMcpDoor(router, guard, ports.build))
    return mcp
  }
  await clients.load()
  const tcp = await openTcpDoor({ firstPort: ports.firstPort, windowDir: ports.windowDir, pagePath, upgrade: gate.upgrade('tcp') })
  return {
    port: tcp.port,
    pagePath,
    clients,
    changes,
    announce: changes.announce,
    get connected() {
      return clients.connected
    },
    link() {
      const { token, expiresAt } = clients.link()
      return { url: `http://127.0.0.1:${tcp.port}/${pagePath}/#once=${token}`, expiresAt }
    },
    allowOrigin: (origin) => void gate.origins.add(origin),
    attach(router) {
      attach(router)
      lock.open({
        request(request, response) {
          answerOnSocket({ clients, api: loadApi, mcp: loadMcp, ports }, request, response).catch(() => request.socket.destroy())
        },
        upgrade: gate.upgrade('socket'),
      })
    },
    refuseCalls() {
      stopping = true
    },
    async stop() {
      stopping = true
      await gate.close()
      await tcp.close()
    },
  }
}
