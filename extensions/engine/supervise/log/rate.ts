/** Lets through so many lines and bytes a second, and four times as much in a burst; counts what it does not. */
import { SERVICE_LIMITS } from '#contract/plain'

const BURST = 4

export class Rate {
  readonly #now: () => number
  #at: number
  #lines = SERVICE_LIMITS.linesPerSecond * BURST
  #bytes = SERVICE_LIMITS.bytesPerSecond * BURST
  #dropped = { lines: 0, bytes: 0 }

  constructor(now: () => number) {
    this.#now = now
    this.#at = now()
  }

  passes(bytes: number): boolean {
    this.#refill()
    if (this.#lines < 1 || this.#bytes < bytes) {
      this.#dropped.lines += 1
      this.#dropped.bytes += bytes
      return false
    }
    this.#lines -= 1
    this.#bytes -= bytes
    return true
  }

  /** What was dropped since this was asked; from here on it counts anew. */
  takeDropped(): { readonly lines: number; readonly bytes: number } {
    const dropped = this.#dropped
    this.#dropped = { lines: 0, bytes: 0 }
    return dropped
  }

  #refill(): void {
    const now = this.#now()
    // A clock that was set back gives nothing.
    const seconds = Math.max(0, now - this.#at) / 1000
    this.#at = now
    const { linesPerSecond, bytesPerSecond } = SERVICE_LIMITS
    this.#lines = Math.min(linesPerSecond * BURST, this.#lines + seconds * linesPerSecond)
    this.#bytes = Math.min(bytesPerSecond * BURST, this.#bytes + seconds * bytesPerSecond)
  }
}
