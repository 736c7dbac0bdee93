/** Neutralino as the program that the rest belongs to: it opens the window, and starts the engine itself, as its extension. */
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { parse, resolve } from 'node:path'

/** A core that cannot work here (a missing library, a display that refuses) ends sooner than this. */
const UP_MS = 5_000

export interface NeutralinoOptions {
  readonly program: string
  /** The folder with package.json. */
  readonly rootDir: string
  readonly dataDir: string
  /** Aborted: the person wants an end. The core is asked for one, and whichever it takes is in order. */
  readonly signal: AbortSignal
  /** How long it must stand before its window counts as shown. Default 5,000. */
  readonly upMs?: number
}

export interface NeutralinoEnd {
  /** Whether the window was shown, as far as can be told from here. */
  readonly up: boolean
  /** Undefined after a window that was closed, and after the person's own end. */
  readonly failure: string | undefined
}

/** Resolves when it has ended. Its page loads only where neither the path nor the working folder has an apostrophe. */
export function runNeutralino({ program, rootDir, dataDir, signal, upMs = UP_MS }: NeutralinoOptions): Promise<NeutralinoEnd> {
  const began = performance.now()
  const temporary = tmpdir()
  const child = spawn(resolve(program), [`--path=${resolve(rootDir)}`], {
    cwd: temporary.includes("'") ? parse(temporary).root : temporary,
    env: { ...process.env, TROUPE_DATA: dataDir },
    stdio: 'inherit',
  })
  const stop = () => void child.kill('SIGTERM')
  signal.addEventListener('abort', stop, { once: true })
  return new Promise((settle) => {
    const ended = (failure: string | undefined) => {
      signal.removeEventListener('abort', stop)
      settle({ up: performance.now() - began >= upMs, failure: signal.aborted ? undefined : failure })
    }
    child.once('error', (error) => ended(error.message))
    child.once('exit', (code, by) => ended(code === 0 ? undefined : (by ?? `code ${code}`)))
  })
}
