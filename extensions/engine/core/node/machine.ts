/** Questions about this machine that no room asks by itself. Nothing here changes anything. */
import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { access, stat, statfs } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { delimiter, isAbsolute, join } from 'node:path'

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
    secretService: (signal: AbortSignal) => secretService(env, signal),
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

/** Three programs that can ask the session bus; each answers with the word `true` or `false`. None of them starts the service. */
const BUS_QUESTIONS = [
  [
    'gdbus',
    'call',
    '--session',
    '--dest',
    'org.freedesktop.DBus',
    '--object-path',
    '/org/freedesktop/DBus',
    '--method',
    'org.freedesktop.DBus.NameHasOwner',
    'org.freedesktop.secrets',
  ],
  [
    'busctl',
    '--user',
    'call',
    'org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus',
    'NameHasOwner',
    's',
    'org.freedesktop.secrets',
  ],
  [
    'dbus-send',
    '--session',
    '--print-reply',
    '--dest=org.freedesktop.DBus',
    '/org/freedesktop/DBus',
    'org.freedesktop.DBus.NameHasOwner',
    'string:org.freedesktop.secrets',
  ],
] as const

async function secretService(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<'there' | 'no-bus' | 'absent' | 'unknown'> {
  const socket = env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, 'bus') : undefined
  const bus = Boolean(env.DBUS_SESSION_BUS_ADDRESS) || (socket !== undefined && (await stat(socket).catch(() => undefined)) !== undefined)
  if (!bus) return 'no-bus'
  for (const [name, ...args] of BUS_QUESTIONS) {
    const program = await findProgram(name, env)
    if (!program) continue
    const answer = await outputOf(program, args, env, signal)
    if (/\btrue\b/.test(answer)) return 'there'
    if (/\bfalse\b/.test(answer)) return 'absent'
  }
  return 'unknown'
}

function outputOf(program: string, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'], env, signal })
    child.stdout.on('data', (chunk: Buffer) => {
      if (text.length < 10_000) text += chunk.toString()
    })
    child.on('error', () => resolve(''))
    child.on('close', () => resolve(text))
  })
}
