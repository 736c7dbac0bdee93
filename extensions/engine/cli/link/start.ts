/** Starts an engine in the background: detached, headless, with this terminal's environment, so that keys in it are found. */
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Layout, Places } from '#core/node'
import { Unreachable } from '../failure.ts'

export interface Started {
  /** Settles if it ends: with its exit code, or the signal's name. */
  readonly ended: Promise<string>
  /** What it said on standard error. */
  complaint(): string
}

/** Its standard error goes to a file: a pipe would end with us, and the engine lives on. */
export function startInBackground(places: Places, layout: Layout): Started {
  const log = join(places.logDir, 'start.log')
  let file: number
  try {
    mkdirSync(places.logDir, { recursive: true, mode: 0o700 })
    file = openSync(log, 'w', 0o600)
  } catch (cause) {
    throw new Unreachable(
      `The data folder ${places.dataDir} cannot be written: ${(cause as Error).message}`,
      'Give another one with --data, or TROUPE_DATA.',
    )
  }
  const program = fileURLToPath(layout.module('main.ts'))
  const child = spawn(process.execPath, [program, '--headless', '--data', places.dataDir], {
    cwd: homedir(),
    detached: true,
    windowsHide: true,
    stdio: ['ignore', 'ignore', file],
  })
  closeSync(file)
  child.unref()
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message))
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
  })
  return { ended, complaint: () => readFileSync(log, 'utf8').trim().slice(-2_000) }
}
