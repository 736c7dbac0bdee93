/** The CLI's process: started without a shell, in the workspace, with an environment built from nothing; ended with all that it started. */
import { type ChildProcess, spawn } from 'node:child_process'
import { type BodyIo, childEnvironment, type RunJob, TroupeError } from '#core'
import type { AgentBodyPorts } from './ports.ts'

const STDERR_BYTES = 8 * 1024

export interface AgentChild {
  readonly process: ChildProcess
  /** Resolves when the program itself has ended, with how. */
  readonly ended: Promise<string>
  /** The end of its standard error, masked. */
  stderr(): string
  /** Ends the whole tree; resolves when nothing is left of it. */
  end(graceMs: number): Promise<void>
}

export function agentEnvironment(
  job: RunJob,
  own: Readonly<Record<string, string>>,
  ports: Pick<AgentBodyPorts, 'env'>,
): Record<string, string> {
  return childEnvironment({ engine: ports.env, own: { ...own, ...job.lent?.env }, marks: job.childEnv ?? {} })
}

/** MISSING when it cannot be started. */
export async function startAgent(
  launch: { readonly program: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> },
  job: RunJob,
  io: BodyIo,
  ports: AgentBodyPorts,
): Promise<AgentChild> {
  const child = spawn(launch.program, [...launch.args], {
    cwd: job.workspaceDir,
    env: { ...launch.env },
    stdio: ['pipe', 'pipe', 'pipe'],
    shell: false,
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) =>
      reject(new TroupeError('MISSING', `"${launch.program}" could not be started: ${cause.message}`, { cause })),
    )
  })
  const pid = child.pid as number
  io.child(pid, 'started')
  child.on('error', () => undefined)
  // A program that does not read its input closes the pipe: its end is heard by itself.
  child.stdin?.on('error', () => undefined)
  let tail = Buffer.alloc(0)
  const clean = ports.redactor.stream()
  child.stderr?.on('data', (chunk: Buffer) => {
    const joined = Buffer.concat([tail, clean.push(chunk)])
    tail = Buffer.from(joined.subarray(Math.max(0, joined.length - STDERR_BYTES)))
  })
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`))
  })
  let ending: Promise<void> | undefined
  return {
    process: child,
    ended,
    stderr: () => tail.toString('utf8').trim(),
    end(graceMs) {
      ending ??= ports.endTree({ pid, runId: job.runId }, graceMs).then(async () => {
        await ended
        io.child(pid, 'ended')
      })
      return ending
    },
  }
}
