/** Each thing that is looked for: how, what is said when it is there, and what to do when it is not. */
import type { PreflightItem } from '#contract'
import { messageOf } from '#core'
import type { PreflightPorts } from './ports.ts'

export interface Check {
  readonly id: string
  readonly title: string
  readonly run: (ports: PreflightPorts, signal: AbortSignal) => Promise<Finding>
}
type Finding = Pick<PreflightItem, 'state' | 'found' | 'todo'>

const ok = (found: string): Finding => ({ state: 'ok', found, todo: '' })
const notChecked = (found: string): Finding => ({ state: 'not-checked', found, todo: '' })
const missing = (found: string, todo: string): Finding => ({ state: 'missing', found, todo })
const blocked = (found: string, todo: string): Finding => ({ state: 'blocked', found, todo })
const warning = (found: string, todo: string): Finding => ({ state: 'warning', found, todo })

const AGENTS = [
  ['claude', 'Claude Code'],
  ['codex', 'Codex'],
  ['gemini', 'Gemini CLI'],
  ['goose', 'Goose'],
  ['opencode', 'opencode'],
] as const

const agents: readonly Check[] = AGENTS.map(([program, title]) => ({
  id: `agent-${program}`,
  title,
  async run({ machine }) {
    const path = await machine.findProgram(program)
    return path
      ? ok(path)
      : missing(`no program "${program}" on the PATH`, `Only needed for personas that use ${title}: install it, then look again.`)
  },
}))

function localServer(id: string, title: string, port: (ports: PreflightPorts) => number, path: string, todo: string): Check {
  return {
    id,
    title,
    async run(ports, signal) {
      const at = port(ports)
      const status = await ports.machine.loopbackStatus(at, path, signal)
      if (status === undefined) return missing(`nothing listens on port ${at}`, todo)
      return status === 200
        ? ok(`answers on port ${at}`)
        : warning(`port ${at} answers with ${status}`, `Something else may use that port; ${title} answers ${path} with 200.`)
    },
  }
}

const servers: readonly Check[] = [
  localServer(
    'ollama',
    'Ollama',
    (ports) => ports.ollamaPort ?? 11_434,
    '/api/version',
    'For models on this machine: install Ollama and start it.',
  ),
  localServer(
    'lmstudio',
    'LM Studio',
    (ports) => ports.lmStudioPort ?? 1234,
    '/v1/models',
    'For models on this machine: start LM Studio’s local server.',
  ),
]

const KEYS = ['ANTHROPIC_API_KEY', 'OPENAI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GEMINI_API_KEY'] as const

const keys: Check = {
  id: 'keys',
  title: 'Keys in the environment',
  async run({ machine }) {
    const set = KEYS.filter((name) => machine.hasEnv(name))
    return set.length > 0
      ? ok(set.join(', '))
      : missing(`none of ${KEYS.join(', ')} is set`, 'Only needed for a provider’s models: set its variable and start Troupe again.')
  },
}

const keyring: Check = {
  id: 'keyring',
  title: 'Keyring',
  async run(ports, signal) {
    const { machine } = ports
    const todo =
      'Only needed to open the vault without its passphrase: run a Secret Service (gnome-keyring, KWallet, KeePassXC) in this session, then add the way in: troupe vault slots add keyring.'
    if (isLinux(ports)) {
      const names = await machine.busNames(signal)
      if (names === 'no-bus') return missing('there is no session bus', todo)
      if (names === 'silent') return notChecked('the session bus does not answer')
      if (!names.owned.includes(SECRETS) && !names.startable.includes(SECRETS))
        return missing('the session bus knows no Secret Service', todo)
    }
    const { available, detail } = await ports.keyring(signal)
    switch (available) {
      case 'yes':
        return ok('it answers, and can open the vault')
      case 'locked':
        return warning(`it is locked: ${detail}`, 'Unlock it with its own password; the vault’s passphrase works meanwhile.')
      case 'no':
        return missing(detail, todo)
    }
  },
}

/** Of a session that may have a bus: Linux and its like. */
const isLinux = ({ machine }: PreflightPorts): boolean => machine.platform !== 'darwin' && machine.platform !== 'win32'

const SECRETS = 'org.freedesktop.secrets'

const bus: Check = {
  id: 'session-bus',
  title: 'Session bus (D-Bus)',
  async run(ports, signal) {
    if (!isLinux(ports)) return notChecked('this system has none')
    const names = await ports.machine.busNames(signal)
    if (names === 'no-bus')
      return missing(
        'there is none',
        'Only needed for notifications, the tray and the keyring: start Troupe from within your desktop’s session.',
      )
    if (names === 'silent') return warning('it does not answer', 'Notifications, tray and keyring need it: log out and in again.')
    return ok(`it answers, with ${names.owned.length} names on it`)
  },
}

/** Something that desktops bring, found by its name on the bus. */
function onBus(id: string, title: string, name: string, todo: string): Check {
  return {
    id,
    title,
    async run(ports, signal) {
      if (!isLinux(ports)) return notChecked('this system shows it by itself; it was not tried')
      const names = await ports.machine.busNames(signal)
      if (names === 'no-bus' || names === 'silent') return missing('no session bus answers', todo)
      if (names.owned.includes(name)) return ok('a program for it runs')
      return names.startable.includes(name) ? ok('a program for it is started when it is needed') : missing('no program for it runs', todo)
    },
  }
}

const notifications = onBus(
  'notifications',
  'Notifications',
  'org.freedesktop.Notifications',
  'The window keeps them all the same. For the desktop to show them, run one of its programs for it, such as dunst or mako.',
)

const tray = onBus(
  'tray',
  'Tray',
  'org.kde.StatusNotifierWatcher',
  'Only needed for an icon in the tray. GNOME has it with the extension AppIndicator; without it, a second start shows the window again.',
)

const WEBKIT_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib', '/usr/local/lib']
const WEBKIT_FILES = ['libwebkit2gtk-4.1.so.0', 'libwebkit2gtk-4.0.so.37']

const webkit: Check = {
  id: 'webkit',
  title: 'WebKit',
  async run({ machine }) {
    if (machine.platform !== 'linux') return notChecked('it is a part of this system, or its browser is used')
    for (const folder of WEBKIT_FOLDERS)
      for (const file of WEBKIT_FILES) if (await machine.fileExists(`${folder}/${file}`)) return ok(`${folder}/${file}`)
    return missing('no libwebkit2gtk in the usual folders', 'Only needed for the Neutralino window: install libwebkit2gtk-4.1-0.')
  },
}

const ports: Check = {
  id: 'ports',
  title: 'Ports',
  async run({ machine }) {
    try {
      await machine.listens()
      return ok('a port of 127.0.0.1 can be opened')
    } catch (thrown) {
      return blocked(
        `no port of 127.0.0.1 can be opened: ${messageOf(thrown)}`,
        'The window needs one: look for a firewall or a sandbox that forbids it.',
      )
    }
  },
}

/** So much may a folder's newest change lie ahead of the clock; file systems round. */
const AHEAD_MS = 5 * 60_000

const clock: Check = {
  id: 'clock',
  title: 'Clock',
  async run({ machine, dataDir }) {
    const now = machine.now()
    const newest = await machine.newestChange(dataDir)
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
    if (newest - now > AHEAD_MS)
      return warning(
        `it says ${new Date(now).toISOString().slice(0, 16)}Z, and the data folder was changed ${new Date(newest).toISOString().slice(0, 16)}Z`,
        'It was set back, or was ahead before: set it right, or schedules and one-time codes go wrong.',
      )
    return ok(`${new Date(now).toISOString().slice(0, 16)}Z, zone ${zone}`)
  },
}

const network: Check = {
  id: 'network',
  title: 'Network to your providers',
  async run({ machine, providers }, signal) {
    const all = await providers()
    if (all.length === 0) return notChecked('no provider is set up')
    const tried = await Promise.all(
      all.map(async ({ label, url }) => {
        const { hostname, port, protocol } = new URL(url)
        const at = Number(port) || (protocol === 'https:' ? 443 : 80)
        const why = await machine.connects(hostname, at, signal).then(() => undefined, messageOf)
        return { label, why }
      }),
    )
    const failed = tried.filter(({ why }) => why !== undefined)
    if (failed.length === 0) return ok(`a connection opens to ${all.map(({ label }) => label).join(', ')}`)
    return warning(
      failed.map(({ label, why }) => `${label}: ${why}`).join('; '),
      'Look at the network, or whether the server runs; the key was not tried.',
    )
  },
}

const MIB = 1024 * 1024

const disk: Check = {
  id: 'disk',
  title: 'Free disk space',
  async run({ machine, dataDir }) {
    const free = await machine.freeBytes(dataDir)
    const found = `${free >= 10 * 1024 * MIB ? `${Math.floor(free / (1024 * MIB))} GiB` : `${Math.floor(free / MIB)} MiB`} free for the data folder`
    return free >= 1024 * MIB
      ? ok(found)
      : warning(found, 'Make room: Troupe refuses to save when the disk is full. The disk guardian template finds what fills it.')
  },
}

const permissions: Check = {
  id: 'data-folder',
  title: 'Data folder',
  async run({ machine, dataDir }) {
    const { mode, ours, writable } = await machine.folderAccess(dataDir)
    if (!writable)
      return blocked(`${dataDir} cannot be written`, 'Give yourself the right to write there, or choose another folder with --data.')
    if (machine.platform === 'win32') return ok(dataDir)
    if (!ours) return warning(`${dataDir} belongs to another user`, 'Choose a folder of your own with --data.')
    return (mode & 0o077) === 0 ? ok(dataDir) : warning(`others on this machine may look into ${dataDir}`, `Close it: chmod 700 ${dataDir}`)
  },
}

const windows: Check = {
  id: 'browser',
  title: 'Browser for the window',
  async run({ machine, browsers, neutralinoPath }) {
    for (const name of browsers) {
      const path = await machine.findProgram(name)
      if (path) return ok(path)
    }
    if (machine.platform === 'darwin' || machine.platform === 'win32')
      return { state: 'not-checked', found: 'none on the PATH; the default browser is used', todo: '' }
    if (await machine.fileExists(neutralinoPath))
      return missing('no Chromium-family browser on the PATH', 'Not needed: Troupe has a window of its own here.')
    return warning(
      'no Chromium-family browser on the PATH',
      'The default browser is used; with Chromium or Chrome, Troupe gets a window of its own.',
    )
  },
}

const neutralino: Check = {
  id: 'neutralino',
  title: 'Neutralino window',
  async run({ machine, neutralinoPath }) {
    return (await machine.fileExists(neutralinoPath))
      ? ok(neutralinoPath)
      : missing('its binary is not here', 'Fetch it with `npx @neutralinojs/neu update`, or use the browser’s app window.')
  },
}

const git: Check = {
  id: 'git',
  title: 'git',
  async run({ machine }) {
    const path = await machine.findProgram('git')
    return path ? ok(path) : missing('no program "git" on the PATH', 'Only needed for personas that work in repositories: install git.')
  },
}

/** In the order in which they are shown. */
export const CHECKS: readonly Check[] = [
  ...[permissions, disk, clock, ports, network, ...servers, keys, ...agents],
  ...[bus, keyring, notifications, tray, windows, neutralino, webkit, git],
]
