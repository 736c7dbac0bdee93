/** Runs the shipped programs as real children, on real trees below a temporary folder. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'

export const PROGRAMS = fileURLToPath(new URL('../../../resources/programs/', import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly out: string
  readonly err: string
}

export interface RunOptions {
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: Record<string, string>
  readonly nodeArgs?: readonly string[]
}

export function begin(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): ChildProcess & { readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), join(PROGRAMS, `${program}.mjs`), ...args], {
    cwd: options.cwd ?? tmpdir(),
    env: { ...process.env, ...options.env },
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
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal, out, err })))
  return Object.assign(child, { ended })
}

/** Standard input is empty unless text is given. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return begin(program, args, { stdin: '', ...options }).ended
}

const folders: string[] = []

/** Two fresh folders: one to look at, one to work in. Removed afterwards, by a program that can remove paths of any length. */
export function rooms(): { readonly root: string; readonly work: string } {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'troupe programs ü ')))
  folders.push(base)
  const [root, work] = ['root', 'work'].map((name) => join(base, name)) as [string, string]
  for (const folder of [root, work]) mkdirSync(folder)
  return { root, work }
}

afterEach(async () => {
  for (const folder of folders.splice(0)) {
    await new Promise((resolve) => spawn('rm', ['-rf', folder], { stdio: 'ignore' }).once('close', resolve))
  }
})

/** Writes files (with their folders); a time is given to each, two hours ago unless told. */
export function plant(root: string, files: Readonly<Record<string, string | Buffer>>, at: number = Date.now() - 7_200_000): void {
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    utimesSync(path, at / 1000, at / 1000)
  }
}

/** A chain of folders whose path is longer than the system allows: no user, not even root, can open its end by name. */
export function tooDeep(root: string): void {
  const before = process.cwd()
  process.chdir(root)
  try {
    for (let level = 0; level < 25; level += 1) {
      mkdirSync('d'.repeat(200))
      process.chdir('d'.repeat(200))
    }
  } finally {
    process.chdir(before)
  }
}
