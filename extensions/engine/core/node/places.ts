/**
 * Where everything lies: the data folder (kept), and the runtime folder (socket, address and token of the running engine; 0700).
 * The engine, the command line and the tests ask here and nowhere else.
 */
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { TroupeError } from '#core'
import { findLayout } from './layout.ts'
import { programPlace } from './program-place.ts'

/** Bytes of a Unix socket's path that the systems allow (sun_path less its closing zero byte). */
const SOCKET_PATH_BYTES = process.platform === 'darwin' ? 102 : 107

export interface PlaceOptions {
  /** The data folder; before TROUPE_DATA, which comes before `troupe-data` beside the program (where there is one) and the platform's own place. */
  readonly data?: string | undefined
  /** `troupe-data` beside the program, made when it is not there. Default: only when it is there. */
  readonly portable?: boolean
  /** Where the program lies; found by default. */
  readonly root?: string
  /** The environment that is asked; the process's own by default. */
  readonly env?: NodeJS.ProcessEnv
}

export interface Places {
  readonly dataDir: string
  readonly storeDir: string
  /** The vault's header and its count of wrong tries; the sealed values lie in the store. */
  readonly vaultDir: string
  readonly runsDir: string
  readonly workspacesDir: string
  /** Workspaces of drafts that belong to no persona, each while its run lives. */
  readonly draftsDir: string
  readonly trashDir: string
  readonly logDir: string
  /** Port and page path of the last start, 0600; tried first at the next, so that an open page finds the engine again. */
  readonly doorPath: string
  /** Where the database is exported to; made when it is first needed. */
  readonly exportsDir: string
  /** 0700, ours, no link: socket, address and token of the running engine. */
  readonly runtimeDir: string
  /** Unix socket, or named pipe on Windows. */
  readonly socketPath: string
  /** JSON: EngineInfo. There only while an engine runs (or after one was killed). */
  readonly infoPath: string
  /** The command line's token of this start, 0600. */
  readonly tokenPath: string
}

/** What the running engine writes down for its clients on this machine. */
export interface EngineInfo {
  readonly pid: number
  readonly port: number
  readonly socketPath: string
  readonly version: string
  readonly startedAt: number
}

/** A folder of that name beside the program makes it portable: what it keeps goes where it goes. `portable`: also when it is yet to be made. */
function portableFolder({ root, portable }: PlaceOptions): string | undefined {
  const folder = join(root ?? programPlace()?.folder ?? findLayout(import.meta.url).root, 'troupe-data')
  if (portable) return folder
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ? folder : undefined
}

/** The places of one data folder. Touches nothing but the names of links on the way. */
export function findPlaces(options: PlaceOptions = {}): Places {
  const env = options.env ?? process.env
  // --portable is a person's word for this start, as --data is; the variable is not.
  const asked = options.data ?? (options.portable ? undefined : env.TROUPE_DATA || undefined)
  const dataDir = realName(resolve(asked ?? portableFolder(options) ?? envPaths('troupe', { suffix: '' }).data))
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 12)
  const runtimeDir = runtimeFolder(env, dataDir, hash)
  return {
    dataDir,
    storeDir: join(dataDir, 'store'),
    vaultDir: join(dataDir, 'vault'),
    runsDir: join(dataDir, 'runs'),
    workspacesDir: join(dataDir, 'workspaces'),
    draftsDir: join(dataDir, 'drafts'),
    trashDir: join(dataDir, 'trash'),
    logDir: join(dataDir, 'log'),
    doorPath: join(dataDir, 'last-door'),
    exportsDir: join(dataDir, 'exports'),
    runtimeDir,
    socketPath: process.platform === 'win32' ? `\\\\.\\pipe\\troupe-${hash}` : join(runtimeDir, 'engine.sock'),
    infoPath: join(runtimeDir, 'engine.json'),
    tokenPath: join(runtimeDir, 'token'),
  }
}

/** Makes the folders that an engine needs, each 0700; REFUSED when the runtime folder is not safely ours, DISK when one cannot be made. */
export function makePlaces(places: Places): void {
  const { dataDir, storeDir, vaultDir, runsDir, workspacesDir, trashDir, logDir } = places
  for (const folder of [dataDir, storeDir, vaultDir, runsDir, workspacesDir, trashDir, logDir]) makeFolder(folder)
  makeFolder(places.runtimeDir)
  checkPrivate(places.runtimeDir)
}

/**
 * The address and token of the engine that runs on this data folder; undefined when none wrote them down. An engine that was killed
 * leaves them behind: only a connection tells whether it lives. REFUSED when the folder is not safely ours.
 */
export function connectInfo(places: Places): (EngineInfo & { readonly token: string }) | undefined {
  let info: EngineInfo
  let token: string
  try {
    info = JSON.parse(readFileSync(places.infoPath, 'utf8')) as EngineInfo
    token = readFileSync(places.tokenPath, 'utf8').trim()
  } catch {
    return undefined
  }
  checkPrivate(places.runtimeDir)
  return { ...info, token }
}

function makeFolder(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw new TroupeError('DISK', `The folder ${path} cannot be made: ${(cause as Error).message}`, {
      hint: 'Give Troupe another data folder with --data or TROUPE_DATA.',
      cause,
    })
  }
}

/** A foreign folder, an open one or a link could hand our token, or our clients, to somebody else. */
function checkPrivate(path: string): void {
  if (process.platform === 'win32') return
  const found = lstatSync(path)
  const uid = userInfo().uid
  const wrong = !found.isDirectory()
    ? 'it is not a folder'
    : found.uid !== uid
      ? `it belongs to user ${found.uid}, not to ${uid}`
      : (found.mode & 0o077) !== 0
        ? `others may enter it (mode ${(found.mode & 0o777).toString(8)}, expected 700)`
        : undefined
  if (wrong !== undefined)
    throw new TroupeError('REFUSED', `The folder ${path} is not safe for the engine's socket: ${wrong}.`, {
      hint: 'Remove that folder, or point XDG_RUNTIME_DIR to a folder of your own.',
    })
}

function runtimeFolder(env: NodeJS.ProcessEnv, dataDir: string, hash: string): string {
  if (process.platform === 'win32') return join(dataDir, 'run')
  const base = env.XDG_RUNTIME_DIR
  const own = `troupe-${userInfo().uid}-${hash}`
  const candidates = [join(tmpdir(), own), join('/tmp', own)]
  if (base !== undefined && isAbsolute(base) && isFolder(base)) candidates.unshift(join(base, `troupe-${hash}`))
  const fits = candidates.find((folder) => Buffer.byteLength(join(folder, 'engine.sock')) <= SOCKET_PATH_BYTES)
  return fits ?? join('/tmp', own)
}

function isFolder(path: string): boolean {
  try {
    return lstatSync(realpathSync(path)).isDirectory()
  } catch {
    return false
  }
}

/** The path with its links resolved as far as it exists, so that two names of one folder are one engine. */
function realName(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(realName(parent), basename(path))
  }
}
