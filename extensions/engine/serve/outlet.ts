/**
 * The way out to one WebSocket, with a look at what the client has not read yet. Above LIMITS.clientBacklogBytes a sender waits (so its
 * stream waits), nothing more is read from the client (so it cannot ask for more), and after `slowMs` of that the connection is given up.
 */
import type { WebSocket } from 'ws'
import { LIMITS } from '#contract/plain'
import type { Clock } from '#core'

export class Outlet {
  readonly #ws: WebSocket
  readonly #clock: Clock
  readonly #slowMs: number
  readonly #tooSlow: () => void
  readonly #caughtUp: () => void
  #waiting: (() => void)[] = []
  #cancelSlow: (() => void) | undefined

  constructor(ws: WebSocket, clock: Clock, slowMs: number, on: { readonly tooSlow: () => void; readonly caughtUp: () => void }) {
    this.#ws = ws
    this.#clock = clock
    this.#slowMs = slowMs
    this.#tooSlow = on.tooSlow
    this.#caughtUp = on.caughtUp
    ws.once('close', () => this.#release())
  }

  /** Resolves when the next frame may be sent; at once for a client that keeps up. */
  send(frame: string): Promise<void> {
    this.#ws.send(frame, () => {
      if (this.#ws.bufferedAmount <= LIMITS.clientBacklogBytes) this.#release()
    })
    if (this.#ws.readyState !== this.#ws.OPEN || this.#ws.bufferedAmount <= LIMITS.clientBacklogBytes) return Promise.resolve()
    if (!this.#cancelSlow) {
      this.#ws.pause()
      this.#cancelSlow = this.#clock.after(this.#slowMs, this.#tooSlow)
    }
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** Whether the client is waited for now. */
  get held(): boolean {
    return this.#cancelSlow !== undefined
  }

  #release(): void {
    if (!this.#cancelSlow) return
    this.#cancelSlow()
    this.#cancelSlow = undefined
    this.#caughtUp()
    const waiting = this.#waiting
    this.#waiting = []
    for (const resume of waiting) resume()
  }
}
