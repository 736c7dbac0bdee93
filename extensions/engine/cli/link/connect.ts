/**
 * One connection to the engine over its Unix socket (named pipe on Windows): the hello both ways, then oRPC.
 * UNREACHABLE in words of its own: nobody listens, or who listens does not let us in.
 */
import { connect as connectSocket } from 'node:net'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/websocket'
import type { ContractRouterClient } from '@orpc/contract'
import { WebSocket } from 'ws'
import type { Contract } from '#contract'
import { type HelloFrame, LIMITS, PROTOCOL, RPC_PATH, SUBPROTOCOL, TOKEN_PREFIX } from '#contract/plain'
import { TroupeError } from '#core'
import type { EngineInfo } from '#core/node'

export type Engine = ContractRouterClient<Contract>

export interface Link {
  readonly engine: Engine
  /** Settles when the connection ended, with why. */
  readonly ended: Promise<string>
  readonly open: boolean
  close(): void
}

/** Nobody answers there; an engine may be starting, or was killed. */
export class NobodyThere extends Error {}

const HELLO_MS = 10_000

export function openLink(info: EngineInfo & { readonly token: string }, build: string): Promise<Link> {
  return new Promise((resolve, reject) => {
    // Connected by hand: in a ws+unix: address a space or a colon in the socket's path would be misread, and pipes have no such address.
    const ws = new WebSocket(`ws://127.0.0.1${RPC_PATH}`, [SUBPROTOCOL, TOKEN_PREFIX + info.token], {
      createConnection: () => connectSocket(info.socketPath),
      handshakeTimeout: HELLO_MS,
      perMessageDeflate: false,
      maxPayload: 8 * LIMITS.frameBytes,
    })
    const fail = (error: Error) => {
      clearTimeout(late)
      reject(error)
      ws.on('error', () => undefined)
      ws.terminate()
    }
    const late = setTimeout(() => fail(new NobodyThere('it did not say hello in time')), HELLO_MS)
    ws.once('error', (error) => fail(new NobodyThere(error.message)))
    ws.once('close', () => fail(new NobodyThere('it closed the connection')))
    ws.once('open', () => ws.send(JSON.stringify({ troupe: { protocol: [PROTOCOL.major, PROTOCOL.minor], build } } satisfies HelloFrame)))
    ws.once('message', (frame) => {
      const refusal = helloProblem(String(frame))
      if (refusal !== undefined) return fail(refusal)
      clearTimeout(late)
      ws.removeAllListeners('close')
      resolve(serveOn(ws))
    })
  })
}

function serveOn(ws: WebSocket): Link {
  const { promise: ended, resolve } = Promise.withResolvers<string>()
  ws.on('error', () => undefined)
  ws.on('close', (code, reason) => resolve(String(reason) || `code ${code}`))
  // ws's events have the fields that oRPC reads; its types name the browser's.
  const engine: Engine = createORPCClient(new RPCLink({ websocket: ws as unknown as globalThis.WebSocket }))
  return {
    engine,
    ended,
    get open() {
      return ws.readyState === WebSocket.OPEN
    },
    close: () => ws.close(),
  }
}

function helloProblem(text: string): Error | undefined {
  let hello: Partial<HelloFrame>
  try {
    hello = JSON.parse(text) as Partial<HelloFrame>
  } catch {
    return new NobodyThere('what answered is no engine of Troupe')
  }
  const said = hello.troupe
  if (said === undefined) return new NobodyThere('what answered is no engine of Troupe')
  const otherVersion = { hint: 'Stop the running engine (close its window, or end its process), and start it again.' }
  if ('refused' in said) return new TroupeError('REFUSED', `The running engine refused this command line: ${said.refused}`, otherVersion)
  if (said.protocol[0] === PROTOCOL.major) return undefined
  return new TroupeError(
    'REFUSED',
    `This command line speaks protocol ${PROTOCOL.major}, the running engine ${said.protocol[0]}.`,
    otherVersion,
  )
}
