/** Questions about this machine that no room asks by itself. Nothing here changes anything. */
import { constants } from 'node:fs'
import { access, readdir, stat, statfs } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'
import { connectSessionBus, sessionBusAddress } from './session-bus.ts'

/** Browsers of the Chromium family, by program name, in the order in which they are tried. */
export const CHROMIUM_NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'brave-browser',
  'brave',
  'microsoft-edge',
  'microsoft-edge-stable',
  'vivaldi',
] as const

/** The first file of this name on the PATH that may be run; undefined: none. Relative entries of the PATH are passed over. */
export async function findProgram(name: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const endings = process.platform === 'win32' ? (env.PATHEXT ?? '.EXE;.CMD;.BAT').split(';') : ['']
  for (const folder of (env.PATH ?? '').split(delimiter).filter(isAbsolute))
    for (const ending of endings) {
      const path = join(folder, name + ending)
      if (await isProgram(path)) return path
    }
  return undefined
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

/** Answers of this machine for the preflight room. */
export function systemMachine(env: NodeJS.ProcessEnv) {
  return {
    platform: process.platform,
    hasEnv: (name: string) => Boolean(env[name]?.trim()),
    findProgram: (name: string) => findProgram(name, env),
    loopbackStatus,
    async freeBytes(folder: string) {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
    async folderAccess(folder: string) {
      const found = await stat(folder)
      const writable = await access(folder, constants.W_OK).then(
        () => true,
        () => false,
      )
      return { mode: found.mode & 0o777, ours: process.platform === 'win32' || found.uid === userInfo().uid, writable }
    },
    busNames: (signal: AbortSignal) => busNames(env, signal),
    now: () => Date.now(),
    ...{ listens, connects, newestChange },
    fileExists: (path: string) =>
      access(path).then(
        () => true,
        () => false,
      ),
  }
}

function loopbackStatus(port: number, path: string, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    // Here, and not imported above: that would load Node's whole undici at each start.
    const asked = process.getBuiltinModule('node:http').request({ host: '127.0.0.1', port, path, signal, agent: false }, (response) => {
      response.destroy()
      resolve(response.statusCode)
    })
    asked.on('error', (error: NodeJS.ErrnoException) => (error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error)))
    asked.end()
  })
}

async function busNames(env: NodeJS.ProcessEnv, signal: AbortSignal) {
  const address = sessionBusAddress(env)
  if (address === undefined) return 'no-bus' as const
  const gone = new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }))
  gone.catch(() => undefined)
  try {
    const bus = await Promise.race([connectSessionBus(address), gone])
    try {
      const names = async (member: string) => (await Promise.race([bus.call({ ...BUS, member }), gone])).body[0] as string[]
      return { owned: await names('ListNames'), startable: await names('ListActivatableNames') }
    } finally {
      bus.close()
    }
  } catch {
    return 'silent' as const
  }
}

const BUS = { destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus', interface: 'org.freedesktop.DBus' } as const

function listens(): Promise<void> {
  return new Promise((resolve, reject) => {
    const server = process.getBuiltinModule('node:net').createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => server.close(() => resolve()))
  })
}

function connects(host: string, port: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = process.getBuiltinModule('node:net').connect({ host, port, signal })
    socket.once('connect', () => {
      socket.destroy()
      resolve()
    })
    socket.once('error', reject)
  })
}

async function newestChange(folder: string): Promise<number> {
  const names = await readdir(folder)
  const times = await Promise.all(
    names.map((name) =>
      stat(join(folder, name)).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    ),
  )
  return Math.max(0, ...times)
}
