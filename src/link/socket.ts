/**
 * One WebSocket to the engine: connecting → greeting → open → ended. The first frame both ways is the hello of
 * contract/protocol.ts; everything after it belongs to oRPC. When it ends, all that waits on it fails with the reason.
 */
import type { ClientContext, ClientLink, ClientOptions } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import { CLOSE, type HelloFrame, PROTOCOL, SUBPROTOCOL, TOKEN_PREFIX } from '#contract/plain'
import { LinkError, LinkRefused } from './errors.ts'

export interface Address {
  /** ws://127.0.0.1:port/rpc */
  readonly url: string
  readonly token: string
}

export interface OpenSocket {
  readonly build: string
  /** A token for later connections, when the one given was good only once. */
  readonly session: string | undefined
  call(path: readonly string[], input: unknown, options: ClientOptions<ClientContext>): Promise<unknown>
  /** Settles once, when it has ended. */
  readonly ended: Promise<LinkError | LinkRefused>
  close(): void
}

export interface SocketOptions {
  readonly build: string
  /** From connecting to the engine's hello. */
  readonly helloMs: number
  readonly makeSocket: (url: string, protocols: string[]) => WebSocket
}

/** Rejects with LinkRefused (no use in asking again) or LinkError (the engine is not there, or not yet). */
export function openSocket(address: Address, options: SocketOptions): Promise<OpenSocket> {
  return new Promise((resolve, reject) => {
    const ws = options.makeSocket(address.url, [SUBPROTOCOL, TOKEN_PREFIX + address.token])
    ws.binaryType = 'arraybuffer'
    const late = setTimeout(
      () => fail(new LinkError('The engine accepted the connection, but did not say hello in time.')),
      options.helloMs,
    )
    const fail = (error: LinkError | LinkRefused) => {
      clearTimeout(late)
      reject(error)
      ws.close()
    }
    const greeted = (event: MessageEvent) => {
      try {
        const hello = readHello(event.data)
        clearTimeout(late)
        ws.removeEventListener('message', greeted)
        ws.removeEventListener('close', closedEarly)
        resolve(serveOn(ws, hello))
      } catch (thrown) {
        fail(thrown as LinkError | LinkRefused)
      }
    }
    const closedEarly = (event: CloseEvent) =>
      fail(event.code === 1006 ? new LinkError('The engine does not answer.') : reasonOf(event.code, event.reason))
    ws.addEventListener('open', () => ws.send(JSON.stringify(ourHello(options.build))), { once: true })
    ws.addEventListener('message', greeted)
    ws.addEventListener('close', closedEarly)
  })
}

interface Hello {
  readonly build: string
  readonly session: string | undefined
}

function serveOn(ws: WebSocket, hello: Hello): OpenSocket {
  const rpc: ClientLink<ClientContext> = new RPCLink({ websocket: ws })
  let end: LinkError | LinkRefused | undefined
  const ended = new Promise<LinkError | LinkRefused>((resolve) => {
    ws.addEventListener('close', (event) => {
      end = reasonOf(event.code, event.reason)
      resolve(end)
    })
  })
  return {
    ...hello,
    ended,
    close: () => ws.close(),
    async call(path, input, options) {
      try {
        return await rpc.call(path, input, options)
      } catch (thrown) {
        // oRPC only knows that its queue was closed; what a person wants to know is why.
        if (end === undefined && ws.readyState >= 2) await ended
        throw end instanceof LinkError ? end : end ? new LinkError(end.message, end.hint) : thrown
      }
    },
  }
}

function ourHello(build: string): HelloFrame {
  return { troupe: { protocol: [PROTOCOL.major, PROTOCOL.minor], build } }
}

function readHello(frame: unknown): Hello {
  let hello: Partial<HelloFrame> | undefined
  try {
    hello = typeof frame === 'string' ? (JSON.parse(frame) as Partial<HelloFrame>) : undefined
  } catch {
    // Not JSON: refused below, like everything that is no hello.
  }
  const said = hello?.troupe
  if (said === undefined) throw new LinkRefused('What answered is not a Troupe engine.', 'Close this window, and open Troupe again.')
  if ('refused' in said)
    throw new LinkRefused(`The engine refused this window: ${said.refused}`, 'Close this window, and open Troupe again.')
  if (said.protocol[0] !== PROTOCOL.major) {
    throw new LinkRefused(
      `This window speaks protocol ${PROTOCOL.major}, the engine ${said.protocol[0]}.`,
      'They are of different versions: close this window, and open Troupe again.',
    )
  }
  return { build: said.build, session: said.session }
}

function reasonOf(code: number, reason: string): LinkError | LinkRefused {
  switch (code) {
    case CLOSE.protocol:
      return new LinkRefused(
        `The engine refused this window: ${reason || 'its protocol differs'}.`,
        'Close this window, and open Troupe again.',
      )
    case CLOSE.revoked:
      return new LinkRefused('This window was shut out: its access was revoked, or ran out.', 'Run `troupe open` for a new window.')
    case CLOSE.stopping:
      return new LinkError('The engine was stopped.', 'Start it again with `npm start` or `troupe open`; this window connects by itself.')
    case CLOSE.slow:
      return new LinkError('This window read too slowly, so the engine ended the connection.')
    default:
      // 1006: the browser's word for a line that was cut without a close (RFC 6455 section 7.1.5).
      return new LinkError(
        code === 1006 ? 'The connection to the engine was cut.' : `The engine ended the connection: ${reason || `code ${code}`}.`,
      )
  }
}
