/**
 * Builds what runs: the window (`dist/window`) and the engine's bundles (`dist/engine/*.js`),
 * and `dist/licences.json`, the licences of every package that went into either. `ensureBuilt` does nothing when
 * nothing changed since the last build.
 */
import { createHash } from 'node:crypto'
import { cpSync, existsSync, globSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type LicenceNote, licenceCollector } from './licences.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const STAMP = join(ROOT, 'dist', '.stamp')
const CONTRACT = /extensions[\\/]engine[\\/]contract[\\/]/
const SOURCES = ['src', 'extensions', 'resources', 'build', 'vite.config.ts', 'neutralino.config.json', 'package-lock.json']

/** Entry points of the engine: bundle name → source. A thread or a child is an entry of its own, since it starts from a file. */
function engineEntries(): Record<string, string> {
  const entries: Record<string, string> = { main: 'extensions/engine/main.ts', cli: 'extensions/engine/cli/main.ts' }
  for (const source of globSync('extensions/engine/{,*/}{thread,*-thread,*-child}.ts', { cwd: ROOT })) {
    entries[relative('extensions/engine', source).replaceAll(/[\\/]/g, '.').replace(/\.ts$/, '')] = source
  }
  return entries
}

/** Name, size and time of every source file: enough to see any edit, and cheap enough for each start. */
function fingerprint(): string {
  const hash = createHash('sha256')
  const walk = (path: string): void => {
    const stat = statSync(path, { throwIfNoEntry: false })
    if (!stat) return
    if (stat.isDirectory()) for (const name of readdirSync(path).sort()) walk(join(path, name))
    else hash.update(`${relative(ROOT, path)}\0${stat.size}\0${stat.mtimeMs}\n`)
  }
  for (const source of SOURCES) walk(join(ROOT, source))
  return hash.digest('hex')
}

async function buildEngine(notes: LicenceNote): Promise<void> {
  const { build } = await import('rolldown')
  await build({
    cwd: ROOT,
    input: engineEntries(),
    platform: 'node',
    // These find files of their own beside their code (a wasm module, worker scripts, native code), so they stay in node_modules.
    external: ['sql.js', 'pino', '@jitl/quickjs-wasmfile-release-sync', '@napi-rs/keyring', /^node:/],
    plugins: [licenceCollector(notes)],
    // A schema does nothing when it is made, so what a chunk does not use of the contract need not be made when that is loaded.
    treeshake: { moduleSideEffects: [{ test: CONTRACT, sideEffects: false }] },
    output: {
      dir: join(ROOT, 'dist/engine'),
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: 'chunks/[name]-[hash].js',
      // And each of its files is a chunk, so that who needs one document does not make them all.
      codeSplitting: {
        includeDependenciesRecursively: false,
        groups: [{ test: CONTRACT, name: (id) => `contract.${basename(id, '.ts')}` }],
      },
      minify: false,
      sourcemap: false,
    },
    logLevel: 'warn',
  })
}

async function buildWindow(notes: LicenceNote): Promise<void> {
  const { build } = await import('vite')
  await build({ configFile: join(ROOT, 'vite.config.ts'), logLevel: 'warn', plugins: [licenceCollector(notes)] })
}

/** Builds everything anew; answers the milliseconds each part took. */
export async function buildAll(): Promise<{ readonly engineMs: number; readonly windowMs: number }> {
  const stamp = fingerprint()
  rmSync(join(ROOT, 'dist'), { recursive: true, force: true })
  const notes: LicenceNote = new Map()
  const begun = performance.now()
  await buildEngine(notes)
  const between = performance.now()
  await buildWindow(notes)
  await packForNeutralino()
  const ended = performance.now()
  mkdirSync(dirname(STAMP), { recursive: true })
  writeFileSync(
    join(ROOT, 'dist/licences.json'),
    `${JSON.stringify(
      [...notes.values()].sort((a, b) => a.name.localeCompare(b.name)),
      null,
      1,
    )}\n`,
  )
  writeFileSync(STAMP, stamp)
  return { engineMs: Math.round(between - begun), windowMs: Math.round(ended - between) }
}

/**
 * The window and the configuration as one archive, which Neutralino's core takes them from. Without it the core serves the folder
 * itself, and whoever asks its port for `..` gets any file that we may read (seen on core 6.9).
 */
async function packForNeutralino(): Promise<void> {
  const { createPackage } = await import('@electron/asar')
  const packed = join(ROOT, 'dist', 'packed')
  const config = 'neutralino.config.json'
  rmSync(packed, { recursive: true, force: true })
  cpSync(join(ROOT, 'dist/window'), join(packed, 'dist/window'), { recursive: true })
  cpSync(join(ROOT, config), join(packed, config))
  await createPackage(packed, join(ROOT, 'resources.neu'))
  rmSync(packed, { recursive: true })
}

/** True when a build was needed and made. */
export async function ensureBuilt(say: (line: string) => void): Promise<boolean> {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === fingerprint()) return false
  say('Building Troupe (first start, or something changed) …')
  const took = await buildAll()
  say(`Built: engine ${(took.engineMs / 1000).toFixed(1)} s, window ${(took.windowMs / 1000).toFixed(1)} s.`)
  return true
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const took = await buildAll()
  console.log(`built: engine ${took.engineMs} ms, window ${took.windowMs} ms`)
}
