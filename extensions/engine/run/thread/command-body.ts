/**
 * The command body: starts a program, carries its streams, waits for its end, and leaves nothing of it behind.
 * It never retries, and never decides why a run was cancelled: an aborted signal is answered with `cancelled`.
 */
import type { ChildProcess } from 'node:child_process'
import { LIMITS } from '#contract/plain'
import type { BodyOutcome, Clock, RunJob } from '#core'
import { RESULT_BYTES, type ThreadBirth } from '../messages.ts'
import { endTree, hasDescendants, type Tree } from '../tree/end-tree.ts'
import { type Launch, launch, planLaunch, programName } from './launch.ts'
import { Pump } from './pump.ts'
import type { ThreadIo } from './thread-io.ts'

/** After the program itself ended: how long its pipes may stay open before what holds them is looked for. */
const DRAIN_MS = 250
const STRANGER_MS = 2_000

interface Exit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export type CommandBodyPort = (job: RunJob, io: ThreadIo, signal: AbortSignal) => Promise<BodyOutcome>

export function makeCommandBody(clock: Clock, birth: ThreadBirth): CommandBodyPort {
  return async (job, io, signal) => {
    const command = job.command
    if (!command) return outcome('failed', 'internal', 'A command run came without its command.')
    const plan = planLaunch(command, job.workspaceDir)
    const detail = { argv: [plan.program, ...plan.args], cwd: plan.cwd }
    const safety = command.repeatable ? 'idempotent' : 'unsafe'
    const step = await io.step(
      { kind: 'command', key: 'command', title: programName(plan) || 'command', args: detail, safety },
      async () => {
        const started = await launch(plan, command, job)
        if (!started.ok) {
          return { state: 'failed', result: outcome('failed', 'spawn', started.message), detail: { problem: started.message }, costUsd: 0 }
        }
        const ran = await attend(started.child, { job, io, signal, clock, birth })
        const end = judge(ran, plan, command.okExitCodes)
        const { code: exitCode, signal: by } = ran.exit
        const result = { ...end, result: ran.pump.result() }
        return { state: end.state === 'succeeded' ? 'done' : 'failed', result, detail: { exitCode, signal: by }, costUsd: 0 }
      },
    )
    if (step.kind === 'result') return step.result as BodyOutcome
    // Not run: denied, or a person told what came of it.
    return step.ok ? { ...outcome('succeeded', 'done', step.text), result: step.text } : outcome('failed', 'denied', step.text)
  }
}

interface Attended {
  readonly exit: Exit
  readonly pump: Pump
  readonly aborted: boolean
}

interface Attendance {
  readonly job: RunJob
  readonly io: ThreadIo
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly birth: ThreadBirth
}

/** From the start of the child to the end of its whole tree. */
async function attend(child: ChildProcess, { job, io, signal, clock, birth }: Attendance): Promise<Attended> {
  const pid = child.pid as number
  const tree: Tree = { pid, runId: job.runId }
  io.child(pid, 'started')
  const exited = new Promise<Exit>((resolve) => child.once('exit', (code, by) => resolve({ code, signal: by })))
  const closed = new Promise<'closed'>((resolve) => child.once('close', () => resolve('closed')))
  const pump = new Pump(io, job.doc.limits.lineBytes, RESULT_BYTES)
  if (child.stdout) pump.attach(child.stdout, 'stdout')
  if (child.stderr) pump.attach(child.stderr, 'stderr')
  feed(child, job.input)

  let ending: Promise<unknown> | undefined
  const end = (graceMs: number): Promise<unknown> => {
    ending ??= endTree(tree, { clock, graceMs }).then((ended) => sayLeft(io, ended.left))
    return ending
  }
  const onAbort = (): void => void end(birth.killGraceMs)
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()

  const exit = await exited
  signal.removeEventListener('abort', onAbort)
  if (ending) await ending
  else await settle({ closed, tree, io, clock, end: () => end(Math.min(birth.killGraceMs, LIMITS.killGraceMs)) })
  await Promise.race([closed, pause(clock, DRAIN_MS)])
  pump.close()
  io.child(pid, 'ended')
  return { exit, pump, aborted: signal.aborted && ending !== undefined }
}

/** The program ended by itself: its pipes drain, and what it left running is ended with it, and said. */
async function settle(at: {
  readonly closed: Promise<'closed'>
  readonly tree: Tree
  readonly io: ThreadIo
  readonly clock: Clock
  readonly end: () => Promise<unknown>
}): Promise<void> {
  // A child that printed much may need long to drain while the disk is slow; only then is `closed` late without a descendant.
  let first = await Promise.race([at.closed, pause(at.clock, DRAIN_MS)])
  while (first !== 'closed' && at.io.busy) first = await Promise.race([at.closed, pause(at.clock, DRAIN_MS)])
  if (!(await hasDescendants(at.tree))) {
    // Nothing of ours holds the pipes open: a stranger that does is waited for a little, a slow disk for as long as it takes.
    while (first !== 'closed') {
      first = await Promise.race([at.closed, pause(at.clock, STRANGER_MS)])
      if (!at.io.busy) return
    }
    return
  }
  const message = 'The program ended and left others running that it had started: they are ended with it.'
  at.io.emit({ kind: 'notice', level: 'warning', code: 'left-behind', message })
  await at.end()
}

function feed(child: ChildProcess, input: string): void {
  // A program that does not read its input closes the pipe: that is its right.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(input)
}

function sayLeft(io: ThreadIo, left: readonly number[]): void {
  if (left.length === 0) return
  const message = `These processes could not be ended, not even by SIGKILL: ${left.join(', ')}.`
  io.emit({ kind: 'notice', level: 'error', code: 'not-ended', message })
}

function judge(ran: Attended, plan: Launch, okExitCodes: readonly number[]): BodyOutcome {
  const { code, signal } = ran.exit
  if (ran.aborted) return outcome('cancelled', 'person', 'The program was ended.', code)
  if (code !== null && okExitCodes.includes(code)) return outcome('succeeded', 'done', `The program ended with exit code ${code}.`, code)
  const last = ran.pump.lastError()
  const name = programName(plan)
  // What the program says about itself comes first: it knows why.
  const told = (how: string): string => (last === '' ? `${name} ${how}.` : `${last} (${name} ${how}.)`)
  if (code === null) return outcome('failed', 'signal', told(`was ended by ${signal}, which Troupe did not send`))
  const good = okExitCodes.length === 1 ? `${okExitCodes[0]} counts` : `${okExitCodes.join(', ')} count`
  return outcome('failed', 'exit-code', told(`ended with exit code ${code}; ${good} as success`), code)
}

function outcome(state: BodyOutcome['state'], reason: BodyOutcome['reason'], message: string, exitCode: number | null = null): BodyOutcome {
  // A command costs nothing, and that is known.
  return { state, reason, message, exitCode, model: null, usage: null, costUsd: 0, result: '' }
}

const pause = (clock: Clock, delayMs: number): Promise<'late'> => new Promise((resolve) => void clock.after(delayMs, () => resolve('late')))
