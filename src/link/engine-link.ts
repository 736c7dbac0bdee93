/**
 * The window's link to the engine, over as many sockets as it takes.
 *
 *   connecting → open       the engine said hello
 *   connecting → lost       it could not be reached; tried again after a pause
 *   connecting → refused    it was reached and said no, or there is no token
 *   open → lost             the socket ended
 *   open → refused          the access was revoked
 *   lost → connecting       the pause is over, or `retry`
 *   refused → connecting    `retry` only
 *   any → closed            `close`; final
 *
 * Calls wait while it is connecting for the first time, and fail at once with the reason while it is lost.
 */
import { LinkError, LinkRefused } from './errors.ts'
import { type Address, type OpenSocket, openSocket, type SocketOptions } from './socket.ts'

export type LinkState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  | { readonly kind: 'open'; readonly build: string }
  | { readonly kind: 'lost'; readonly reason: string; readonly hint: string; readonly retryAt: number; readonly attempt: number }
  | { readonly kind: 'refused'; readonly reason: string; readonly hint: string }
  | { readonly kind: 'closed' }

export interface LinkOptions extends SocketOptions {
  /** Where the engine is, and a token for it. Throws LinkRefused when there is no way in. Asked before each try. */
  readonly where: () => Promise<Address>
  /** Keeps the token of this session for the next `where`. */
  readonly keep: (session: string) => void
  /** Asked when a try failed before the engine's hello: the refusal, if that is why (a wrong token gets no answer at all). */
  readonly diagnose?: () => Promise<LinkRefused | undefined>
  /** Milliseconds before the next try, by the number of tries since it was last open. */
  readonly pauseMs?: (attempt: number) => number
}

/** 0.2 s, 0.4 s, 0.8 s … 5 s: an engine that restarts is back within one. */
const standardPause = (attempt: number) => Math.min(5000, 200 * 2 ** Math.min(attempt, 10))

export class EngineLink {
  #state: LinkState = { kind: 'connecting', attempt: 0 }
  #socket: OpenSocket | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  readonly #options: LinkOptions
  readonly #watchers = new Set<(state: LinkState) => void>()

  constructor(options: LinkOptions) {
    this.#options = options
    void this.#connect(0)
  }

  get state(): LinkState {
    return this.#state
  }

  /** Tells every change from now on; answers how to stop. */
  watch(watcher: (state: LinkState) => void): () => void {
    this.#watchers.add(watcher)
    return () => this.#watchers.delete(watcher)
  }

  /** Tries again at once. Does nothing while it is open or trying. */
  retry(): void {
    if (this.#state.kind !== 'lost' && this.#state.kind !== 'refused') return
    clearTimeout(this.#timer)
    void this.#connect(0)
  }

  close(): void {
    clearTimeout(this.#timer)
    this.#set({ kind: 'closed' })
    this.#socket?.close()
  }

  /** One call, as oRPC's client makes it. Rejects with LinkError when there is no link, or it ends meanwhile. */
  async call(path: readonly string[], input: unknown, options: Parameters<OpenSocket['call']>[2]): Promise<unknown> {
    if (this.#state.kind === 'connecting' && this.#state.attempt === 0) await this.#settled(options.signal)
    if (this.#socket && this.#state.kind === 'open') return this.#socket.call(path, input, options)
    throw new LinkError(this.#why())
  }

  /** Resolves when it is open. Rejects when it is refused or closed, or with the signal's reason. */
  whenOpen(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (state: LinkState) => {
        if (state.kind === 'open') settle(resolve)
        else if (state.kind === 'refused') settle(() => reject(new LinkError(state.reason, state.hint)))
        else if (state.kind === 'closed') settle(() => reject(new LinkError(this.#why())))
      }
      const abort = () => settle(() => reject(signal?.reason))
      const settle = (end: () => void) => {
        stop()
        signal?.removeEventListener('abort', abort)
        end()
      }
      const stop = this.watch(look)
      signal?.addEventListener('abort', abort)
      if (signal?.aborted) abort()
      else look(this.#state)
    })
  }

  #settled(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        stop()
        signal?.removeEventListener('abort', done)
        resolve()
      }
      const stop = this.watch((state) => state.kind !== 'connecting' && done())
      signal?.addEventListener('abort', done)
    })
  }

  #why(): string {
    const state = this.#state
    if (state.kind === 'lost' || state.kind === 'refused') return state.reason
    return state.kind === 'closed' ? 'This window was closed.' : 'There is no connection to the engine yet.'
  }

  async #connect(attempt: number): Promise<void> {
    this.#set({ kind: 'connecting', attempt })
    try {
      const socket = await openSocket(await this.#options.where(), this.#options)
      if (this.#state.kind === 'closed') return socket.close()
      if (socket.session !== undefined) this.#options.keep(socket.session)
      this.#socket = socket
      this.#set({ kind: 'open', build: socket.build })
      this.#fell(await socket.ended, 0)
    } catch (thrown) {
      const refused = thrown instanceof LinkError ? await this.#options.diagnose?.() : undefined
      this.#fell(refused ?? thrown, attempt + 1)
    }
  }

  #fell(thrown: unknown, attempt: number): void {
    this.#socket = undefined
    if (this.#state.kind === 'closed') return
    if (thrown instanceof LinkRefused) {
      this.#set({ kind: 'refused', reason: thrown.message, hint: thrown.hint })
      return
    }
    const error = thrown instanceof LinkError ? thrown : new LinkError(thrown instanceof Error ? thrown.message : String(thrown))
    const pause = (this.#options.pauseMs ?? standardPause)(attempt)
    this.#set({ kind: 'lost', reason: error.message, hint: error.data.hint, retryAt: Date.now() + pause, attempt })
    this.#timer = setTimeout(() => void this.#connect(Math.max(1, attempt)), pause)
  }

  #set(state: LinkState): void {
    this.#state = state
    for (const watcher of [...this.#watchers]) watcher(state)
  }
}
