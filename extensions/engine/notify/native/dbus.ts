/**
 * Desktop Notifications Specification 1.2 (freedesktop.org) on the session bus: one connection, which stays for the clicks.
 * Nothing of the texts is markup: where the server reads markup, signs that would be are written as entities.
 */
import type { DesktopNote } from '../ports.ts'
import { type Bus, CannotShow, type Way, type WayThere } from './way.ts'

const NAME = 'org.freedesktop.Notifications'
const SERVER = { destination: NAME, path: '/org/freedesktop/Notifications', interface: NAME } as const
const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const
/** Urgency levels of the specification. */
const NORMAL = 1
const CRITICAL = 2
const TIMEOUT_MS = 5_000
const MISSING = 'No program shows notifications in this session. Desktops bring one; otherwise install one, such as dunst or mako.'

/** `connect` answers undefined when the session has no bus. */
export function dbusWay(connect: () => Promise<Bus | undefined>, after: (ms: number, task: () => void) => () => void): Way {
  let connected: Connected | undefined
  const there = async (): Promise<Connected> => {
    if (connected && !connected.gone) return connected
    const bus = await connect().catch((thrown: unknown) => {
      throw new CannotShow(`The session bus (D-Bus) does not answer: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
    })
    if (!bus) throw new CannotShow('This session has no session bus (D-Bus), by which a desktop shows notifications.')
    connected = new Connected(bus)
    return connected
  }
  /** A connection that failed once is not used again: the library does not tell when the bus has ended. */
  const ask = async <T>(work: (to: Connected) => Promise<T>): Promise<T> => {
    try {
      return await inTime(there().then(work), after)
    } catch (thrown) {
      connected?.close()
      connected = undefined
      throw thrown
    }
  }
  return {
    show: (note, clicked) => ask((to) => to.show(note, clicked)),
    look: () => ask((to) => to.look()),
    stop: () => connected?.close(),
  }
}

function inTime<T>(answer: Promise<T>, after: (ms: number, task: () => void) => () => void): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = after(TIMEOUT_MS, () => reject(new CannotShow('The program that shows notifications does not answer.')))
    answer.then(resolve, reject).finally(cancel)
  })
}

interface ShownNote {
  readonly tag: string
  readonly server: string
  readonly clicked: () => void
}

class Connected {
  readonly #bus: Bus
  /** By the server's number. */
  readonly #shown = new Map<number, ShownNote>()
  #listening: Promise<void> | undefined
  gone = false

  constructor(bus: Bus) {
    this.#bus = bus
    bus.onGone(() => {
      this.gone = true
      this.#shown.clear()
    })
  }

  async show(note: DesktopNote, clicked: () => void): Promise<WayThere> {
    this.#listening ??= this.#bus.signals(NAME, (signal) => this.#heard(signal))
    await this.#listening
    const server = await this.#server()
    const before = [...this.#shown].find(([, one]) => one.tag === note.tag && one.server === server.name)?.[0] ?? 0
    const text = server.markup ? escaped(note.text) : note.text
    const hints = {
      urgency: this.#bus.variant('y', note.urgent ? CRITICAL : NORMAL),
      'desktop-entry': this.#bus.variant('s', 'troupe'),
    }
    const actions = server.actions ? ['default', 'Open'] : []
    const body = ['Troupe', before, '', note.title, text, actions, hints, -1]
    const { body: answer } = await this.#ask({ ...SERVER, member: 'Notify', signature: 'susssasa{sv}i', body })
    const [number] = answer
    if (typeof number === 'number') this.#shown.set(number, { tag: note.tag, server: server.name, clicked })
    return { way: server.way, opens: server.actions }
  }

  async look(): Promise<WayThere | undefined> {
    const { body } = await this.#ask({ ...BUS, member: 'NameHasOwner', signature: 's', body: [NAME] })
    if (body[0] === true) {
      const { way, actions } = await this.#server()
      return { way, opens: actions }
    }
    const { body: names } = await this.#ask({ ...BUS, member: 'ListActivatableNames' })
    if (Array.isArray(names[0]) && names[0].includes(NAME)) return undefined
    throw new CannotShow(MISSING)
  }

  close(): void {
    this.gone = true
    this.#shown.clear()
    this.#bus.close()
  }

  async #server() {
    const [about, can] = await Promise.all([
      this.#ask({ ...SERVER, member: 'GetServerInformation' }),
      this.#ask({ ...SERVER, member: 'GetCapabilities' }),
    ])
    const [name, , version] = about.body
    const abilities: readonly unknown[] = Array.isArray(can.body[0]) ? can.body[0] : []
    return {
      /** Unique on the bus: another server after a restart has another, and other numbers. */
      name: about.sender,
      way: `D-Bus (${[name, version].filter((part) => typeof part === 'string' && part !== '').join(' ')})`,
      actions: abilities.includes('actions'),
      markup: abilities.includes('body-markup'),
    }
  }

  async #ask(call: Parameters<Bus['call']>[0]): ReturnType<Bus['call']> {
    try {
      return await this.#bus.call(call)
    } catch (thrown) {
      throw new CannotShow(call.destination === NAME ? MISSING : 'The session bus (D-Bus) does not answer.', { cause: thrown })
    }
  }

  #heard({ sender, member, body }: { readonly sender: string; readonly member: string; readonly body: readonly unknown[] }): void {
    const [number] = body
    if (typeof number !== 'number') return
    const note = this.#shown.get(number)
    // A number means something only from the server that gave it.
    if (!note || note.server !== sender) return
    if (member !== 'ActionInvoked' && member !== 'NotificationClosed') return
    this.#shown.delete(number)
    if (member === 'ActionInvoked') note.clicked()
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
