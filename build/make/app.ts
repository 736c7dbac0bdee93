/** What is inside a packed Troupe: the files of the built engine and window, and of the packages that stay outside the bundle. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, sep } from 'node:path'
import { createPackage } from '@electron/asar'
import { minified } from './minify.ts'
import { ROOT } from './root.ts'
import type { Target } from './targets.ts'

export interface AppContent {
  readonly bytes: Buffer
  readonly runs?: true
}
export type App = ReadonlyMap<string, AppContent>

/** Packages that find files of their own beside their code, with what is taken of each; `build.ts` leaves them outside the bundle. */
const OUTSIDE: Readonly<Record<string, RegExp>> = {
  'sql.js': /^dist\/sql-wasm\.(js|wasm)$/,
  pino: /^(pino|file|lib\/.*)\.js$/,
  '@jitl/quickjs-wasmfile-release-sync': /^dist\/(emscripten-module\.(mjs|cjs|wasm)|(index|ffi)\.m?js)$/,
  luxon: /^build\/global\/luxon\.min\.js$/,
  jmespath: /^jmespath\.js$/,
}
/** What those need, file by file of their own. */
const NEEDED = /^(?!.*(^|\/)(test|tests|bench|benchmarks|examples?|docs?|types?)\/).*\.(js|cjs|mjs|wasm|node)$/

export interface AppParts {
  readonly app: App
  /** Names of the packages outside the bundle. */
  readonly packages: readonly string[]
  /** What could not be put in, for the person who builds. */
  readonly missing: readonly string[]
}

/** `target`: with that system's core (and its native keyring), where they are here; undefined: what any system with a Node can run. */
export async function collectApp(target: Target | undefined, keyring: boolean): Promise<AppParts> {
  const files = new Map<string, AppContent>()
  const missing: string[] = []
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }
  put(files, 'package.json', Buffer.from(JSON.stringify({ name: 'troupe', version, type: 'module', private: true })))
  for (const path of filesBelow(join(ROOT, 'dist/engine'))) {
    const source = readFileSync(join(ROOT, 'dist/engine', path), 'utf8')
    put(files, `dist/engine/${path}`, Buffer.from(path.endsWith('.js') ? minified(path, source) : source))
  }
  for (const folder of ['dist/window', 'resources']) for (const path of filesBelow(join(ROOT, folder))) take(files, `${folder}/${path}`)
  take(files, 'dist/licences.json')
  // Who releases names where updates lie and which keys sign them; a build without it has no updater.
  if (process.env.TROUPE_RELEASE) put(files, 'release.json', readFileSync(process.env.TROUPE_RELEASE))
  const packages = new Set<string>()
  for (const [name, pattern] of Object.entries(OUTSIDE)) takePackage(files, packages, name, ROOT, pattern)
  if (target) {
    if (keyring) takeKeyring(files, packages, missing, target)
    await takeCore(files, missing, target)
  }
  return { app: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))), packages: [...packages].sort(), missing }
}

function put(files: Map<string, AppContent>, path: string, bytes: Buffer, runs?: true): void {
  files.set(path, { bytes, ...(runs ? { runs } : {}) })
}

function take(files: Map<string, AppContent>, path: string, runs?: true): void {
  put(files, path, readFileSync(join(ROOT, path)), runs)
}

/** Relative paths with `/`. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort()
}

function takePackage(files: Map<string, AppContent>, done: Set<string>, name: string, from: string, pattern: RegExp = NEEDED): void {
  const folder = folderOf(name, from)
  const inside = relative(ROOT, folder).split(sep).join('/')
  if (done.has(name)) return
  done.add(name)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>
  const kept = ['name', 'version', 'type', 'main', 'module', 'exports', 'browser'].flatMap((key) =>
    key in manifest ? [[key, manifest[key]]] : [],
  )
  put(files, `${inside}/package.json`, Buffer.from(JSON.stringify(Object.fromEntries(kept))))
  for (const path of filesBelow(folder)) if (!path.includes('node_modules/') && pattern.test(path)) take(files, `${inside}/${path}`)
  for (const needed of Object.keys((manifest.dependencies ?? {}) as object)) takePackage(files, done, needed, folder)
}

function folderOf(name: string, from: string): string {
  for (let at = from; ; at = dirname(at)) {
    const folder = join(at, 'node_modules', name)
    if (existsSync(join(folder, 'package.json'))) return folder
    if (dirname(at) === at) throw new Error(`${name} is not installed; run npm ci.`)
  }
}

function takeKeyring(files: Map<string, AppContent>, done: Set<string>, missing: string[], target: Target): void {
  const native = `@napi-rs/keyring-${target.keyring}`
  try {
    takePackage(files, done, native, ROOT)
    takePackage(files, done, '@napi-rs/keyring', ROOT, /^(index|keytar)\.js$/)
  } catch {
    missing.push(`${target.name}: no keyring (${native} is not installed here); the vault opens by passphrase or recovery code`)
  }
}

/** The core, with the archive that it takes the window from; its engine is started by the program itself, wherever that lies. */
async function takeCore(files: Map<string, AppContent>, missing: string[], target: Target): Promise<void> {
  if (!existsSync(join(ROOT, 'bin', target.neutralino))) {
    missing.push(`${target.name}: no Neutralino core (bin/${target.neutralino}); the window opens in a browser`)
    return
  }
  take(files, `bin/${target.neutralino}`, true)
  const folder = mkdtempSync(join(tmpdir(), 'troupe-make-'))
  try {
    cpSync(join(ROOT, 'dist/window'), join(folder, 'in/dist/window'), { recursive: true })
    writeFileSync(join(folder, 'in/neutralino.config.json'), coreConfig(readFileSync(join(ROOT, 'neutralino.config.json'), 'utf8')))
    await createPackage(join(folder, 'in'), join(folder, 'resources.neu'))
    put(files, 'resources.neu', readFileSync(join(folder, 'resources.neu')))
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The core starts the engine through a shell: by the variable that the boot sets, so that no path is written into the command. */
export function coreConfig(text: string): string {
  const config = JSON.parse(text) as { extensions: { id: string }[] }
  const unix = 'exec "$TROUPE_EXE" --engine'
  config.extensions = config.extensions.map(({ id }) => ({
    id,
    commandLinux: unix,
    commandDarwin: unix,
    commandWindows: '"%TROUPE_EXE%" --engine',
  }))
  return JSON.stringify(config)
}
