/** Each thing that is looked for: how, what is said when it is there, and what to do when it is not. */
import type { PreflightItem } from '#contract'
import type { PreflightPorts } from './ports.ts'

export interface Check {
  readonly id: string
  readonly title: string
  readonly run: (ports: PreflightPorts, signal: AbortSignal) => Promise<Finding>
}
type Finding = Pick<PreflightItem, 'state' | 'found' | 'todo'>

const ok = (found: string): Finding => ({ state: 'ok', found, todo: '' })
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
    if (machine.platform !== 'darwin' && machine.platform !== 'win32')
      switch (await machine.secretService(signal)) {
        case 'there':
          break
        case 'absent':
          return missing('the session bus knows no Secret Service', todo)
        case 'no-bus':
          return missing('there is no session bus', todo)
        case 'unknown':
          return {
            state: 'not-checked',
            found: 'the session bus could not be asked (neither gdbus nor busctl nor dbus-send is here)',
            todo: '',
          }
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
export const CHECKS: readonly Check[] = [permissions, disk, ...servers, keys, ...agents, keyring, windows, neutralino, git]
