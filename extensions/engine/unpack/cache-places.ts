/** Which folders may hold the unpacked program, the preferred one first. */
import { statSync } from 'node:fs'
import { homedir, tmpdir, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'

export interface CachePlace {
  readonly folder: string
  readonly why: string
}

export interface CacheFacts {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder with the program. */
  readonly programFolder: string
  /** Asked for with --portable. */
  readonly portable: boolean
}

/** With `troupe-data` beside the program nothing is left on the machine; a read-only one is passed over by who tries. */
export function cachePlaces({ platform, env, programFolder, portable }: CacheFacts): readonly CachePlace[] {
  const places: CachePlace[] = []
  const data = join(programFolder, 'troupe-data')
  if (portable || statSync(data, { throwIfNoEntry: false })?.isDirectory())
    places.push({ folder: join(data, 'cache'), why: 'beside the program' })
  const own = platformCache(platform, env)
  if (own !== undefined) places.push({ folder: join(own, 'troupe'), why: "this system's place for caches" })
  places.push({ folder: join(tmpdir(), `troupe-cache-${userName(platform)}`), why: 'the folder for temporary files' })
  return places
}

function platformCache(platform: NodeJS.Platform, env: CacheFacts['env']): string | undefined {
  const home = homedir()
  if (!isAbsolute(home)) return undefined
  if (platform === 'win32') return env.LOCALAPPDATA ?? join(home, 'AppData', 'Local')
  if (platform === 'darwin') return join(home, 'Library', 'Caches')
  const asked = env.XDG_CACHE_HOME
  return asked !== undefined && isAbsolute(asked) ? asked : join(home, '.cache')
}

function userName(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'own' : String(userInfo().uid)
}
