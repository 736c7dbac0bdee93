/** The command line as a real child, against a real engine on a temporary data folder that the command line itself starts. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { findPlaces, type Places } from '#core/node'

export const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
export const FIXTURES = join(ROOT, 'test/fixtures/programs')
const MAIN = join(ROOT, 'extensions/engine/cli/main.ts')

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface CallOptions {
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
}

export interface Place {
  readonly folder: string
  readonly data: string
  readonly places: Places
  /** What makes a child use this place. */
  readonly env: Readonly<Record<string, string>>
  /** Waits for its end. Standard input is empty unless text is given. */
  troupe(args: readonly string[], options?: CallOptions): Promise<Ended>
  /** The JSON value that it prints; fails when it ends with another code than 0. */
  value<T>(args: readonly string[], options?: CallOptions): Promise<T>
  begin(args: readonly string[], options?: CallOptions): ChildProcess & { readonly ended: Promise<Ended>; readonly said: () => string }
}

const places: Place[] = []
afterAll(async () => {
  for (const place of places.splice(0)) {
    await place.troupe(['stop'])
    rmSync(place.folder, { recursive: true, force: true, maxRetries: 5 })
  }
})

/** A data folder of its own, with a space in its name; its engine is stopped when the file's tests are done. */
export function newPlace(): Place {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'troupe-cli-')))
  const data = join(folder, 'data ü')
  const [home, temporary, runtime] = ['home', 'tmp', 'run'].map((name) => join(folder, name)) as [string, string, string]
  for (const made of [home, temporary, runtime]) mkdirSync(made, { mode: 0o700 })
  const own = { HOME: home, TMPDIR: temporary, XDG_RUNTIME_DIR: runtime, TROUPE_DATA: data }
  const begin = (args: readonly string[], options: CallOptions = {}) => {
    const {
      DISPLAY: _d,
      WAYLAND_DISPLAY: _w,
      NO_COLOR: _n,
      FORCE_COLOR: _f,
      VISUAL: _v,
      EDITOR: _e,
      TROUPE_WINDOW: _t,
      ...base
    } = process.env
    const child = spawn(process.execPath, [MAIN, ...args], {
      cwd: options.cwd ?? folder,
      env: { ...base, ...own, ...options.env },
    })
    let out = ''
    let err = ''
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString()
    })
    child.stdin.on('error', () => undefined)
    if (options.stdin !== undefined) child.stdin.end(options.stdin)
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ code, out, err })))
    return Object.assign(child, { ended, said: () => out })
  }
  const place: Place = {
    folder,
    data,
    env: own,
    places: findPlaces({ data, env: own }),
    begin,
    troupe: (args, options) => begin(args, { stdin: '', ...options }).ended,
    async value<T>(args: readonly string[], options?: CallOptions): Promise<T> {
      const { code, out, err } = await place.troupe([...args, '--json'], options)
      if (code !== 0) throw new Error(`troupe ${args.join(' ')} ended with ${code}: ${err}`)
      return JSON.parse(out) as T
    },
  }
  places.push(place)
  return place
}

/** Options of `persona create` for a command persona that runs a program of the fixtures. */
export function fixture(name: string, program: string, ...args: readonly string[]): string[] {
  return [
    'persona',
    'create',
    '--name',
    name,
    '--command',
    process.execPath,
    ...[join(FIXTURES, program), ...args].flatMap((arg) => [`--arg=${arg}`]),
  ]
}

/** Waits for a condition; the bound is only there so that a broken test ends. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const late = Date.now() + 40_000; !(await condition()); await new Promise((resolve) => setTimeout(resolve, 25))) {
    if (Date.now() > late) throw new Error('it did not come to pass in 40 s')
  }
}
