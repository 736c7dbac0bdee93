/** run_command: starts a program from the persona's allow list, without a shell, in the workspace. */
import { type ChildProcess, spawn } from 'node:child_process'
import { access, constants as FS, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { type Clock, childEnvironment, TroupeError } from '#core'
import { HeadAndTail, KEPT_BYTES } from './bounded.ts'
import { placeholdersIn } from './egress.ts'
import type { ToolPorts } from './ports.ts'
import { defineTool, type Tool, type ToolContext, type ToolResult } from './tool.ts'

const TIMEOUT_MS = { default: 60_000, max: 600_000 }
/** Between SIGTERM and SIGKILL for a command's process group. */
const GRACE_MS = 1_000
/** After the program's own end: how long its output may still come, before what left its group and holds the pipes is not listened to any more. */
const PIPES_MS = 2_000
const ARGS = 200
const ARG_CHARS = 100_000

export function runCommand(allowed: readonly string[], ports: Pick<ToolPorts, 'clock' | 'env' | 'redactor'>): Tool {
  return defineTool({
    name: 'run_command',
    description: `Runs a program in your workspace folder, without a shell, and answers its exit code and output. Programs: ${allowed.join(', ')}.`,
    schema: z.object({
      program: z
        .string()
        .min(1)
        .max(1000)
        .describe(`One of: ${allowed.join(', ')}`),
      args: z.array(z.string().max(ARG_CHARS)).max(ARGS).default([]).describe('Arguments, one entry each; nothing is expanded'),
      stdin: z.string().optional().describe('What the program reads on standard input'),
      timeoutMs: z.int().min(100).max(TIMEOUT_MS.max).default(TIMEOUT_MS.default),
    }),
    // What a program does is its own affair.
    safety: () => 'unsafe',
    async run({ program, args, stdin, timeoutMs }, context, signal) {
      if (args.some((arg) => arg.includes('\0'))) throw new TroupeError('REFUSED', 'An argument has a NUL sign.')
      const env = childEnvironment({ engine: ports.env, own: context.lentEnv ?? {}, marks: context.childEnv ?? {} })
      const path = await allowedProgram(program, allowed, env)
      const result = await runChild({ path, args, stdin: stdin ?? '', timeoutMs, env, shown: program }, context, ports, signal)
      const literal = placeholdersIn([...args, stdin ?? ''])
      return literal.length === 0 ? result : { ...result, text: `${notFilled(literal)}\n${result.text}` }
    },
  })
}

/** The model would otherwise take it that the value was sent. */
function notFilled(literal: readonly string[]): string {
  return `[${literal.join(', ')} reached the program as written: no value is put in for programs. http_request puts it in, for the credential's hosts; or the person can grant it as an environment variable.]`
}

/** Where a program of the list lies. REFUSED when it is not on it, by the exact name or path; MISSING. */
export async function allowedProgram(program: string, allowed: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  if (!allowed.includes(program)) {
    const list = allowed.join(', ') || 'it is empty'
    throw new TroupeError('REFUSED', `The program ${JSON.stringify(program.slice(0, 200))} is not in this persona's list (${list}).`)
  }
  return programPath(program, env)
}

/** Looked up here and not by the system: Windows would look into the workspace first, where the model can put a program of that name. */
async function programPath(program: string, env: Readonly<Record<string, string>>): Promise<string> {
  if (isAbsolute(program)) return program
  if (/[/\\]/.test(program)) throw new TroupeError('REFUSED', `"${program}" is neither a plain name nor an absolute path.`)
  const folders = (env.PATH ?? env.Path ?? '').split(delimiter).filter((folder) => isAbsolute(folder))
  const endings = process.platform === 'win32' ? ['.exe', '.com', ''] : ['']
  for (const folder of folders) {
    for (const ending of endings) {
      const path = join(folder, program + ending)
      if (await isProgram(path)) return path
    }
  }
  throw new TroupeError('MISSING', `The program "${program}" is not on the PATH.`)
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, FS.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}

interface Start {
  readonly path: string
  readonly shown: string
  readonly args: readonly string[]
  readonly stdin: string
  readonly timeoutMs: number
  readonly env: Readonly<Record<string, string>>
}

async function runChild(
  start: Start,
  context: ToolContext,
  { clock, redactor }: Pick<ToolPorts, 'clock' | 'redactor'>,
  signal: AbortSignal,
): Promise<ToolResult> {
  // A group of its own, so that the program's own children end with it.
  const child = spawn(start.path, start.args, {
    cwd: context.workspaceDir,
    env: { ...start.env },
    shell: false,
    detached: true,
    windowsHide: true,
  })
  const output = new HeadAndTail(KEPT_BYTES)
  for (const source of [child.stdout, child.stderr]) {
    const clean = redactor.stream()
    source.on('data', (chunk: Buffer) => output.add(clean.push(chunk)))
    source.on('close', () => output.add(clean.end()))
  }
  // A program that ends without reading its input closes the pipe (EPIPE): no trouble of ours.
  child.stdin.on('error', () => undefined)
  child.stdin.end(start.stdin)
  const ended = endOf(child, clock)
  if (child.pid !== undefined) context.child(child.pid, 'started')
  let late = false
  const stop = () => stopGroup(child, clock)
  const disarm = clock.after(start.timeoutMs, () => {
    late = true
    stop()
  })
  signal.addEventListener('abort', stop, { once: true })
  if (signal.aborted) stop()
  try {
    const end = await ended
    signal.throwIfAborted()
    return outcome(start, end, output, late)
  } finally {
    disarm()
    signal.removeEventListener('abort', stop)
    if (child.pid !== undefined) context.child(child.pid, 'ended')
  }
}

type End = { readonly code: number | null; readonly signal: string | null } | { readonly error: Error }

/** The program's own end; what it left running in its group is ended then, or it would hold the pipes open for ever. */
function endOf(child: ChildProcess, clock: Clock): Promise<End> {
  return new Promise((resolve) => {
    let cancel: () => void = () => undefined
    child.once('error', (error) => resolve({ error }))
    child.once('exit', () => {
      signalGroup(child, 'SIGKILL')
      cancel = clock.after(PIPES_MS, () => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      })
    })
    child.once('close', (code, signal) => {
      cancel()
      resolve({ code, signal })
    })
  })
}

function stopGroup(child: ChildProcess, clock: Clock): void {
  signalGroup(child, 'SIGTERM')
  clock.after(GRACE_MS, () => {
    if (child.exitCode === null && child.signalCode === null) signalGroup(child, 'SIGKILL')
  })
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill(signal)
    else process.kill(-child.pid, signal)
  } catch {
    // ESRCH: the group is gone already, which is what was wanted.
  }
}

function outcome(start: Start, end: End, output: HeadAndTail, late: boolean): ToolResult {
  if ('error' in end) throw new TroupeError('MISSING', `"${start.shown}" could not be started: ${end.error.message}`, { cause: end.error })
  const { text, droppedBytes } = output.text()
  const how = late ? `stopped after ${start.timeoutMs} ms` : end.signal !== null ? `ended by ${end.signal}` : `exit code ${end.code}`
  return { ok: !late && end.code === 0, text: `[${how}]\n${text}`, droppedBytes }
}
