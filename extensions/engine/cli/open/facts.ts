/** What this machine has for showing a window. Looks, and starts nothing. */
import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

export interface Browser {
  readonly name: string
  readonly path: string
  /** A snap sees only its own folder and the plain files of the home folder. */
  readonly snap: boolean
}

export interface WindowFacts {
  readonly platform: NodeJS.Platform
  readonly env: Readonly<Record<string, string | undefined>>
  /** The Neutralino binary of this platform, if it is there. */
  readonly neutralino: string | null
  /** Chromium-family browsers, the preferred one first. */
  readonly chromiums: readonly Browser[]
  /** The program that hands a link to the default browser. */
  readonly opener: string | null
  /** Running as root on a system where browsers refuse that. */
  readonly root: boolean
}

const LINUX_NAMES = [
  ['Chromium', 'chromium'],
  ['Chromium', 'chromium-browser'],
  ['Google Chrome', 'google-chrome'],
  ['Google Chrome', 'google-chrome-stable'],
  ['Brave', 'brave-browser'],
  ['Brave', 'brave'],
  ['Microsoft Edge', 'microsoft-edge'],
  ['Microsoft Edge', 'microsoft-edge-stable'],
  ['Vivaldi', 'vivaldi'],
] as const
const MAC_NAMES = ['Google Chrome', 'Chromium', 'Brave Browser', 'Microsoft Edge', 'Vivaldi']
const WINDOWS_PATHS = [
  ['Microsoft Edge', 'Microsoft\\Edge\\Application\\msedge.exe'],
  ['Google Chrome', 'Google\\Chrome\\Application\\chrome.exe'],
  ['Brave', 'BraveSoftware\\Brave-Browser\\Application\\brave.exe'],
  ['Chromium', 'Chromium\\Application\\chrome.exe'],
] as const

/** `root`: the folder with package.json; `bin/` in it holds the Neutralino binaries. */
export function lookAround(root: string, env: WindowFacts['env'] = process.env, platform: NodeJS.Platform = process.platform): WindowFacts {
  return {
    platform,
    env,
    neutralino: neutralinoBinary(root, platform),
    chromiums: findChromiums(env, platform),
    opener: findOpener(env, platform),
    root: platform === 'linux' && process.getuid?.() === 0,
  }
}

function neutralinoBinary(root: string, platform: NodeJS.Platform): string | null {
  const names: Partial<Record<NodeJS.Platform, string[]>> = {
    linux: [`neutralino-linux_${process.arch === 'arm' ? 'armhf' : process.arch}`],
    darwin: [`neutralino-mac_${process.arch}`, 'neutralino-mac_universal'],
    win32: ['neutralino-win_x64.exe'],
  }
  const found = (names[platform] ?? []).map((name) => join(root, 'bin', name)).find((path) => isProgram(path))
  return found ?? null
}

function findChromiums(env: WindowFacts['env'], platform: NodeJS.Platform): Browser[] {
  const candidates: (readonly [string, string | null])[] = []
  if (platform === 'darwin') {
    for (const folder of ['/Applications', join(homedir(), 'Applications')])
      for (const name of MAC_NAMES) candidates.push([name, join(folder, `${name}.app`, 'Contents', 'MacOS', name)])
  } else if (platform === 'win32') {
    const bases = [env.ProgramFiles, env['ProgramFiles(x86)'], env.LOCALAPPDATA].filter((base) => base !== undefined)
    for (const [name, path] of WINDOWS_PATHS) for (const base of bases) candidates.push([name, join(base, path)])
  } else for (const [name, program] of LINUX_NAMES) candidates.push([name, onPath(program, env)])
  return candidates.flatMap(([name, path]) => (path !== null && isProgram(path) ? [{ name, path, snap: isSnap(path) }] : []))
}

/** Windows opens links through its own library: `rundll32` takes the link as one argument, with no shell between. */
function findOpener(env: WindowFacts['env'], platform: NodeJS.Platform): string | null {
  if (platform === 'darwin') return isProgram('/usr/bin/open') ? '/usr/bin/open' : null
  if (platform === 'win32') return join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'rundll32.exe')
  return onPath('xdg-open', env)
}

/** Absolute folders of the PATH only: what lies in the working folder is not to be started. */
function onPath(program: string, env: WindowFacts['env']): string | null {
  const folders = (env.PATH ?? '').split(delimiter).filter((folder) => folder.startsWith('/'))
  return folders.map((folder) => join(folder, program)).find((path) => isProgram(path)) ?? null
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/** Snaps are links to /usr/bin/snap under /snap/bin, or (Ubuntu's chromium-browser) a script that starts one. */
function isSnap(path: string): boolean {
  const real = realpathSync(path)
  return path.startsWith('/snap/') || real.endsWith('/snap') || (path.endsWith('chromium-browser') && existsSync('/snap/bin/chromium'))
}
