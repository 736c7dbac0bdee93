/**
 * The life of one WebSocket: greeting → serving → ended.
 *   greeting  our hello is sent; nothing but the client's hello is accepted, within `helloMs`
 *   serving   every further text frame belongs to oRPC; while CALLS of them are without their answer, no more is read
 *   ended     by the client, by a frame that is none of the protocol, by silence, by slowness, by revocation, by the engine's stop
 */
import type { RPCHandler } from '@orpc/server/ws'
import type { WebSocket } from 'ws'
import { CLOSE, type HelloFrame, PROTOCOL } from '#contract/plain'
import type { DoorContext } from './calls.ts'
import type { Admission, Clients } from './clients.ts'
import { Outlet } from './outlet.ts'
import type { ServePorts } from './ports.ts'

/** How long a peer may take to answer a close before the line is cut. */
const CLOSE_GRACE_MS = 2_000

/** Calls of one connection that are worked on at the same time (a stream counts until it begins). Bounds what unread answers can hold. */
const CALLS = 32

export interface ConnectionParts {
  readonly ports: Pick<ServePorts, 'clock' | 'log' | 'build' | 'slowMs' | 'helloMs' | 'pingMs'>
  readonly clients: Clients
  readonly rpc: RPCHandler<DoorContext>
}

type State = 'greeting' | 'serving' | 'ended'
type Receive = (event: { readonly data: string }) => void

export class Connection {
  #state: State = 'greeting'
  readonly #ws: WebSocket
  readonly #parts: ConnectionParts
  readonly #admission: Admission
  readonly #outlet: Outlet
  #receive: Receive | undefined
  /** Ids of calls without their answer; frames that wait until there are fewer. */
  readonly #unanswered = new Set<string>()
  readonly #unread: Message[] = []
  readonly #ends: (() => void)[] = []

  constructor(ws: WebSocket, admission: Admission, parts: ConnectionParts) {
    this.#ws = ws
    this.#parts = parts
    this.#admission = admission
    const { clock, slowMs, helloMs } = parts.ports
    this.#outlet = new Outlet(ws, clock, slowMs ?? 30_000, {
      tooSlow: () => this.end(CLOSE.slow, 'this client does not read'),
      caughtUp: () => this.#work(),
    })
    this.#ends.push(parts.clients.opened(admission.caller, () => this.end(CLOSE.revoked, 'the token was revoked, or ran out')))
    this.#ends.push(clock.after(helloMs ?? 5_000, () => this.#state === 'greeting' && this.#refuse('no hello came in time')))
    ws.on('message', (frame, binary) => this.#onMessage(String(frame), binary))
    // An oversized or malformed frame: ws answers with the right close code and closes by itself.
    ws.on('error', (thrown) => parts.ports.log.warn('a connection broke', { client: admission.caller.clientName, reason: thrown.message }))
    ws.on('close', () => this.#ended())
    this.#sendHello()
    this.#watchLife()
  }

  /** Closes in order; cuts the line when the peer does not answer. */
  end(code: number, reason: string): void {
    if (this.#state === 'ended') return
    this.#ended()
    // Read again, or the peer's answer to the close would never be seen.
    this.#ws.resume()
    this.#ws.close(code, reason)
    const cancel = this.#parts.ports.clock.after(CLOSE_GRACE_MS, () => this.#ws.terminate())
    this.#ws.once('close', cancel)
  }

  /** Cuts the line at once. */
  cut(): void {
    this.#ended()
    this.#ws.terminate()
  }

  #sendHello(): void {
    const { session } = this.#admission
    const hello = { protocol: [PROTOCOL.major, PROTOCOL.minor] as const, build: this.#parts.ports.build }
    const frame: HelloFrame = { troupe: session === undefined ? hello : { ...hello, session } }
    this.#ws.send(JSON.stringify(frame))
  }

  #onMessage(text: string, binary: boolean): void {
    if (binary) this.end(1003, 'frames are text')
    else if (this.#state === 'greeting') this.#greet(text)
    else if (this.#state === 'serving') {
      const message = readMessage(text)
      if (message) this.#unread.push(message)
      // Said here, since oRPC leaves a frame that it cannot read without an answer.
      else this.end(1007, 'a frame was no message of the protocol')
      this.#work()
    }
  }

  /** Hands frames on, as many as may be; reads on when none is left. */
  #work(): void {
    if (this.#state !== 'serving') return
    while (this.#unread.length > 0 && this.#unanswered.size < CALLS) {
      const message = this.#unread.shift()
      if (!message) break
      if (message.kind === 'call') this.#unanswered.add(message.id)
      // An aborted call gets no answer any more.
      if (message.kind === 'abort') this.#unanswered.delete(message.id)
      this.#receive?.({ data: message.text })
    }
    if (this.#unread.length > 0) this.#ws.pause()
    else if (!this.#outlet.held) this.#ws.resume()
  }

  async #send(frame: string): Promise<void> {
    await this.#outlet.send(frame)
    const id = ANSWER.exec(frame)?.[1]
    if (id !== undefined && this.#unanswered.delete(id)) this.#work()
  }

  #greet(text: string): void {
    const theirs = majorOf(text)
    if (theirs === undefined) this.#refuse('the first frame must be the hello of the protocol')
    else if (theirs !== PROTOCOL.major)
      this.#refuse(`this engine speaks protocol ${PROTOCOL.major}, the client ${theirs}: use the same version of both`)
    else this.#serve()
  }

  #serve(): void {
    const { caller } = this.#admission
    const context: DoorContext = { ...caller, open: { count: 0 } }
    const wire = {
      send: (frame: string) => this.#send(frame),
      addEventListener: (kind: string, listener: Receive) => {
        if (kind === 'message') this.#receive = listener
        else this.#ends.push(() => listener({ data: '' }))
      },
    }
    // oRPC takes any pair of these two; their types name ws's own overloads.
    void this.#parts.rpc.upgrade(wire as unknown as WebSocket, { context })
    this.#state = 'serving'
  }

  #refuse(reason: string): void {
    const frame: HelloFrame = { troupe: { refused: reason } }
    this.#ws.send(JSON.stringify(frame))
    this.end(CLOSE.protocol, reason.slice(0, 100))
  }

  /** A ping now and then; no answer to one until the next: the line is dead. A client that is held back cannot answer, and has its own limit. */
  #watchLife(): void {
    const { clock, pingMs } = this.#parts.ports
    let answered = true
    let cancel: () => void = () => undefined
    this.#ws.on('pong', () => {
      answered = true
    })
    const look = () => {
      if (!this.#outlet.held && this.#unread.length === 0) {
        if (!answered) return this.cut()
        answered = false
        this.#ws.ping()
      }
      cancel = clock.after(pingMs ?? 30_000, look)
    }
    cancel = clock.after(pingMs ?? 30_000, look)
    this.#ends.push(() => cancel())
  }

  #ended(): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    for (const end of this.#ends.splice(0)) end()
  }
}

interface Message {
  readonly kind: 'call' | 'abort' | 'other'
  readonly id: string
  readonly text: string
}

/** How a frame of oRPC's begins, its own and ours: the id first. */
const ANSWER = /^\{"i":"([^"]{1,40})"/

/** undefined: no message of oRPC's. `t` is 4 for the abort of a call, 3 for one more of a client's own stream; with any other it takes it for a call. */
function readMessage(text: string): Message | undefined {
  try {
    const { i: id, t } = JSON.parse(text) as { readonly i?: unknown; readonly t?: unknown }
    if (typeof id !== 'string' || id === '' || id.length > 40) return undefined
    return { kind: t === 4 ? 'abort' : t === 3 ? 'other' : 'call', id, text }
  } catch {
    return undefined
  }
}

function majorOf(text: string): number | undefined {
  if (text.length > 2000) return undefined
  try {
    const { protocol } = (JSON.parse(text) as { troupe: { protocol: unknown } }).troupe
    return Array.isArray(protocol) && protocol.length === 2 && protocol.every(Number.isInteger) ? (protocol[0] as number) : undefined
  } catch {
    return undefined
  }
}
