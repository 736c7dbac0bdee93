/**
 * Brings a log's chunks into the terminal: one slice at a time, the next when the terminal has taken the one before, so a fast run
 * never fills the terminal's own queue. While paused nothing is written, and nothing is lost that the log still keeps.
 */
export interface PumpSource {
  read(
    cursor: number,
  ): { readonly chunk: { readonly stream: 'stdout' | 'stderr'; readonly text: string }; readonly at: number; readonly next: number } | null
}

/** Characters written at once. */
export const SLICE_CHARS = 64 * 1024

export interface Pump {
  /** Something was appended. */
  poke(): void
  pause(paused: boolean): void
  stop(): void
}

export function createPump(source: PumpSource, write: (text: string, done: () => void) => void): Pump {
  let cursor = 0
  let state: 'idle' | 'writing' | 'paused' | 'stopped' = 'idle'
  let paused = false

  const next = () => {
    if (state === 'stopped') return
    state = paused ? 'paused' : 'idle'
    if (paused) return
    const slice = take()
    if (slice === '') return
    state = 'writing'
    write(slice, next)
  }
  const take = (): string => {
    let slice = ''
    while (slice.length < SLICE_CHARS) {
      const found = source.read(cursor)
      if (found === null) break
      if (found.at !== cursor) slice += `\x1b[2m… ${found.at - cursor} earlier pieces are no longer kept …\x1b[22m\r\n`
      slice += paint(found.chunk)
      cursor = found.next
    }
    return slice
  }
  return {
    poke: () => {
      if (state === 'idle') next()
    },
    pause: (value) => {
      paused = value
      if (!value && state === 'paused') next()
      else if (value && state === 'idle') state = 'paused'
    },
    stop: () => {
      state = 'stopped'
    },
  }
}

/** Standard error in the terminal's red, unless it brings colours of its own. */
function paint({ stream, text }: { readonly stream: 'stdout' | 'stderr'; readonly text: string }): string {
  return stream === 'stderr' && !text.includes('\x1b[') ? `\x1b[31m${text}\x1b[39m` : text
}
