/** Opens both doors. Nobody is answered before `attach` hands in the router; until then whoever comes waits. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { WebSocket } from 'ws'
import { WebSocketServer } from 'ws'
import { CLOSE, LIMITS, RPC_PATH, SUBPROTOCOL } from '#contract/plain'
import type { Announce } from '#core'
import type { Api } from './api.ts'
import { guardCalls } from './calls.ts'
import { Changes } from './changes.ts'
import { type Admission, Clients, type Door } from './clients.ts'
import { Connection } from './connection.ts'
import { hasOrigin, offeredToken, ownHost, ownOrigin } from './doorman.ts'
import type { EngineLock } from './lock.ts'
import type { ClientStore, ServePorts } from './ports.ts'
import { type EngineRouter, makeRpc } from './rpc.ts'
import { answerOnSocket } from './socket-door.ts'
import { openTcpDoor } from './tcp.ts'
import { makeWireErrors } from './wire-errors.ts'

export interface Serve {
  readonly port: number
  readonly clients: Clients
  readonly changes: Changes
  readonly announce: Announce
  /** Connections and streams that are open now. */
  readonly connected: number
  /** A one-time link to the window. */
  link(): { readonly url: string; readonly expiresAt: number }
  /** Pages of this origin may open a WebSocket too (the Neutralino window's). */
  allowOrigin(origin: string): void
  /** Lets everybody in who may; answers the close of every connection. Call once. */
  attach(router: EngineRouter): void
  /** From now on calls are refused with STOPPING. */
  refuseCalls(): void
  /**
   * Tells every connection that the engine stops, closes the TCP door, and lets nobody in any more. The socket stays bound until its
   * lock is released, so that no other engine starts while this one still has the store open.
   */
  stop(): Promise<void>
}

/** How long a stop waits for the close frames to be answered. */
const GOODBYE_MS = 500

/** The clients are read from the store; the TCP door is opened; the socket is bound already. */
export async function openServe(ports: ServePorts, lock: EngineLock, store: ClientStore): Promise<Serve> {
  const secret = () => Buffer.from(ports.chance.bytes(24)).toString('base64url')
  const launchKey = secret()
  const changes = new Changes(secret(), ports.clock)
  const clients = new Clients(ports, store)
  const origins = new Set<string>()
  const connections = new Set<Connection>()
  let stopping = false
  let onEmpty: () => void = () => undefined
  const errors = makeWireErrors(ports.log, ports.chance)
  const guard = guardCalls({ stopping: () => stopping, stillAdmitted: (caller) => clients.stillAdmitted(caller), errors })
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.frameBytes,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  })
  let attach: (router: EngineRouter) => void = () => undefined
  const attached = new Promise<EngineRouter>((resolve) => {
    attach = resolve
  })
  const rpc = attached.then((router) => makeRpc(router, guard))
  let api: Promise<Api> | undefined
  const loadApi = () => {
    api ??= Promise.all([attached, import('./api.ts')]).then(([router, { makeApi }]) => makeApi(router, guard))
    return api
  }

  async function upgrade(door: Door, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admission = await letIn(door, request)
    if (!admission || stopping || socket.destroyed) return void socket.destroy()
    const handler = await rpc
    sockets.handleUpgrade(request, socket, head, (ws: WebSocket) => {
      const connection = new Connection(ws, admission, { ports, clients, rpc: handler })
      connections.add(connection)
      ws.once('close', () => {
        connections.delete(connection)
        if (connections.size === 0) onEmpty()
      })
    })
  }
  async function letIn(door: Door, request: IncomingMessage): Promise<Admission | undefined> {
    const token = offeredToken(request)
    const placed = door === 'tcp' ? ownHost(request, tcp.port) && ownOrigin(request, tcp.port, origins) : !hasOrigin(request)
    if (token === undefined || !placed || request.method !== 'GET' || request.url !== RPC_PATH) return undefined
    await attached
    return clients.admit(token, door)
  }
  const tryUpgrade = (door: Door) => (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    upgrade(door, request, socket, head).catch((thrown) => {
      ports.log.error('a connection could not be let in', { reason: String(thrown) })
      socket.destroy()
    })
  }

  await clients.load()
  const tcp = await openTcpDoor({ firstPort: ports.firstPort, windowDir: ports.windowDir, launchKey, upgrade: tryUpgrade('tcp') })
  return {
    port: tcp.port,
    clients,
    changes,
    announce: changes.announce,
    get connected() {
      return clients.connected
    },
    link() {
      const { token, expiresAt } = clients.link()
      return { url: `http://127.0.0.1:${tcp.port}/${launchKey}/#once=${token}`, expiresAt }
    },
    allowOrigin: (origin) => void origins.add(origin),
    attach(router) {
      attach(router)
      lock.open({
        request: (request, response) => void answerOnSocket({ clients, api: loadApi, ports }, request, response),
        upgrade: tryUpgrade('socket'),
      })
    },
    refuseCalls() {
      stopping = true
    },
    async stop() {
      stopping = true
      const { promise: allGone, resolve } = Promise.withResolvers<void>()
      onEmpty = resolve
      for (const connection of connections) connection.end(CLOSE.stopping, 'the engine is stopping')
      if (connections.size === 0) resolve()
      const cancel = ports.clock.after(GOODBYE_MS, resolve)
      await allGone
      cancel()
      for (const connection of connections) connection.cut()
      await tcp.close()
    },
  }
}
