/** A bare HTTP server for either door: bounded, patient with nobody, and silent towards what is not let in. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'

export interface Visitors {
  request(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

const CONNECTIONS = 500

// Not imported: an import touches every export of the module, and some of these load Node's whole undici (12 ms, and its memory).
const { createServer } = process.getBuiltinModule('node:http')

/** Node answers by itself in several cases (no Host, a bad head, Expect, CONNECT, a timeout); each is turned into silence here. */
export function makeHttpServer(visitors: Visitors): Server {
  const server = createServer({
    requireHostHeader: false,
    maxHeaderSize: 16 * 1024,
    headersTimeout: 5_000,
    requestTimeout: 60_000,
    keepAliveTimeout: 5_000,
    connectionsCheckingInterval: 5_000,
    noDelay: true,
  })
  server.maxConnections = CONNECTIONS
  server.on('request', visitors.request)
  server.on('checkContinue', visitors.request)
  server.on('checkExpectation', (request) => request.socket.destroy())
  server.on('connect', (_request, socket) => socket.destroy())
  server.on('clientError', (_error, socket) => socket.destroy())
  server.on('upgrade', (request, socket, head) => {
    // A socket that breaks before it is a WebSocket has no other listener.
    socket.on('error', () => socket.destroy())
    visitors.upgrade(request, socket, head)
  })
  return server
}

/** Stops listening and cuts every connection. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
