/** A session bus of its own, and a small server of `org.freedesktop.Notifications` on it, as a desktop's would be. */
import { spawn, spawnSync } from 'node:child_process'
import type { EventEmitter } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Message, sessionBus, type Variant } from '@jellybrick/dbus-next'
import { onTestFinished } from 'vitest'

const NAME = 'org.freedesktop.Notifications'
const PATH = '/org/freedesktop/Notifications'

export const missing = spawnSync('sh', ['-c', 'command -v dbus-daemon']).status !== 0
export const why = missing ? ' (skipped: dbus-daemon is not installed)' : ''

/** A bus that starts nothing by itself. */
export async function startBus(): Promise<{ readonly address: string; stop(): void }> {
  const home = mkdtempSync(join(tmpdir(), 'troupe-bus-'))
  writeFileSync(
    join(home, 'bus.conf'),
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir=${home}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`,
  )
  const daemon = spawn('dbus-daemon', ['--config-file', join(home, 'bus.conf'), '--nofork', '--print-address'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const stop = () => void daemon.kill('SIGKILL')
  onTestFinished(() => {
    stop()
    rmSync(home, { recursive: true, force: true, maxRetries: 5 })
  })
  const address = await new Promise<string>((resolve) => daemon.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim())))
  return { address, stop }
}

/** A bus that is killed with something unread resets the connection: for these programs that is their end, and no error. */
function connectTo(busAddress: string) {
  const bus = sessionBus({ busAddress })
  const emitter: EventEmitter = bus
  emitter.on('error', () => undefined)
  return bus
}

export interface Noted {
  readonly id: number
  readonly replaces: number
  readonly title: string
  readonly text: string
  readonly actions: readonly string[]
  readonly urgency: unknown
}

export interface Server {
  readonly notes: Noted[]
  /** As if the person clicked on it. */
  click(id: number): void
  close(id: number): void

  stop(): void
}

export async function startServer(address: string, capabilities: readonly string[] = ['body', 'actions', 'body-markup']): Promise<Server> {
  const bus = connectTo(address)
  const notes: Noted[] = []
  let last = 0
  let stopped = false
  const answers: Record<string, (body: readonly unknown[]) => { signature: string; body: unknown[] }> = {
    GetServerInformation: () => ({ signature: 'ssss', body: ['testd', 'Troupe', '1.0', '1.2'] }),
    GetCapabilities: () => ({ signature: 'as', body: [[...capabilities]] }),
    Notify([, replaces, , title, text, actions, hints]) {
      const id = (replaces as number) || ++last
      const { urgency } = hints as Record<string, Variant>
      notes.push({
        ...{ id, replaces: replaces as number, title: title as string, text: text as string },
        ...{ actions: actions as string[], urgency: urgency?.value },
      })
      return { signature: 'u', body: [id] }
    },
  }
  bus.addMethodHandler((message: Message) => {
    const answer = message.interface === NAME ? answers[message.member] : undefined
    if (!answer) return false
    const { signature, body } = answer(message.body)
    bus.send(Message.newMethodReturn(message, signature, body))
    return true
  })
  const send = bus.send.bind(bus)
  bus.send = (message) => {
    if (!stopped) send(message)
  }
  await bus.requestName(NAME)
  const stop = () => {
    stopped = true
    bus.disconnect()
  }
  onTestFinished(stop)
  return {
    notes,
    click: (id) => bus.send(Message.newSignal(PATH, NAME, 'ActionInvoked', 'us', [id, 'default'])),
    close: (id) => bus.send(Message.newSignal(PATH, NAME, 'NotificationClosed', 'uu', [id, 2])),
    stop,
  }
}

/** Another program of the session says that a notification was clicked. */
export async function forgeClick(address: string, id: number): Promise<void> {
  const bus = connectTo(address)
  await bus.call(
    new Message({ destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus', member: 'GetId' }),
  )
  bus.send(Message.newSignal(PATH, NAME, 'ActionInvoked', 'us', [id, 'default']))
  await new Promise((resolve) => setTimeout(resolve, 100))
  bus.disconnect()
}

/** Another program that calls a method of ours that is not there; how that goes is nobody's concern. */
export async function asker(address: string, destination: string): Promise<() => void> {
  const bus = connectTo(address)
  await new Promise<void>((resolve) => bus.once('connect', () => resolve()))
  onTestFinished(() => bus.disconnect())
  return () => bus.send(new Message({ destination, path: '/x', interface: 'org.example.X', member: 'Y' }))
}
