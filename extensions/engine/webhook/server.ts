/** The server itself: bounded in everything, on loopback alone. [WH1], [WH6] */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Logger } from '#core'

export interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

export interface HookServer {
  readonly port: number
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly port: number
  readonly headersMs: number
  readonly requestMs: number
  readonly log: Logger
  handle(request: IncomingMessage): Promise<Answer>
  /** A connection that was ended for its slowness or its nonsense. */
  refused(why: 'too-slow' | 'bad-body'): void
}

export async function listen(options: ServerOptions): Promise<HookServer> {
  const { createServer } = await import('node:http')
  const server = createServer({
    headersTimeout: options.headersMs,
    requestTimeout: options.requestMs,
    connectionsCheckingInterval: Math.min(1_000, options.headersMs),
    keepAliveTimeout: 5_000,
    maxHeaderSize: 16 * 1024,
    highWaterMark: 64 * 1024,
  })
  server.maxConnections = 128
  server.on('request', (request, response) => void answer(options, request, response))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const slow = error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
    options.refused(slow ? 'too-slow' : 'bad-body')
    if (socket.writable) socket.end(`HTTP/1.1 ${slow ? '408 Request Timeout' : '400 Bad Request'}\r\nconnection: close\r\n\r\n`)
    else socket.destroy()
  })
  const port = await bind(server, options.port)
  return {
    port,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The port of before, or another one when somebody else has it now. */
async function bind(server: Server, wanted: number): Promise<number> {
  for (const port of wanted === 0 ? [0] : [wanted, 0]) {
    const bound = await new Promise<number | NodeJS.ErrnoException>((resolve) => {
      server.once('error', resolve)
      server.listen(port, '127.0.0.1', () => {
        server.removeAllListeners('error')
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
    if (typeof bound === 'number') return bound
    server.removeAllListeners('error')
    if (port === 0) throw bound
  }
  return 0
}

async function answer(options: ServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    const { status, headers, body } = await options.handle(request)
    response.writeHead(status, {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      ...(request.complete ? {} : { connection: 'close' }),
      ...headers,
    })
    response.end(body)
    // What was not read is not waited for.
    if (!request.complete) response.once('finish', () => request.destroy())
  } catch (thrown) {
    options.log.error('A webhook could not be answered.', { problem: thrown instanceof Error ? thrown.message : String(thrown) })
    response.destroy()
  }
}
