/** The loopback door: the window's files under an unguessable path, and the WebSocket of its pages. */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { TroupeError } from '#core'
import { ownHost, sameSecret } from './doorman.ts'
import { closeServer, makeHttpServer, type Visitors } from './http-server.ts'
import { serveWindowFile } from './window-files.ts'

export interface TcpDoor {
  readonly port: number
  close(): Promise<void>
}

export interface TcpOptions {
  /** Tried first; 0 or taken: any free port. */
  readonly firstPort: number
  readonly windowDir: string | undefined
  readonly pagePath: string
  readonly upgrade: Visitors['upgrade']
}

/** UNREACHABLE: the machine gives no port on 127.0.0.1. */
export async function openTcpDoor(options: TcpOptions): Promise<TcpDoor> {
  let port = 0
  const server = makeHttpServer({ request: (request, response) => answer(options, port, request, response), upgrade: options.upgrade })
  if (options.firstPort === 0 || !(await listens(server, options.firstPort))) {
    const failure = await failureOf(server, 0)
    if (failure) throw new TroupeError('UNREACHABLE', `No port on 127.0.0.1 could be opened: ${failure.message}`, { cause: failure })
  }
  port = (server.address() as AddressInfo).port
  return { port, close: () => closeServer(server) }
}

function answer(options: TcpOptions, port: number, request: IncomingMessage, response: ServerResponse): void {
  const [, key, ...names] = (request.url ?? '').split('?', 1)[0]?.split('/') ?? []
  const reading = request.method === 'GET' || request.method === 'HEAD'
  const known =
    options.windowDir !== undefined && reading && names.length > 0 && ownHost(request, port) && sameSecret(key ?? '', options.pagePath)
  if (!known || options.windowDir === undefined) return void request.socket.destroy()
  serveWindowFile(options.windowDir, names.join('/'), port, request, response).catch(() => request.socket.destroy())
}

async function listens(server: Server, port: number): Promise<boolean> {
  return (await failureOf(server, port)) === undefined
}

function failureOf(server: Server, port: number): Promise<Error | undefined> {
  return new Promise((resolve) => {
    const failed = (error: Error) => resolve(error)
    server.once('error', failed)
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      server.off('error', failed)
      resolve(undefined)
    })
  })
}
