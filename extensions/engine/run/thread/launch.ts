/** Starts a command's program: no shell, its own process group, only the environment that it may have. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { basename, isAbsolute, join, resolve } from 'node:path'
import type { CommandBody } from '#contract'
import { childEnvironment, messageOf, type RunJob } from '#core'

export interface Launch {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
}

export type Started = { readonly ok: true; readonly child: ChildProcess } | { readonly ok: false; readonly message: string }

export function planLaunch(command: CommandBody, workspaceDir: string): Launch {
  return { program: homed(command.program), args: command.args, cwd: folderOf(command.cwd, workspaceDir) }
}

/** Programs whose first argument is the program that a person means. */
const INTERPRETERS = /^(node|nodejs|python[\d.]*|ruby|perl|php|sh|bash|dash|zsh)(\.exe)?$/i

/** What a person calls it: its last name without the folders, and the script's where an interpreter runs one. */
export function programName({ program, args: [script = ''] }: Launch): string {
  const name = lastName(program)
  return INTERPRETERS.test(name) && script !== '' && !/^-|[\r\n]/.test(script) ? lastName(script) : name
}

/** Either separator, since a document may have been written on another system. */
const lastName = (path: string): string => basename(path.replaceAll('\\', '/')) || path

/** Answers once the program runs, or says in a sentence why it does not. */
export function launch(plan: Launch, command: CommandBody, job: RunJob): Promise<Started> {
  const refusal = refusalOf(plan, job.workspaceDir)
  if (refusal) return Promise.resolve({ ok: false, message: refusal })
  return new Promise((answer) => {
    const fail = (thrown: unknown): void => answer({ ok: false, message: spawnProblem(plan, thrown) })
    try {
      const child = spawn(plan.program, plan.args, {
        cwd: plan.cwd,
        env: childEnvironment({ engine: process.env, own: { ...command.env, ...job.lent?.env }, marks: job.childEnv ?? {}, desktop: true }),
        stdio: [command.stdin === 'input' ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        shell: false,
        // Its own group (POSIX), so that one signal reaches all that it starts.
        detached: process.platform !== 'win32',
        windowsHide: true,
      })
      child.once('error', fail)
      child.once('spawn', () => {
        child.off('error', fail)
        child.on('error', () => undefined)
        answer({ ok: true, child })
      })
    } catch (thrown) {
      fail(thrown)
    }
  })
}

const homed = (path: string): string => (path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path)

function folderOf(cwd: string, workspaceDir: string): string {
  if (cwd === '') return workspaceDir
  const folder = homed(cwd)
  return isAbsolute(folder) ? folder : resolve(workspaceDir, folder)
}

function refusalOf(plan: Launch, workspaceDir: string): string | undefined {
  if (plan.program.trim() === '') return 'No program is set. Write one into the persona: a name on the PATH or an absolute path.'
  try {
    if (plan.cwd === workspaceDir) mkdirSync(workspaceDir, { recursive: true })
    if (statSync(plan.cwd).isDirectory()) return undefined
  } catch {
    // Said below.
  }
  return `The working folder "${plan.cwd}" is not a folder. Make it, or set another one in the persona.`
}

function spawnProblem(plan: Launch, thrown: unknown): string {
  const code = (thrown as NodeJS.ErrnoException).code
  const named = plan.program.includes('/') || plan.program.includes('\\')
  if (code === 'ENOENT') {
    return named
      ? `The program "${plan.program}" does not exist. Check its path in the persona.`
      : `The program "${plan.program}" was not found on the PATH. Install it, or write its absolute path into the persona.`
  }
  if (code === 'EACCES')
    return `The program "${plan.program}" may not be executed. Give it permission to run (chmod +x), or choose another.`
  if (code === 'E2BIG') return `The arguments of "${plan.program}" are longer than the system allows. Pass long text on standard input.`
  return `The program "${plan.program}" could not be started: ${messageOf(thrown)}.`
}
