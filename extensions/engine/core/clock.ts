/** Time is handed in. `now` is milliseconds since 1970 UTC; timers are relative and cancelled by calling what `after` returns. */
export interface Clock {
  now(): number
  /** Runs `task` once, `delayMs` from now. A pending timer never keeps the process alive by itself. */
  after(delayMs: number, task: () => void): () => void
}

/** Randomness is handed in. */
export interface Chance {
  bytes(count: number): Uint8Array
}
