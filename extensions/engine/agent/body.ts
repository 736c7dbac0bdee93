/**
 * The agent body: one agent CLI for one run. Each life of the CLI is a step (`agent:1`, `agent:2` …): one that ended because the run parks keeps
 * its session, and the next goes on with it. What the agent asks for meanwhile are steps of their own, each through the gate.
 */
import type { AgentBody } from '#contract'
import { AGENT_LABELS } from '#contract/plain'
import {
  asTroupeError,
  type BodyIo,
  type BodyOutcome,
  type BodyPort,
  messageOf,
  type RunJob,
  RunParked,
  type StepEnd,
  TroupeError,
} from '#core'
import { type AgentChild, agentEnvironment, startAgent } from './child.ts'
import type { AgentBodyPorts } from './ports.ts'
import { type Way, waysOf } from './presets.ts'
import { readPrinted } from './print.ts'
import { runSession } from './session.ts'
import { NOT_REPORTED, type Spent } from './usage.ts'

const RESULT_BYTES = 16 * 1024

/** What a life of the CLI came to, as it is recorded. */
interface Life {
  readonly kind: 'answered' | 'failed' | 'parked'
  readonly message: string
  readonly reason: BodyOutcome['reason']
  readonly text: string
  readonly sessionId: string | null
  readonly spent: Spent
}

interface Found {
  readonly way: Way
  readonly path: string
}

export function openAgentBody(ports: AgentBodyPorts): BodyPort {
  return async (job, io, signal) => {
    const { body } = job.doc
    if (body.kind !== 'agent') throw new TroupeError('INTERNAL', `The agent body was given a ${body.kind} job.`)
    const found = await findWay(body, ports)
    if (typeof found === 'string') return outcome('failed', 'spawn', found, null)
    let sessionId: string | null = null
    for (let n = 1; ; n++) {
      const life: Life | string = await live({ job, body, io, signal, ports, found, sessionId, n })
      if (typeof life === 'string') return outcome('failed', 'denied', life, null)
      if (life.kind !== 'parked') return ended(life, body)
      sessionId = life.sessionId ?? sessionId
    }
  }
}

interface LifeAsk {
  readonly job: RunJob
  readonly body: AgentBody
  readonly io: BodyIo
  readonly signal: AbortSignal
  readonly ports: AgentBodyPorts
  readonly found: Found
  readonly sessionId: string | null
  readonly n: number
}

/** One step. A text: it was not let through, and why. */
async function live(ask: LifeAsk): Promise<Life | string> {
  const { body, found, io, n } = ask
  let parked: RunParked | undefined
  const args = {
    agent: body.agent,
    program: found.path,
    arguments: [...found.way.args(body), ...body.args],
    model: body.model,
    may: { files: body.files, commands: body.commands, network: body.network },
  }
  const digested = [args, ask.job.prompt, ask.job.input, ask.sessionId]
  // Nobody knows beforehand what an agent will spend.
  const worst = { usd: null, tokens: null }
  const title = `${AGENT_LABELS[body.agent]}${body.model === '' ? '' : `/${body.model}`}`
  const step = await io.step(
    { kind: 'model', key: `agent:${n}`, title, args, digested, safety: 'unsafe', worst },
    async (run): Promise<StepEnd> => {
      const life = await attempt(ask, run.n).catch((thrown: unknown): Life => {
        if (thrown instanceof RunParked) parked = thrown
        else throw thrown
        return { kind: 'parked', message: thrown.message, reason: 'internal', text: '', sessionId: null, spent: NOT_REPORTED }
      })
      if (life.kind === 'parked') parked ??= new RunParked(life.message)
      const { usage, costUsd, model } = life.spent
      if (usage === null && life.kind !== 'parked') {
        io.emit({
          kind: 'notice',
          level: 'info',
          code: 'usage-not-reported',
          message: `${AGENT_LABELS[body.agent]} did not report what it used.`,
        })
      }
      return {
        state: life.kind === 'failed' ? 'failed' : 'done',
        result: life,
        detail: { text: life.text.slice(0, RESULT_BYTES), message: life.message, sessionId: life.sessionId },
        ...(usage ? { usage } : {}),
        costUsd,
        ...(model ? { model } : {}),
      }
    },
  )
  ask.signal.throwIfAborted()
  if (parked) throw parked
  return step.kind === 'instead' ? step.text : (step.result as Life)
}

async function attempt(ask: LifeAsk, step: number): Promise<Life> {
  const { job, body, io, signal, ports, found } = ask
  const env = agentEnvironment(job, { ...found.way.env, ...body.env }, ports)
  const args = [...found.way.args(body), ...body.args]
  if (body.model !== '' && !found.way.model) {
    const message = `${AGENT_LABELS[body.agent]} takes no model this way; it uses its own choice. Set it in its own settings, or by a variable.`
    io.emit({ kind: 'notice', level: 'warning', code: 'setting-ignored', message })
  }
  const child = await startAgent({ program: found.path, args, env }, job, io, ports).catch((thrown: unknown) => messageOf(thrown))
  if (typeof child === 'string') return { kind: 'failed', message: child, reason: 'spawn', text: '', sessionId: null, spent: NOT_REPORTED }
  // It is told to stop, and has the grace to say so; then its tree is ended.
  let cancel = (): void => undefined
  const onAbort = (): void => {
    cancel = ports.clock.after(ports.graceMs, () => void child.end(ports.graceMs))
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  try {
    return found.way.speech === 'acp' ? await converse(ask, child, step) : await print(ask, child, found.way.speech, step)
  } finally {
    signal.removeEventListener('abort', onAbort)
    cancel()
    await child.end(signal.aborted ? 0 : ports.graceMs)
  }
}

async function converse(ask: LifeAsk, child: AgentChild, step: number): Promise<Life> {
  const { job, body, io, signal, ports } = ask
  let sessionId: string | null = ask.sessionId
  const opened = (id: string): void => {
    sessionId = id
  }
  const prompt = (resumed: boolean): string => (resumed ? GO_ON : promptOf(job))
  try {
    const end = await runSession({
      job,
      body,
      child,
      readsItself: ask.found.way.readsItself === true,
      io,
      step,
      sessionId,
      prompt,
      signal,
      opened,
      ports,
    })
    signal.throwIfAborted()
    const { reason, message, kind } = judged(end.stopReason)
    return { kind, message, reason, text: end.text, sessionId, spent: end.spent }
  } catch (thrown) {
    signal.throwIfAborted()
    if (thrown instanceof RunParked)
      return { kind: 'parked', message: thrown.message, reason: 'internal', text: '', sessionId, spent: NOT_REPORTED }
    if (!(thrown instanceof TroupeError)) throw thrown
    return { kind: 'failed', message: asTroupeError(thrown).message, reason: 'tool', text: '', sessionId, spent: NOT_REPORTED }
  }
}

async function print({ job, io, signal }: LifeAsk, child: AgentChild, speech: 'claude-print' | 'codex-print', step: number): Promise<Life> {
  const printed = await readPrinted(child, promptOf(job), speech, io, step)
  signal.throwIfAborted()
  const how = await child.ended
  const { text, spent, sessionId, problem, finished } = printed
  const said = child.stderr().slice(-500)
  if (finished && problem === null) return { kind: 'answered', message: 'The agent finished.', reason: 'done', text, sessionId, spent }
  const message = problem ?? `${said === '' ? '' : `${said} `}(The agent left before it had answered: ${how}.)`
  return { kind: 'failed', message, reason: 'tool', text, sessionId, spent }
}

/** What it is told when it goes on with a session of before. */
const GO_ON =
  'You were interrupted, and what you had asked permission for has been decided meanwhile. Go on where you were; ask again for what you still need.'

function promptOf({ prompt, input }: RunJob): string {
  return [prompt.trim(), input.trim() === '' ? 'Begin.' : input].filter((part) => part !== '').join('\n\n')
}

function judged(stopReason: string): Pick<Life, 'kind' | 'reason' | 'message'> {
  switch (stopReason) {
    case 'end_turn':
      return { kind: 'answered', reason: 'done', message: 'The agent finished.' }
    case 'max_tokens':
      return { kind: 'failed', reason: 'turn-limit', message: 'The agent stopped at its limit of tokens.' }
    case 'max_turn_requests':
      return { kind: 'failed', reason: 'turn-limit', message: 'The agent stopped at its limit of model calls.' }
    case 'refusal':
      return { kind: 'failed', reason: 'tool', message: 'The agent refused to go on.' }
    default:
      return { kind: 'failed', reason: 'tool', message: `The agent stopped by itself (${stopReason}).` }
  }
}

/** The first way whose program is here, or a sentence that says what is missing. */
async function findWay(body: AgentBody, ports: AgentBodyPorts): Promise<Found | string> {
  const ways = waysOf(body)
  for (const way of ways) {
    if (way.program.trim() === '') continue
    const path = /[/\\]/.test(way.program) ? way.program : await ports.findProgram(way.program)
    if (path !== undefined) return { way, path }
  }
  const names = [...new Set(ways.map(({ program }) => program))].filter((name) => name !== '')
  if (names.length === 0) return 'No program is set for this agent. Write one into the persona: a name on the PATH or an absolute path.'
  return `${AGENT_LABELS[body.agent]} is not installed: there is no program ${names.map((name) => `"${name}"`).join(' and no ')} on the PATH.`
}

function ended(life: Life, body: AgentBody): BodyOutcome {
  const state = life.kind === 'answered' ? 'succeeded' : 'failed'
  const model = `${body.agent}/${life.spent.model ?? (body.model || 'its own choice')}`
  return {
    ...outcome(state, life.reason, life.message, model),
    usage: life.spent.usage,
    costUsd: life.spent.costUsd,
    result: life.text.slice(0, RESULT_BYTES),
  }
}

function outcome(state: BodyOutcome['state'], reason: BodyOutcome['reason'], message: string, model: string | null): BodyOutcome {
  return { state, reason, message, exitCode: null, model, usage: null, costUsd: null, result: '' }
}
