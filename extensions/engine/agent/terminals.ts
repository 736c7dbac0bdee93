/** Terminals that an agent asks for: programs from the persona's list, without a shell, in the workspace; all of them end with the session. */
import { type ChildProcess, spawn } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import type { AgentBody } from '#contract'
import { type BodyIo, type RunJob, TroupeError } from '#core'
import { agentEnvironment } from './child.ts'
import type { AgentBodyPorts } from './ports.ts'
import type { ToolSteps } from './tool-steps.ts'

const TERMINALS = 16
const OUTPUT_BYTES = 256 * 1024

interface Terminal {
  readonly child: ChildProcess
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>
  exit: { readonly exitCode: number | null; readonly signal: string | null } | null
  output: Buffer
  truncated: boolean
}

export interface TerminalAsk {
  readonly command: string
  readonly args: readonly string[]
  readonly cwd: string | null
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly outputBytes: number | null
}

export class Terminals {
  readonly #terminals = new Map<string, Terminal>()
  readonly #at: {
    readonly job: RunJob
    readonly body: AgentBody
    readonly io: BodyIo
    readonly steps: ToolSteps
    readonly ports: AgentBodyPorts
  }
  #last = 0

  constructor(at: {
    readonly job: RunJob
    readonly body: AgentBody
    readonly io: BodyIo
    readonly steps: ToolSteps
    readonly ports: AgentBodyPorts
  }) {
    this.#at = at
  }

  /** REFUSED by the list, the workspace or the gate; FULL; MISSING. */
  async create(ask: TerminalAsk): Promise<string> {
    const { job, body, ports, steps } = this.#at
    if (this.#terminals.size >= TERMINALS) throw new TroupeError('FULL', `There are ${TERMINALS} terminals already; release one first.`)
    const own = Object.fromEntries(ask.env.map(({ name, value }) => [name, value]))
    const env = agentEnvironment(job, { ...body.env, ...own }, ports)
    const path = await ports.allowedProgram(ask.command, body.commands, env)
    const cwd = await insideWorkspace(ask.cwd, job.workspaceDir)
    const args = { program: ask.command, args: [...ask.args], cwd: relative(job.workspaceDir, cwd) }
    return steps.take({ title: 'terminal', args, safety: 'unsafe' }, async (given) => {
      const changed = Array.isArray(given.args) ? given.args.map(String) : []
      return this.#start(path, changed, cwd, env, ask.outputBytes)
    })
  }

  output(id: string) {
    const { output, truncated, exit } = this.#of(id)
    return { output: this.#at.ports.redactor.text(output.toString('utf8')), truncated, ...(exit ? { exitStatus: exit } : {}) }
  }

  waitForExit(id: string) {
    return this.#of(id).ended
  }

  async kill(id: string): Promise<void> {
    await this.#end(this.#of(id))
  }

  async release(id: string): Promise<void> {
    const terminal = this.#of(id)
    this.#terminals.delete(id)
    await this.#end(terminal)
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#terminals.keys()].map((id) => this.release(id)))
  }

  async #start(
    path: string,
    args: readonly string[],
    cwd: string,
    env: Readonly<Record<string, string>>,
    outputBytes: number | null,
  ): Promise<string> {
    const { io } = this.#at
    const child = spawn(path, [...args], {
      cwd,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: false,
      detached: process.platform !== 'win32',
    })
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (cause) => reject(new TroupeError('MISSING', `The program could not be started: ${cause.message}`, { cause })))
    })
    const pid = child.pid as number
    io.child(pid, 'started')
    child.on('error', () => undefined)
    const { promise: ended, resolve } = Promise.withResolvers<NonNullable<Terminal['exit']>>()
    const terminal: Terminal = { child, ended, exit: null, output: Buffer.alloc(0), truncated: false }
    const limit = Math.min(outputBytes ?? OUTPUT_BYTES, OUTPUT_BYTES)
    for (const source of [child.stdout, child.stderr]) {
      const clean = this.#at.ports.redactor.stream()
      source?.on('data', (chunk: Buffer) => {
        const joined = Buffer.concat([terminal.output, clean.push(chunk)])
        // The newest is kept, as the protocol says.
        terminal.truncated ||= joined.length > limit
        terminal.output = Buffer.from(joined.subarray(Math.max(0, joined.length - limit)))
      })
    }
    child.once('exit', (exitCode, signal) => {
      terminal.exit = { exitCode, signal }
      io.child(pid, 'ended')
      resolve(terminal.exit)
    })
    const id = `terminal-${++this.#last}`
    this.#terminals.set(id, terminal)
    return id
  }

  #of(id: string): Terminal {
    const terminal = this.#terminals.get(id)
    if (!terminal) throw new TroupeError('NOT_FOUND', `There is no terminal "${id}".`)
    return terminal
  }

  async #end({ child, ended, exit }: Terminal): Promise<void> {
    if (exit || child.pid === undefined) return
    // By its group: the run's mark would find the agent itself.
    signalGroup(child.pid, 'SIGTERM')
    const cancel = this.#at.ports.clock.after(this.#at.ports.graceMs, () => signalGroup(child.pid as number, 'SIGKILL'))
    await ended
    cancel()
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // Gone already.
  }
}

async function insideWorkspace(cwd: string | null, workspaceDir: string): Promise<string> {
  const workspace = await realpath(workspaceDir)
  if (cwd === null) return workspace
  const asked = await realpath(cwd).catch(() => undefined)
  const inside = asked === undefined ? '..' : relative(workspace, asked)
  if (asked === undefined || inside.startsWith('..') || isAbsolute(inside)) {
    throw new TroupeError('REFUSED', `The folder ${JSON.stringify(cwd.slice(0, 200))} is not in the workspace.`)
  }
  return asked
}
