/**
 * A real agent CLI for the tests: Gemini CLI from npm, 97 MB, installed once into the cache below node_modules from a lock file with its checksum.
 * No dependency of the project: its optional parts would be compiled on every `npm ci`.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FIXTURE = join(ROOT, 'test/fixtures/gemini-cli')
const CACHE = join(ROOT, 'node_modules/.cache/troupe/gemini-cli-0.61.0')

/** A folder with a program `gemini` in it, for the PATH. */
export async function geminiCli(): Promise<string> {
  const bin = join(CACHE, 'bin')
  if (existsSync(join(bin, 'gemini'))) return bin
  await mkdir(dirname(CACHE), { recursive: true })
  const made = await mkdtemp(`${CACHE}-`)
  await cp(FIXTURE, made, { recursive: true })
  const args = ['ci', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund']
  await promisify(execFile)('npm', args, { cwd: made, maxBuffer: 16 * 1024 * 1024 })
  await mkdir(join(made, 'bin'))
  const program = join(made, 'bin/gemini')
  // Names its folder by itself, since that is moved; and runs on the Node that runs the tests.
  const script = `#!/bin/sh\nexec "${process.execPath}" "$(dirname "$0")/../node_modules/@google/gemini-cli/bundle/gemini.js" "$@"\n`
  await writeFile(program, script)
  await chmod(program, 0o755)
  // Whole or not at all, also when two tests install it at once.
  await rename(made, CACHE).catch(() => rm(made, { recursive: true, force: true }))
  return bin
}
