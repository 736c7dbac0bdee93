/**
 * The body of a team's run, in a run thread: the flow engine, with each run of a node as a step of the run's journal. What the journal
 * holds is taken from there, so a run goes on after a crash, a wait or a fork without doing anything twice. Rules TR1 to TR12.
 */
import { type TeamBody, teamItem } from '#contract'
import { LIMITS } from '#contract/plain'
import { type BodyIo, type BodyOutcome, type BodyPort, type Clock, type RunJob, TroupeError } from '#core'
import { type ExpressionOptions, type Expressions, type Item, makeExpressions } from '../expression/mod.ts'
import { pause } from '../flow/attempt.ts'
import { type Flow, runFlow, unpark } from '../flow/engine.ts'
import { RunEnded } from '../flow/failure.ts'
import { graphOf } from '../flow/graph.ts'
import type { FilesPort, FlowAnswer, FlowPorts } from '../flow/ports.ts'
import { freshState, type LiveState, type Parked } from '../flow/state.ts'
import { KINDS } from '../nodes/kinds.ts'
import { childRuns } from './children.ts'
import { nodeSteps } from './node-steps.ts'

export interface TeamBodyPorts extends Pick<ExpressionOptions, 'random' | 'ticks' | 'libraries'> {
  readonly clock: Clock
  readonly http: (job: RunJob, io: BodyIo, allowPrivate: boolean) => NonNullable<FlowPorts['http']>
  readonly files: (folder: string) => FilesPort
}

/** Scripts of one node. */
const SCRIPT_MS = 60_000
const RESULT_CHARS = 16_000
/** Shorter waits are sat out; a longer one frees its slot. */
const SHORT_WAIT_MS = 2_000

export function openTeamBody(ports: TeamBodyPorts): BodyPort {
  // One sandbox for all runs of the thread: an evaluation leaves nothing behind that the next one finds (SB4).
  let shared: Promise<Expressions> | undefined
  const expressions = () => {
    shared ??= makeExpressions({ ...ports, now: ports.clock.now, limits: { scriptMs: SCRIPT_MS } })
    return shared
  }
  return async (job, io, signal) => {
    const { body } = job.doc
    if (body.kind !== 'team') throw new TroupeError('INTERNAL', `The team body was given a ${body.kind} job.`)
    return runTeam(job, body, io, signal, { ...ports, expressions: await expressions() })
  }
}

type Ready = TeamBodyPorts & { readonly expressions: Expressions }

async function runTeam(job: RunJob, body: TeamBody, io: BodyIo, signal: AbortSignal, ports: Ready): Promise<BodyOutcome> {
  const { clock } = ports
  const team = body.pinned ? body.team : { ...body.team, pinned: {} }
  const state = freshState(body.from, itemsIn(job.input))
  const children = childRuns(io)
  const answers: FlowAnswer[] = []
  const steps = nodeSteps(io, children, answers)
  const flow: Flow = {
    graph: graphOf(team),
    state,
    kinds: KINDS,
    limits: { items: LIMITS.teamItems, bytes: LIMITS.teamItemBytes, runMs: job.doc.limits.timeoutMs },
    signal,
    facts: {
      teamId: body.teamId,
      executionId: job.runId,
      mode: body.pinned ? 'test' : 'production',
      timeZone: team.settings.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    },
    say: steps.say,
    journal: steps.take,
    ports: {
      expressions: ports.expressions,
      clock,
      random: ports.random,
      http: ports.http(job, io, team.settings.allowPrivate ?? false),
      files: ports.files(job.workspaceDir),
      persona: children.persona,
      subTeam: children.team,
      spent: children.spent,
    },
    ...(body.until === null ? {} : { until: body.until }),
  }
  let status = await runFlow(flow)
  while (status === 'parked' && state.parked !== null) {
    unpark(state, flow, await waited(state.parked, state.steps, io, clock, signal))
    status = await runFlow(flow)
  }
  return outcomeOf(state, answers, children.spent())
}

const WAITS_FOR = {
  time: { code: 'timer', words: 'a time' },
  webhook: { code: 'input', words: 'a request' },
  form: { code: 'input', words: 'a form' },
  approval: { code: 'approval', words: 'an approval' },
} as const

/** The items that somebody went on with; undefined: it goes on with what the node had ready. Throws RunParked while it waits. */
async function waited(parked: Parked, n: number, io: BodyIo, clock: Clock, signal: AbortSignal): Promise<readonly Item[] | undefined> {
  const { kind, until, facts, call } = parked
  if (kind === 'time' && until !== null && until - clock.now() < SHORT_WAIT_MS && !io.holds(`wait:${n}`)) {
    await pause(until - clock.now(), clock, signal)
    return undefined
  }
  const { code, words } = WAITS_FOR[kind]
  const question = typeof facts.question === 'string' && facts.question !== '' ? ` ${facts.question}` : ''
  const message = `“${call.node}” waits for ${words}${until === null ? '' : ` until ${new Date(until).toISOString()}`}.${question}`
  const args = { node: call.node, what: kind, ...(question === '' ? {} : { question: question.trim() }) }
  const step = await io.step(
    {
      kind: kind === 'approval' ? 'approval' : 'wait',
      key: `wait:${n}`,
      title: `${call.node} waits`,
      args,
      safety: 'read-only',
      parks: { code, message, ...(until === null ? {} : { untilMs: until }) },
    },
    async () => ({ state: 'done', result: null }),
  )
  const answer = step.kind === 'result' ? step.result : { text: step.text }
  // Refused by a person: the run ends there, and says so.
  if (kind === 'approval' && isRefusal(answer)) throw new RunEnded('limit', `“${call.node}” was not approved.`)
  return itemsOf(answer)
}

const isRefusal = (answer: unknown): boolean =>
  answer === false || (typeof answer === 'object' && answer !== null && 'approved' in answer && answer.approved === false)

/** A list of items, or one object; anything else is no items of its own. */
function itemsOf(answer: unknown): readonly Item[] | undefined {
  if (Array.isArray(answer)) return answer.map((one: unknown) => asItem(one))
  return typeof answer === 'object' && answer !== null && !('approved' in answer) ? [asItem(answer)] : undefined
}

function asItem(value: unknown): Item {
  const item = teamItem.safeParse(value)
  return (item.success ? item.data : { json: typeof value === 'object' && value !== null ? value : { value } }) as Item
}

/** A text, an object or a list of objects; nothing is one empty item. */
function itemsIn(input: string): readonly Item[] {
  if (input.trim() === '') return [{ json: {} }]
  if (!/^\s*[[{]/.test(input)) return [{ json: { text: input, chatInput: input } }]
  const value: unknown = JSON.parse(input)
  return (Array.isArray(value) ? value : [value]).map(asItem)
}

function outcomeOf(state: LiveState, answers: readonly FlowAnswer[], spent: number | null): BodyOutcome {
  const { status, failure, lastNode } = state
  const outputs = state.runs.get(lastNode ?? '')?.at(-1)?.outputs ?? []
  const result = resultOf(
    answers.at(-1)?.body,
    outputs.flatMap((items) => items ?? []),
  )
  const rest = { exitCode: null, model: null, usage: null, costUsd: spent, result }
  if (status === 'succeeded') return { state: 'succeeded', reason: 'done', message: 'It ran to its end.', ...rest }
  if (status === 'cancelled') return { state: 'cancelled', reason: 'person', message: 'Stopped while it ran.', ...rest }
  const where = failure?.node ?? lastNode
  const message = `${where === null ? '' : `“${where}”: `}${failure?.message ?? 'it did not come to its end.'}`
  return { state: 'failed', reason: 'node', message, ...rest }
}

/** What it answered its caller, or the last node's items as JSON; bounded. */
function resultOf(answer: unknown, items: readonly Item[]): string {
  if (answer !== undefined) return text(answer).slice(0, RESULT_CHARS)
  const [only, ...more] = items
  if (only !== undefined && more.length === 0 && typeof only.json.output === 'string') return only.json.output.slice(0, RESULT_CHARS)
  return items.length === 0 ? '' : text(items.slice(0, 100).map(({ json }) => json)).slice(0, RESULT_CHARS)
}

const text = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? ''))
