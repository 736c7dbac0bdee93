/**
 * The first code of a packed Troupe (the single executable, and `troupe.cjs` of the slim folder): makes its files be there, and goes on in
 * the one that was asked for. Built as one CommonJS file of its own; see unpack/SPEC.md [UP7].
 */
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { Module } from 'node:module'
import { dirname, isAbsolute, join, sep } from 'node:path'
import * as sea from 'node:sea'
import { pathToFileURL } from 'node:url'
import { beginFirstStart } from './core/node/first-start.ts'
import { setProgramPlace } from './core/node/program-place.ts'
import { cachePlaces, type Packed, unpack } from './unpack/mod.ts'

const OLDEST_NODE = [22, 12] as const

/** The program file: the executable itself, or the boot in the slim folder. */
const program = realpathSync(sea.isSea() ? process.execPath : (process.argv[1] ?? ''))

/** A bundle is what a person sees on macOS, and an AppImage is mounted elsewhere than it lies. */
function folderSeen(): string {
  const { APPIMAGE, APPDIR } = process.env
  if (APPIMAGE && APPDIR && isAbsolute(APPIMAGE) && program.startsWith(APPDIR + sep)) return dirname(APPIMAGE)
  const bundle = /^(.*)[\\/][^\\/]+\.app[\\/]Contents[\\/]MacOS[\\/][^\\/]+$/.exec(program)
  return bundle?.[1] ?? dirname(program)
}

function packed(): Packed {
  if (sea.isSea())
    return {
      index: new Uint8Array(sea.getRawAsset('troupe.index') as ArrayBuffer),
      pack: () => new Uint8Array(sea.getRawAsset('troupe.pack') as ArrayBuffer),
    }
  const folder = dirname(program)
  return { index: readFileSync(join(folder, 'troupe.index')), pack: () => readFileSync(join(folder, 'troupe.pack')) }
}

/** An executable's main script cannot import files, and neither can what Node compiles for it; a module that has a file's name can. */
function makeLoad(): (url: string) => Promise<unknown> {
  const own = new Module(join(dirname(program), 'boot.cjs')) as Module & { _compile(source: string, name: string): void }
  own._compile('module.exports = (url) => import(url)', own.id)
  return own.exports as (url: string) => Promise<unknown>
}

async function go(file: string, args: readonly string[]): Promise<void> {
  process.argv = [process.execPath, file, ...args]
  await makeLoad()(pathToFileURL(file).href)
}

const isScript = (path: string | undefined): path is string =>
  path !== undefined && isAbsolute(path) && /\.(js|mjs|cjs|ts)$/.test(path) && existsSync(path)

const startsEngine = (first: string | undefined): boolean =>
  first === undefined || ['start', 'engine', '--engine', '--portable'].includes(first) || /[\\/]dist[\\/]engine[\\/]main\.js$/.test(first)

/** The previous version is in place again; it does what was asked, and this process ends as it does. */
function previousInstead(version: string, args: readonly string[]): Promise<void> {
  console.error(`troupe: version ${version} did not come up the last time, so the version before it is back.`)
  // An engine's script belongs to the version that was unpacked; the previous one has its own.
  const [first, ...rest] = args
  const child = spawn(program, isScript(first) ? ['--main', ...rest] : args, { stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      process.exitCode = code ?? 1
      resolve()
    })
  })
}

async function boot(args: readonly string[]): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]))
    throw new Error(
      `this folder needs Node ${OLDEST_NODE.join('.')} or later, and ${process.execPath} is ${process.version}. Install a newer one, or take the single executable, which brings its own.`,
    )
  const folder = folderSeen()
  setProgramPlace({ folder, ...(sea.isSea() ? { program } : {}) })
  const [first, ...rest] = args
  if (sea.isSea() && startsEngine(first)) {
    const bad = beginFirstStart(program)
    if (bad !== undefined) return previousInstead(bad, args)
  }
  if (isScript(first)) return go(first, rest)
  // Neutralino starts the engine by this name.
  process.env.TROUPE_EXE = sea.isSea() ? program : join(dirname(program), process.platform === 'win32' ? 'troupe.cmd' : 'troupe')
  const portable = args.includes('--portable')
  const root = unpack(packed(), cachePlaces({ platform: process.platform, env: process.env, programFolder: folder, portable }), Date.now())
  const engine = join(root, 'dist', 'engine')
  if (first === '--main') return go(join(engine, 'main.js'), rest)
  if (first === '--engine') return go(join(engine, 'main.js'), ['--neutralino', ...rest])
  return go(join(engine, 'cli.js'), args.length === 0 || (portable && args.length === 1) ? ['start', ...args] : args)
}

boot(process.argv.slice(2)).catch((thrown: unknown) => {
  console.error(`troupe: ${thrown instanceof Error ? thrown.message : String(thrown)}`)
  process.exitCode = 1
})
