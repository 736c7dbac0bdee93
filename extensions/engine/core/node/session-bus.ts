/** The desktop's session bus (D-Bus), for whoever asks something of the desktop. The library is loaded with the first question. */
import type { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Message } from '@jellybrick/dbus-next'

export interface BusCall {
  readonly destination: string
  readonly path: string
  readonly interface: string
  readonly member: string
  readonly signature?: string
  readonly body?: readonly unknown[]
}

export interface BusSignal {
  /** The unique name of who sent it. */
  readonly sender: string
  readonly member: string
  readonly body: readonly unknown[]
}

export interface SessionBus {
  /** Rejects with the bus's own words, e.g. when nobody has that name. It starts a service that can be started. */
  call(ask: BusCall): Promise<{ readonly sender: string; readonly body: readonly unknown[] }>
  /** Signals of one interface, from now on. */
  signals(of: string, heard: (signal: BusSignal) => void): Promise<void>
  /** A typed value for a signature with `v` in it. */
  variant(signature: string, value: unknown): unknown
  /** Called once, when the connection is gone. */
  onGone(gone: () => void): void
  close(): void
}

/** Where the session bus is; undefined: this session has none. No bus is ever started for it. */
export function sessionBusAddress(env: NodeJS.ProcessEnv): string | undefined {
  const address = env.DBUS_SESSION_BUS_ADDRESS?.trim()
  if (address) return address
  const socket = env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'bus') : undefined
  return socket !== undefined && existsSync(socket) ? `unix:path=${socket}` : undefined
}

/** Rejects when the bus does not answer. */
export async function connectSessionBus(busAddress: string): Promise<SessionBus> {
  const { Message, sessionBus, Variant } = await import('@jellybrick/dbus-next')
  const bus = sessionBus({ busAddress })
  // It must be heard from the beginning: an unheard `error` would end the engine. The library's types leave this event out.
  const emitter: EventEmitter = bus
  const broken = new Promise<never>((_resolve, reject) => emitter.on('error', reject))
  broken.catch(() => undefined)
  answerQuietly(bus)
  const call = async (ask: BusCall) => {
    const { signature = '', body = [], ...to } = ask
    const answer = await Promise.race([bus.call(new Message({ ...to, signature, body: [...body] })), broken])
    return { sender: answer?.sender ?? '', body: answer?.body ?? [] }
  }
  // The library says hello by itself; the first answer shows that the bus is there.
  await call({ ...BUS, member: 'GetId' }).catch((thrown: unknown) => {
    bus.disconnect()
    throw thrown
  })
  return {
    call,
    async signals(of, heard) {
      await call({ ...BUS, member: 'AddMatch', signature: 's', body: [`type='signal',interface='${of}'`] })
      bus.on('message', (message) => {
        if (message.type === SIGNAL && message.interface === of)
          heard({ sender: message.sender, member: message.member, body: message.body })
      })
    },
    variant: (signature, value) => new Variant(signature, value),
    onGone: (gone) => void broken.catch(gone),
    close: () => bus.disconnect(),
  }
}

/**
 * The library answers calls of other programs by itself (that we have no such method), also when the connection has just closed, and then throws
 * out of an event of the socket: the engine would end by it.
 */
function answerQuietly(bus: { send(message: Message): void }): void {
  const send = bus.send.bind(bus)
  bus.send = (message) => {
    try {
      send(message)
    } catch {
      // Who asked sees that we are gone.
    }
  }
}

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const
/** D-Bus specification, message types. */
const SIGNAL = 4
