/** Where WebSockets are let in, at either door: looks at the head, admits the token, and keeps the connections until they end. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { RPCHandler } from '@orpc/server/ws'
import { type WebSocket, WebSocketServer } from 'ws'
import { CLOSE, LIMITS, RPC_PATH, SUBPROTOCOL } from '#contract/plain'
import type { DoorContext } from './calls.ts'
import type { Admission, Clients, Door } from './clients.ts'
import { Connection } from './connection.ts'
import { hasOrigin, offeredToken, ownHost, ownOrigin } from './doorman.ts'
import type { Visitors } from './http-server.ts'
import type { ServePorts } from './ports.ts'

/** How long a stop waits for the close frames to be answered. */
const GOODBYE_MS = 500

export interface GateParts {
  readonly ports: ServePorts
  readonly clients: Clients
  /** Resolves when calls can be answered; whoever comes before waits. */
  readonly rpc: Promise<RPCHandler<DoorContext>>
  /** The TCP door's own port. */
  readonly port: () => number
}

export class Gate {
  /** Origins besides our own whose pages may come in. */
  readonly origins = new Set<string>()
  readonly #parts: GateParts
  readonly #connections = new Set<Connection>()
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.frameBytes,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  })
  #closed = false
  #onEmpty: () => void = () => undefined

  constructor(parts: GateParts) {
    this.#parts = parts
  }

  /** For the HTTP server of this door. */
  upgrade(door: Door): Visitors['upgrade'] {
    return (request, socket, head) => {
      this.#upgrade(door, request, socket, head).catch((thrown) => {
        this.#parts.ports.log.error('a connection could not be let in', { reason: String(thrown) })
        socket.destroy()
      })
    }
  }

  /** Tells every connection that the engine stops, and lets nobody in any more. */
  async close(): Promise<void> {
    this.#closed = true
    const { promise: allGone, resolve } = Promise.withResolvers<void>()
    this.#onEmpty = resolve
    for (const connection of this.#connections) connection.end(CLOSE.stopping, 'the engine is stopping')
    if (this.#connections.size === 0) resolve()
    const cancel = this.#parts.ports.clock.after(GOODBYE_MS, resolve)
    await allGone
    cancel()
    for (const connection of this.#connections) connection.cut()
  }

  async #upgrade(door: Door, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const admission = await this.#letIn(door, request)
    if (!admission || this.#closed || socket.destroyed) return void socket.destroy()
    const { ports, clients } = this.#parts
    const rpc = await this.#parts.rpc
    this.#sockets.handleUpgrade(request, socket, head, (ws: WebSocket) => {
      const connection = new Connection(ws, admission, { ports, clients, rpc })
      this.#connections.add(connection)
      ws.once('close', () => {
        this.#connections.delete(connection)
        if (this.#connections.size === 0) this.#onEmpty()
      })
    })
  }

  async #letIn(door: Door, request: IncomingMessage): Promise<Admission | undefined> {
    const port = this.#parts.port()
    const token = offeredToken(request)
    const placed = door === 'tcp' ? ownHost(request, port) && ownOrigin(request, port, this.origins) : !hasOrigin(request)
    if (token === undefined || !placed || request.method !== 'GET' || request.url !== RPC_PATH) return undefined
    await this.#parts.rpc
    return this.#parts.clients.admit(token, door)
  }
}
