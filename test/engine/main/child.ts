/** An engine as a child process on a temporary data folder, watched from outside. */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { onTestFinished } from 'vitest'
import { findPlaces, type Places } from '#core/node'

const MAIN = fileURLToPath(new URL('../../../extensions/engine/main.ts', import.meta.url))

export interface Watched {
  readonly child: ChildProcess
  readonly places: Places
  /** Resolves when it listens; rejects with what it said when it ends before. */
  readonly listening: Promise<{ readonly pid: number; readonly port: number; readonly socketPath: string }>
  /** Exit code and signal, and all that it wrote to standard error. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly errors: string }>
  /** The log so far. */
  log(): { readonly level: string; readonly room: string; readonly msg: string }[]
}

export interface WatchOptions {
  readonly data: string
  readonly args?: readonly string[]
  /** A module that is loaded before the engine. */
  readonly preload?: string
  readonly stdin?: string
}

export function watch({ data, args = [], preload, stdin }: WatchOptions): Watched {
  const env = { ...process.env, XDG_RUNTIME_DIR: '' }
  const before = preload === undefined ? [] : ['--import', pathToFileURL(preload).href]
  const child = spawn(process.execPath, [...before, MAIN, '--data', data, '--headless', '--announce', ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
    // Killed, it left its runtime folder, which lies outside the data folder.
    await rm(places.runtimeDir, { recursive: true, force: true })
  })
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(stdin)
  let errors = ''
  let output = ''
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk)
  })
  const places = findPlaces({ data, env })
  const ended: Watched['ended'] = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal, errors })))
  const listening: Watched['listening'] = new Promise((resolve, reject) => {
    child.stdout?.on('data', (chunk) => {
      output += String(chunk)
      if (output.includes('\n'))
        resolve((JSON.parse(output.split('\n')[0] ?? '') as { listening: { pid: number; port: number; socketPath: string } }).listening)
    })
    child.once('close', () => reject(new Error(errors)))
  })
  listening.catch(() => undefined)
  const log = () => {
    const path = join(places.logDir, 'engine.log')
    const text = existsSync(path) ? readFileSync(path, 'utf8') : ''
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { level: string; room: string; msg: string })
  }
  return { child, places, listening, ended, log }
}

export async function temporaryData(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-main-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return join(folder, 'data')
}

/** What a stopped engine must not leave: socket, address, token, runtime folder, the store's owner mark. */
export function leftBehind({ places }: Watched): string[] {
  const { socketPath, infoPath, tokenPath, runtimeDir, storeDir } = places
  return [socketPath, infoPath, tokenPath, runtimeDir, join(storeDir, 'owner')].filter((path) => existsSync(path))
}
