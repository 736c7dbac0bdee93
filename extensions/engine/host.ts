/**
 * HOST: the one file of the engine that speaks Neutralino's extension protocol (core 6.9). The core starts us and writes one JSON object
 * to our standard input; we connect to it over a WebSocket, call its native methods, and hear its events. It never answers a frame that it
 * cannot read, and crashes when `window.*` is called before the window exists: so every call has its own time limit, and those wait.
 *   reading → connecting → connected → closed (by the core: the engine must end; by us: at our own stop)
 */
import type { Readable } from 'node:stream'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { type Clock, type Logger, messageOf, TroupeError } from '#core'

/** The page dispatches the first to us with `{ nonce }`, and gets the second by broadcast: `{ nonce, port, token }`. The same words as in src/link/host.ts. */
export const HOST_EVENTS = { ask: 'troupe.where', tell: 'troupe.here' } as const
const asking = z.object({ nonce: z.string().min(8).max(100) })

/**
 * On Linux the core asks X for the last two from its server's thread, and what it asked lies there until its own loop turns: a minimised
 * window then stayed so, in 10 of 12 tries on core 6.9. `window.show` is the one that turns the loop, so it stands last as well.
 */
const RAISE = ['window.show', 'window.unminimize', 'window.focus', 'window.show'] as const

/** A larger frame would make the core drop the connection (32,000,000 bytes). */
const FRAME_BYTES = 30_000_000
const HANDSHAKE_BYTES = 64 * 1024

/** How long a page that is loaded again may be away. */
const PAGE_MS = 5_000

/** The native methods that the engine uses; the allow list of neutralino.config.json has no others. */
export interface NativeCalls {
  'app.broadcast': { readonly event: string; readonly data: unknown }
  'app.exit': { readonly code: number }
  'app.killProcess': undefined
  'window.show': undefined
  'window.hide': undefined
  'window.unminimize': undefined
  'window.focus': undefined
  'window.isVisible': undefined
}

const handshake = z.object({
  nlPort: z.coerce.number().int().min(1).max(65_535),
  nlToken: z.string().min(1),
  nlConnectToken: z.string().min(1),
  nlExtensionId: z.string().min(1),
})

const frame = z.object({
  id: z.string().optional(),
  event: z.string().optional(),
  data: z.unknown(),
})
const answer = z.union([
  z.object({ error: z.object({ code: z.string(), message: z.string() }) }),
  z.object({ success: z.literal(true), returnValue: z.unknown().optional() }),
])

export interface HostOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly stdin: Readable
  /** How long the core may take to say how it is reached, and to answer our connection. Default 5,000. */
  readonly handshakeMs?: number
  /** How long one call may take. Default 5,000. */
  readonly callMs?: number
}

export interface Host {
  /** Where the window's page comes from. */
  readonly origin: string
  /** Calls a native method. TIMEOUT: no answer. UNREACHABLE: the core is gone. REFUSED: the core answered with an error. */
  call<M extends keyof NativeCalls>(method: M, data: NativeCalls[M]): Promise<unknown>
  /** Hears an event of the core or of the page; answers how to stop that. */
  on(event: string, listener: (data: unknown) => void): () => void
  /** Brings the window to the front, once there is one. */
  showWindow(): Promise<void>
  /** The window's page ended (its process crashed), and no other came in its place: what stands there is a dead picture. */
  pageEnded(): boolean
  /** Answers the page whenever it asks how to reach the engine. */
  answerPage(connection: () => { readonly port: number; readonly token: string }): void
  /** Resolves with the reason when the core closed the connection. */
  readonly gone: Promise<string>
  /** Ends the whole application, and our connection. */
  close(): Promise<void>
}

/** TIMEOUT: nothing came on standard input, or the core does not answer. INVALID: what came is not Neutralino's. UNREACHABLE: no connection. */
export async function openHost(options: HostOptions): Promise<Host> {
  const met = await readHandshake(options)
  const query = new URLSearchParams({ extensionId: met.nlExtensionId, connectToken: met.nlConnectToken })
  const socket = new WebSocket(`ws://127.0.0.1:${met.nlPort}?${query}`, {
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES,
    handshakeTimeout: options.handshakeMs ?? 5_000,
  })
  // Listens before the connection stands: the core may speak at once.
  const link = new CoreLink(socket, met.nlToken, options)
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', (cause) =>
      reject(new TroupeError('UNREACHABLE', `Neutralino's core on port ${met.nlPort} took no connection: ${cause.message}`, { cause })),
    )
  })
  return hostOver(link, `http://127.0.0.1:${met.nlPort}`)
}

function hostOver(link: CoreLink, origin: string): Host {
  let windowThere = false
  let pages = 0
  let expected = (): void => undefined
  let connect: (() => { readonly port: number; readonly token: string }) | undefined
  const windowReady = new Promise<void>((resolve) => {
    link.on('appClientConnect', () => {
      windowThere = true
      pages += 1
      expected()
      resolve()
    })
  })
  // A page that is loaded again leaves first, and comes back within a moment.
  link.on('appClientDisconnect', () => {
    pages = Math.max(0, pages - 1)
    if (pages > 0) return
    expected()
    expected = link.later(PAGE_MS, () =>
      link.warn('the page of the window ended', 'it did not come back; troupe open shows Troupe in another way'),
    )
  })
  void link.gone.then(() => expected())
  return {
    origin,
    async call(method, data) {
      if (method.startsWith('window.')) await Promise.race([windowReady, link.gone.then((why) => Promise.reject(gone(why)))])
      return link.call(method, data)
    },
    on: (event, listener) => link.on(event, listener),
    async showWindow() {
      for (const method of RAISE) await this.call(method, undefined)
    },
    pageEnded: () => windowThere && pages === 0,
    answerPage(connection) {
      const first = connect === undefined
      // An engine that started anew in this process answers in the place of the one before.
      connect = connection
      if (!first) return
      let told: { readonly nonce: string; readonly port: number; readonly token: string } | undefined
      link.on(HOST_EVENTS.ask, (data) => {
        const asked = asking.safeParse(data)
        if (!asked.success) return
        const { nonce } = asked.data
        const now = connect ?? connection
        // A page asks until it hears; one question gets one token, however often it is put.
        if (told?.nonce !== nonce) told = { nonce, ...now() }
        link
          .call('app.broadcast', { event: HOST_EVENTS.tell, data: told })
          .catch((thrown) => link.warn('the page was not answered', thrown))
      })
    },
    gone: link.gone,
    async close() {
      expected()
      // app.exit before the window exists would leave a core without a window for ever.
      const ending = windowThere ? link.call('app.exit', { code: 0 }) : link.call('app.killProcess', undefined)
      await ending.catch(() => undefined)
      link.close()
    },
  }
}

/** Frames to and from the core. */
class CoreLink {
  readonly gone: Promise<string>
  readonly #socket: WebSocket
  readonly #token: string
  readonly #options: HostOptions
  readonly #waiting = new Map<string, { readonly method: string; settle(result: unknown): void; fail(error: TroupeError): void }>()
  readonly #listeners = new Map<string, Set<(data: unknown) => void>>()
  #calls = 0
  #closedByUs = false

  constructor(socket: WebSocket, token: string, options: HostOptions) {
    this.#socket = socket
    this.#token = token
    this.#options = options
    socket.on('message', (text) => this.#onFrame(String(text)))
    socket.on('error', (thrown) => this.warn('the connection to the core broke', thrown))
    this.gone = new Promise((resolve) => {
      socket.on('close', (code) => {
        const why = `the core closed its connection (${code})`
        for (const call of this.#waiting.values()) call.fail(gone(why))
        this.#waiting.clear()
        if (!this.#closedByUs) resolve(why)
      })
    })
  }

  call(method: string, data: unknown): Promise<unknown> {
    if (this.#socket.readyState !== WebSocket.OPEN) return Promise.reject(gone('there is no connection'))
    const id = `troupe-${++this.#calls}`
    const text = JSON.stringify({ id, method, accessToken: this.#token, ...(data === undefined ? {} : { data }) })
    if (Buffer.byteLength(text) > FRAME_BYTES)
      return Promise.reject(
        new TroupeError('TOO_LARGE', `A call of ${method} has ${text.length} characters; the core takes ${FRAME_BYTES} bytes.`),
      )
    const timeoutMs = this.#options.callMs ?? 5_000
    return new Promise((resolve, reject) => {
      const end = (act: () => void) => () => {
        cancel()
        this.#waiting.delete(id)
        act()
      }
      const cancel = this.#options.clock.after(timeoutMs, () =>
        end(() => reject(new TroupeError('TIMEOUT', `The core did not answer ${method} within ${timeoutMs} ms.`)))(),
      )
      this.#waiting.set(id, {
        method,
        settle: (result) => end(() => resolve(result))(),
        fail: (error) => end(() => reject(error))(),
      })
      this.#socket.send(text)
    })
  }

  on(event: string, listener: (data: unknown) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set()
    this.#listeners.set(event, listeners.add(listener))
    return () => listeners.delete(listener)
  }

  /** Unless the core is gone by then; answers how to call it off. */
  later(delayMs: number, act: () => void): () => void {
    return this.#options.clock.after(delayMs, () => this.#socket.readyState === WebSocket.OPEN && act())
  }

  warn(message: string, thrown: unknown): void {
    this.#options.log.warn(message, { reason: messageOf(thrown) })
  }

  close(): void {
    this.#closedByUs = true
    this.#socket.terminate()
  }

  #onFrame(text: string): void {
    const read = frame.safeParse(jsonOf(text))
    if (!read.success) {
      this.warn('a frame of the core was not understood', read.error)
      return
    }
    const parsed = read.data
    if (parsed.event !== undefined) for (const listener of this.#listeners.get(parsed.event) ?? []) listener(parsed.data)
    const call = parsed.id === undefined ? undefined : this.#waiting.get(parsed.id)
    if (!call) return
    const result = answer.safeParse(parsed.data)
    if (!result.success) call.fail(new TroupeError('PROVIDER', `The core's answer to ${call.method} was not understood.`))
    else if ('error' in result.data) {
      const { code, message } = result.data.error
      call.fail(new TroupeError('REFUSED', `The core refused ${call.method}: ${message} (${code})`))
    } else call.settle(result.data.returnValue)
  }
}

function gone(why: string): TroupeError {
  return new TroupeError('UNREACHABLE', `Neutralino's core cannot be reached: ${why}.`)
}

/** One JSON object, no newline, then the end of the stream (which some launchers never send: the object alone is enough). */
function readHandshake({ stdin, clock, handshakeMs = 5_000 }: HostOptions): Promise<z.infer<typeof handshake>> {
  return new Promise((resolve, reject) => {
    let text = ''
    const end = (act: () => void) => {
      cancel()
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd)
      // An open pipe would keep the engine alive after its stop.
      stdin.pause()
      act()
    }
    const wrong = (why: string) => new TroupeError('INVALID', `Standard input did not say how to reach Neutralino's core: ${why}.`)
    const take = (): boolean => {
      const parsed = handshake.safeParse(jsonOf(text))
      if (parsed.success) end(() => resolve(parsed.data))
      return parsed.success
    }
    const onData = (chunk: Buffer | string) => {
      text += chunk.toString()
      if (!take() && text.length > HANDSHAKE_BYTES) end(() => reject(wrong('it is too long')))
    }
    const onEnd = () => void (take() || end(() => reject(wrong('it ended without the four fields'))))
    const cancel = clock.after(handshakeMs, () =>
      end(() =>
        reject(
          new TroupeError('TIMEOUT', `Nothing came on standard input within ${handshakeMs} ms; --neutralino is for Neutralino alone.`),
        ),
      ),
    )
    stdin.on('data', onData).on('end', onEnd).on('error', onEnd)
  })
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
