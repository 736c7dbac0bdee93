/** What every command is given: its input and output, the options that hold for all, and the engine when it needs one. */
import type { Io } from './io.ts'
import type { Engine, Link } from './link/connect.ts'
import type { Reach } from './link/reach.ts'

export interface Session {
  readonly io: Io
  /** Print JSON: one value, or a line for each event of a stream. */
  readonly json: boolean
  readonly data: string | undefined
  /** Places and connections. Loaded when it is first asked for. */
  reach(): Promise<Reach>
  /** The engine; started when none runs. Unreachable when that fails. */
  engine(): Promise<Engine>
  /** The engine anew, after a connection ended; never starts one. Undefined: none answers. */
  again(): Promise<Engine | undefined>
  /** The running engine; undefined when none runs. */
  running(): Promise<Engine | undefined>
  /** Prints a value for programs, or what `words` makes of it for a person. */
  print<T>(value: T, words: (value: T) => string | Promise<string>): Promise<void>
  close(): void
}

interface SessionOptions {
  readonly json: boolean
  readonly data: string | undefined
  readonly portable?: boolean
}

export function makeSession(io: Io, { portable = false, ...options }: SessionOptions): Session {
  let link: Link | undefined
  let reaching: Promise<Reach> | undefined
  const reach = () => {
    reaching ??= import('./link/reach.ts').then(({ makeReach }) => makeReach(options.data, portable))
    return reaching
  }
  const running = async (): Promise<Engine | undefined> => {
    if (link?.open) return link.engine
    link = await (await reach()).running()
    return link?.engine
  }
  return {
    io,
    ...options,
    reach,
    running,
    again: running,
    async engine() {
      if (link?.open) return link.engine
      const { dim } = io.paint.err
      const onStart = () => void (io.terminal.err && io.err(dim('Starting the engine …\n')))
      link = await (await reach()).reach(onStart)
      return link.engine
    },
    async print(value, words) {
      await io.out(options.json ? `${JSON.stringify(value, null, io.terminal.out ? 2 : 0)}\n` : await words(value))
    },
    close: () => link?.close(),
  }
}
