/** Starts a service's program: its environment from nothing, its pipes, and the descriptor by which it may say that it is ready. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { ServiceDoc } from '#contract'
import { childEnvironment, messageOf, TroupeError } from '#core'
import type { SupervisePorts } from './ports.ts'

/** Named as sd_notify(3) names its socket; a descriptor, since Node speaks no datagrams over Unix sockets. */
const NOTIFY_FD = 3
const NOTIFY_BYTES = 4096

export interface Launch {
  readonly program: string
  readonly args: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  /** Fills in what stands for this machine's places. */
  readonly place: (text: string) => string
}

export interface Child {
  readonly pid: number
  /** Resolves when its own process has ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  /** Resolves when its pipes are closed, too. */
  readonly closed: Promise<void>
  /** Lets go of its pipes, whoever else holds them. */
  release(): void
}

export async function launchOf(
  doc: ServiceDoc,
  tree: string,
  lent: Readonly<Record<string, string>>,
  ports: SupervisePorts,
): Promise<Launch> {
  const node = ports.nodePath ?? process.execPath
  const place = (text: string): string => text.replaceAll('{{troupe.node}}', node)
  const cwd = doc.cwd === '' ? join(ports.folder, doc.id, 'work') : doc.cwd
  if (doc.cwd === '') await mkdir(cwd, { recursive: true, mode: 0o700 })
  // Built from nothing: a small list of the engine's variables, the document's, what was lent, and our marks.
  const marks = {
    ...ports.marks(tree),
    TROUPE_SERVICE: doc.id,
    ...(doc.readiness.kind === 'notify' && { TROUPE_NOTIFY_FD: String(NOTIFY_FD) }),
  }
  return {
    program: place(doc.program),
    args: doc.args.map(place),
    cwd,
    env: childEnvironment({ engine: ports.env, own: { ...doc.env, ...lent }, marks }),
    place,
  }
}

export interface Heard {
  out(chunk: Uint8Array): void
  err(chunk: Uint8Array): void
  /** One line of the notify descriptor. */
  notified(line: string): void
}

/** MISSING: there is no such program or folder; REFUSED: it may not be run. */
export async function startChild({ program, args, cwd, env }: Launch, heard: Heard): Promise<Child> {
  // It leads a process group, so that its tree is found.
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  const ended = new Promise<Awaited<Child['ended']>>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) =>
    child.once('spawn', resolve).once('error', (failed) => reject(asRefusal(failed, program, cwd))),
  )
  child.on('error', () => undefined)
  child.stdout?.on('data', heard.out)
  child.stderr?.on('data', heard.err)
  listen(child.stdio[NOTIFY_FD] as Readable, heard.notified)
  return { pid: child.pid as number, ended, closed, release: () => release(child) }
}

function listen(pipe: Readable, notified: Heard['notified']): void {
  let held = ''
  pipe.on('data', (chunk: Buffer) => {
    const lines = (held + chunk.toString()).split('\n')
    held = (lines.pop() ?? '').slice(0, NOTIFY_BYTES)
    for (const line of lines) notified(line.trim().slice(0, NOTIFY_BYTES))
  })
  pipe.on('error', () => undefined)
}

function release(child: ChildProcess): void {
  for (const pipe of child.stdio) pipe?.destroy()
}

function asRefusal(failed: NodeJS.ErrnoException, program: string, cwd: string): TroupeError {
  if (failed.code === 'ENOENT')
    return new TroupeError('MISSING', `There is no program ${program}, or no folder ${cwd}.`, {
      hint: 'Install it, or correct the service.',
      cause: failed,
    })
  if (failed.code === 'EACCES') return new TroupeError('REFUSED', `${program} may not be run, or ${cwd} not be entered.`, { cause: failed })
  return new TroupeError('UNREACHABLE', `${program} could not be started: ${messageOf(failed)}`, { cause: failed })
}
