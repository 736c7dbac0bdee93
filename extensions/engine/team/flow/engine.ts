/**
 * The engine of a team's run. One loop: take the next complete call from the queue, run the node, keep its run, put what
 * follows into the queue; when the queue is empty, let a waiting call go with what it has; when there is none, the run has
 * ended. States and moves are at the head of `state.ts`, the numbered rules in the room's `SPEC.md`.
 *
 * It is pure but for its ports: the same document, items, clock, chance and answers give the same events.
 */
import { JournalEnd, RunParked } from '#core'
import type { Item } from '../expression/mod.ts'
import { attempt } from './attempt.ts'
import { nodeCall, type Surroundings } from './call.ts'
import { failureOf, RunEnded } from './failure.ts'
import type { GraphNode } from './graph.ts'
import type { KindTable, Outcome, Outputs } from './kind.ts'
import { type LinkWorld, through } from './links.ts'
import { followOn, releaseWaiting } from './order.ts'
import { settled } from './outcome.ts'
import { numbered } from './pairing.ts'
import type { FlowLimits } from './ports.ts'
import { type Scale, scale } from './size.ts'
import type { Call, FinishedRun, FlowFailure, FlowStatus, Input, LiveState, Parked } from './state.ts'

export interface Flow extends Surroundings {
  readonly kinds: KindTable
  readonly limits: FlowLimits
  /** A name in it runs as usual; the run ends, succeeded, when that node has. For "run to here". */
  readonly until?: string
  /** Every node run goes through it: it may be journaled, or taken from a journal. `work` runs the node, once. */
  readonly journal?: (n: number, node: GraphNode, itemsIn: number, work: () => Promise<NodeResult>) => Promise<NodeResult>
}

/** What one run of a node came to, as a journal keeps it. */
export interface NodeResult {
  /** Null: it gave nothing at all, and leaves no run. */
  readonly outputs: FinishedRun['outputs'] | null
  readonly startedAt: number
  readonly tries: number
  readonly failure: FlowFailure | null
  /** It waits; its outputs are what it gives when it goes on by itself. */
  readonly park?: Pick<Parked, 'kind' | 'until' | 'facts'>
  /** Of the team, when the node changed it. */
  readonly staticData?: LiveState['staticData']
}

/** Runs on until the state is parked or ended, and gives that state. Never throws for what a team does. */
export async function runFlow(flow: Flow): Promise<FlowStatus> {
  const { state, ports, say } = flow
  const weights = scale(flow.limits)
  const deadline = ports.clock.now() + flow.limits.runMs
  try {
    for (const [node, runs] of state.runs) for (const run of runs) weights.add(node, run.outputs)
    while (state.status === 'running') await step(flow, weights, deadline)
  } catch (thrown) {
    // The run room's own: the run waits, or its journal ends here. The body lets it pass.
    if (thrown instanceof RunParked || thrown instanceof JournalEnd) throw thrown
    if (thrown instanceof RunEnded && thrown.reason === 'cancelled') end(flow, 'cancelled', failureOf(null, thrown))
    else end(flow, 'failed', failureOf(state.lastNode, thrown))
  }
  // The loop above leaves no running state; parked ones say so themselves.
  if (state.status !== 'parked') say({ type: 'ended', at: ports.clock.now(), status: state.status, failure: state.failure })
  return state.status
}

/** A parked run goes on: with an answer's items, or with what the node had ready. */
export function unpark(state: LiveState, flow: LinkWorld, answer?: readonly Item[]): void {
  const parked = state.parked
  if (parked === null) return
  state.parked = null
  state.status = 'running'
  const node = flow.graph.nodes.get(parked.call.node)
  if (node === undefined) return
  const outputs = answer === undefined ? parked.outputs : [answer]
  finish(flow, state, node, parked.call, { outputs, startedAt: parked.startedAt, tries: parked.tries, failure: null })
}

async function step(flow: Flow, weights: Scale, deadline: number): Promise<void> {
  const { state, graph, ports, signal } = flow
  if (signal.aborted) throw new RunEnded('cancelled', 'The run was cancelled.')
  const call = state.queue.shift() ?? releaseWaiting(state, graph, (node) => flow.kinds[node.document.kind].required?.(node.document))
  const node = call === undefined ? undefined : graph.nodes.get(call.node)
  if (call === undefined || node === undefined) {
    end(flow, 'succeeded', null)
    return
  }
  state.steps++
  const { maxSteps } = graph.team.settings
  if (state.steps > maxSteps) {
    throw new RunEnded('limit', `The run took more than ${maxSteps} steps; a loop that ends too late, or never, is the usual reason.`)
  }
  if (ports.clock.now() > deadline) {
    throw new RunEnded('limit', `The run took longer than ${Math.round(flow.limits.runMs / 1000)} seconds.`)
  }
  try {
    await runNode(flow, weights, node, call)
  } catch (thrown) {
    // A node that did not come to its end leaves no trace: whoever goes on from this state runs it again.
    state.queue.unshift(call)
    state.steps--
    throw thrown
  }
  if (state.status === 'running' && flow.until === call.node) end(flow, 'succeeded', null)
}

async function runNode(flow: Flow, weights: Scale, graphNode: GraphNode, call: Call): Promise<void> {
  const { state, ports, say, signal } = flow
  const node = graphNode.document
  const inputs = inputsFor(graphNode, call)
  const startedAt = ports.clock.now()
  const said = { node: node.name, id: node.id }
  state.lastNode = node.name
  say({ type: 'begin', ...said, run: state.runs.get(node.name)?.length ?? 0, at: startedAt, itemsIn: countOf(inputs) })
  const work = () => workOf(flow, graphNode, call, inputs, startedAt)
  const { outputs, failure, tries, ...did } =
    flow.journal === undefined ? await work() : await flow.journal(state.steps, graphNode, countOf(inputs), work)
  if (did.staticData !== undefined) Object.assign(state.staticData, did.staticData)
  if (failure !== null && signal.aborted) throw new RunEnded('cancelled', 'The run was cancelled.')
  if (failure !== null && node.onError === 'stop') {
    keep(flow, state, graphNode, { outputs: [], sources: call.sources, startedAt, endedAt: ports.clock.now(), tries, failure })
    end(flow, 'failed', failure)
    return
  }
  if (did.park !== undefined) {
    state.parked = { call, startedAt, tries, outputs: plain(outputs), ...did.park }
    state.status = 'parked'
    say({ type: 'parked', ...said, at: ports.clock.now(), parked: state.parked })
    return
  }
  if (outputs === null) {
    // Nothing at all: the branch ends, and the node counts as not having run.
    say({ type: 'end', ...said, run: null, at: ports.clock.now(), tries, outputs: [], failure: null })
    return
  }
  weights.add(node.name, outputs)
  finish(flow, state, graphNode, call, { outputs, startedAt, tries, failure })
}

const plain = (outputs: FinishedRun['outputs'] | null): Outputs => (outputs ?? []).map((items) => items ?? [])

/** The node itself, with its retries, and what the engine makes of its outcome. */
async function workOf(flow: Flow, graphNode: GraphNode, call: Call, inputs: readonly Input[], startedAt: number): Promise<NodeResult> {
  const node = graphNode.document
  const { state, ports, signal } = flow
  const [global, own] = [state.staticData.global, state.staticData.nodes[node.name]]
  const { outcome, tries, thrown, failed } = await attempt(node, ports.clock, signal, () => outcomeOf(flow, graphNode, call, inputs))
  const failure = failed ? failureOf(node.name, thrown) : null
  const isNew = state.staticData.global !== global || state.staticData.nodes[node.name] !== own
  const rest = { startedAt, tries, failure, ...(isNew ? { staticData: { ...state.staticData } } : {}) }
  if (failure !== null && node.onError === 'stop') return { ...rest, outputs: [] }
  // A node that failed as a whole and may go on hands its first input through.
  const given = failure === null ? outcome : [inputs[0] ?? []]
  if (given !== null && 'park' in given) return { ...rest, outputs: given.outputs, park: given.park }
  if (given === null && !node.alwaysOutput) return { ...rest, outputs: null }
  return { ...rest, outputs: settled(node, given, inputs, flow.kinds[node.kind].outputs?.(node) ?? 1) }
}

interface Finished {
  readonly outputs: FinishedRun['outputs']
  readonly startedAt: number
  readonly tries: number
  readonly failure: FlowFailure | null
}

function finish(flow: LinkWorld, state: LiveState, node: GraphNode, call: Call, run: Finished): void {
  const { failure, ...rest } = run
  const kept = { ...rest, sources: call.sources, endedAt: flow.ports.clock.now(), ...(failure === null ? {} : { failure }) }
  const runIndex = keep(flow, state, node, kept)
  const source = { node: node.document.name, run: runIndex }
  followOn(state, flow.graph, source.node, runIndex, run.outputs, (target, items, output) =>
    through(flow, target, items, { ...source, output }),
  )
}

/** Puts a finished run beside the node's others and says so; gives its index. */
function keep(flow: Pick<Flow, 'say'>, state: LiveState, { document }: GraphNode, run: FinishedRun): number {
  const runs = state.runs.get(document.name)
  if (runs === undefined) state.runs.set(document.name, [run])
  else runs.push(run)
  const index = runs === undefined ? 0 : runs.length - 1
  const { outputs, tries, endedAt } = run
  flow.say({ type: 'end', node: document.name, id: document.id, run: index, at: endedAt, tries, outputs, failure: run.failure ?? null })
  return index
}

function inputsFor(node: GraphNode, call: Call): readonly Input[] {
  const inputs = numbered(call.inputs)
  return node.document.executeOnce ? inputs.map((items) => items?.slice(0, 1) ?? null) : inputs
}

function outcomeOf(flow: Flow, node: GraphNode, call: Call, inputs: readonly Input[]): Outcome | Promise<Outcome> {
  const { document } = node
  if (document.disabled) return [inputs[0] ?? []]
  const pinned = flow.facts.mode === 'test' ? flow.graph.team.pinned[document.id] : undefined
  if (pinned !== undefined) return [pinned as unknown as Outputs[number]]
  return flow.kinds[document.kind].run(nodeCall(flow, node, call, inputs, numbered(call.inputs)))
}

function countOf(inputs: readonly Input[]): number {
  return inputs.reduce((sum, items) => sum + (items?.length ?? 0), 0)
}

/** The one place that ends a run. */
function end(flow: Flow, status: 'succeeded' | 'failed' | 'cancelled', failure: FlowFailure | null): void {
  flow.state.status = status
  flow.state.failure = failure
}
