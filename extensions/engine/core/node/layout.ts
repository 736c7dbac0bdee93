/** Where Troupe's own files are: the folder with package.json, and the modules that threads start from, from source or from a bundle. */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { TroupeError } from '#core'

export interface Layout {
  /** The folder with package.json. */
  readonly root: string
  readonly version: string
  /** The built window; undefined: it is not built. */
  readonly windowDir: string | undefined
  /** Programs that ship with Troupe, for command personas. */
  readonly programsDir: string
  /** Where Neutralino's binary of this machine lies once it was fetched. */
  readonly neutralinoPath: string
  /** The module that a thread or a program starts from: its source below extensions/engine, or its bundle (`store/thread.ts` → `store.thread.js`) when we run from one. */
  module(source: `${string}.ts`): URL
}

/** `here`: import.meta.url of any module of ours. */
export function findLayout(here: string): Layout {
  const file = fileURLToPath(here)
  const root = rootAbove(dirname(file))
  const bundled = file.endsWith('.js')
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const windowDir = join(root, 'dist/window')
  const system = { linux: 'linux', darwin: 'mac', win32: 'win' }[process.platform as string] ?? process.platform
  const ending = process.platform === 'win32' ? '.exe' : ''
  return {
    root,
    version,
    windowDir: existsSync(join(windowDir, 'index.html')) ? windowDir : undefined,
    programsDir: join(root, 'resources/programs'),
    neutralinoPath: join(root, 'bin', `neutralino-${system}_${process.arch}${ending}`),
    module: (source) =>
      pathToFileURL(
        bundled ? join(root, 'dist/engine', source.replaceAll('/', '.').replace(/\.ts$/, '.js')) : join(root, 'extensions/engine', source),
      ),
  }
}

function rootAbove(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const manifest = join(at, 'package.json')
    if (existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name === 'troupe') return at
    if (dirname(at) === at)
      throw new TroupeError('MISSING', `Troupe's package.json was not found above ${folder}.`, { hint: 'Install Troupe again.' })
  }
}
