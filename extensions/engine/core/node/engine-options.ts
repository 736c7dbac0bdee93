/** The options of `main.ts`, as its command line has them. */
import { parseArgs } from 'node:util'
import { TroupeError } from '#core'

export interface EngineOptions {
  /** The data folder; default: TROUPE_DATA, then the platform's own place. */
  readonly data?: string | undefined
  /** The TCP port that is tried first; default: that of the last start, then any free one. */
  readonly port?: number | undefined
  /** Opens no window by itself, whatever the machine has. */
  readonly headless?: boolean
  /** Started by Neutralino as its extension: it says on standard input how to reach it. */
  readonly neutralino?: boolean
  /** false: starts with everything, however often it crashed before. Default true. */
  readonly safeMode?: boolean
  /** Prints one JSON line `{"listening":{…}}` on standard output once calls are answered. */
  readonly announce?: boolean
}

/** INVALID, naming what was not understood. */
export function parseEngineOptions(args: readonly string[]): EngineOptions {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        headless: { type: 'boolean', default: false },
        neutralino: { type: 'boolean', default: false },
        announce: { type: 'boolean', default: false },
        'no-safe-mode': { type: 'boolean', default: false },
      },
    })
    const { data, headless, neutralino, announce } = values
    return { data, port: portOf(values.port), headless, neutralino, announce, safeMode: !values['no-safe-mode'] }
  } catch (cause) {
    if (cause instanceof TroupeError) throw cause
    throw new TroupeError('INVALID', (cause as Error).message, {
      hint: 'The engine takes --data <folder>, --port <number>, --headless, --neutralino, --announce and --no-safe-mode.',
      cause,
    })
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (port >= 0 && port <= 65_535) return port
  throw new TroupeError('INVALID', `--port takes a number from 0 to 65535, not "${text}".`)
}
