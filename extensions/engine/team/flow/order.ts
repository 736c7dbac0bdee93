/**
 * Which node runs next: rules FLOW10 to FLOW19. The queue holds complete calls, the waiting list those that lack an input.
 *
 * v1  Depth first. All targets of a finished run that got items go to the front of the queue, topmost first, then leftmost.
 * v0  Breadth first. They go to its end, in the order of the links; and when a node waits for an input whose branch got
 *     nothing, that branch is run on one empty item.
 */
import type { Item } from '../expression/mod.ts'
import type { Graph, GraphNode, Target } from './graph.ts'
import type { Call, FinishedRun, LiveState } from './state.ts'

type Outputs = FinishedRun['outputs']

/** Which inputs must have come before a node runs without the others: a count, or those very inputs. */
export type Required = number | readonly number[]

/** Puts everything that the finished run `runIndex` of `from` leads to into the queue or the waiting list. */
export function followOn(
  state: LiveState,
  graph: Graph,
  from: string,
  runIndex: number,
  outputs: Outputs,
  through: (target: Target, items: readonly Item[], output: number) => readonly Item[] = (_target, items) => items,
): void {
  const node = graph.nodes.get(from)
  if (node === undefined) return
  const depthFirst = graph.team.settings.executionOrder === 'v1'
  const reached: { target: Target; output: number; items: readonly Item[] }[] = []
  for (const [output, targets] of node.targets.entries()) {
    const given = outputs[output]
    if (given === null || given === undefined) continue
    for (const target of targets) {
      const items = target.link === undefined ? given : through(target, given, output)
      // In v0 an empty list tells a later input that its branch has ended; the first input is left open by it.
      if (items.length > 0 || (!depthFirst && target.input > 0)) reached.push({ target, output, items })
    }
  }
  if (depthFirst) {
    // Each goes in front of those before it, so the topmost comes last here.
    reached.sort((a, b) => byPosition(graph.nodes.get(b.target.node), graph.nodes.get(a.target.node)))
  }
  for (const { target, output, items } of reached) {
    deliver(state, graph, { target, items, source: { node: from, output, run: runIndex } }, depthFirst)
  }
}

function byPosition(a: GraphNode | undefined, b: GraphNode | undefined): number {
  if (a === undefined || b === undefined) return 0
  const p = a.document.position
  const q = b.document.position
  return p.y - q.y || p.x - q.x
}

interface Delivery {
  readonly target: Target
  readonly items: readonly Item[]
  readonly source: { readonly node: string; readonly output: number; readonly run: number }
}

function deliver(state: LiveState, graph: Graph, delivery: Delivery, depthFirst: boolean): void {
  const { target, items, source } = delivery
  const width = graph.nodes.get(target.node)?.feeds.length ?? 1
  if (width <= 1) {
    enqueue(state, { node: target.node, inputs: [items], sources: [source] }, depthFirst)
    return
  }
  const place = state.waiting.findIndex((call) => call.node === target.node && (call.inputs[target.input] ?? null) === null)
  const before: Call = state.waiting[place] ?? { node: target.node, inputs: Array(width).fill(null), sources: Array(width).fill(null) }
  const call: Call = {
    node: target.node,
    inputs: before.inputs.with(target.input, items),
    sources: before.sources.with(target.input, source),
  }
  if (call.inputs.every((input) => input !== null)) {
    if (place >= 0) state.waiting.splice(place, 1)
    enqueue(state, call, depthFirst)
    return
  }
  if (place >= 0) state.waiting[place] = call
  else state.waiting.push(call)
  if (!depthFirst) feedStarved(state, graph, call, source.node)
}

function enqueue(state: LiveState, call: Call, depthFirst: boolean): void {
  if (depthFirst) state.queue.unshift(call)
  else state.queue.push(call)
}

/** v0 only: branches of a waiting call that got nothing are run on one empty item. */
function feedStarved(state: LiveState, graph: Graph, call: Call, cameFrom: string): void {
  const feeds = graph.nodes.get(call.node)?.feeds ?? []
  for (const [input, feeding] of feeds.entries()) {
    if (call.inputs[input] !== null) continue
    for (const feed of feeding) {
      if (feed.node === cameFrom) continue
      const starved = firstUnrun(state, graph, feed.node)
      if (starved === undefined || !gotNothing(state, graph, starved)) continue
      state.queue.push({ node: starved, inputs: [[{ json: {} }]], sources: [{ node: cameFrom, output: 0, run: 0 }] })
    }
  }
}

/** The farthest node upstream of `node` (or itself) that has not run, up to the nearest one that has; undefined when one is queued. */
function firstUnrun(state: LiveState, graph: Graph, node: string): string | undefined {
  let candidate: string | undefined
  for (const name of [node, ...(graph.nodes.get(node)?.ancestors ?? [])]) {
    if (state.queue.some((call) => call.node === name)) return undefined
    if (state.runs.has(name)) return candidate
    candidate = name
  }
  return candidate
}

function gotNothing(state: LiveState, graph: Graph, node: string): boolean {
  for (const feed of graph.nodes.get(node)?.feeds[0] ?? []) {
    const last = state.runs.get(feed.node)?.at(-1)
    if ((last?.outputs[feed.output]?.length ?? 0) > 0) return false
  }
  return true
}

/** When the queue is empty: the first waiting call that may run with what it has. Calls that can never run are dropped. */
export function releaseWaiting(state: LiveState, graph: Graph, requiredOf: (node: GraphNode) => Required | undefined): Call | undefined {
  const waitingNodes = new Set(state.waiting.map((call) => call.node))
  for (const name of waitingNodes) {
    const node = graph.nodes.get(name)
    if (node?.ancestors.some((ancestor) => waitingNodes.has(ancestor)) ?? true) continue
    const place = state.waiting.findIndex((call) => call.node === name)
    const call = state.waiting[place]
    if (node === undefined || call === undefined) continue
    const required = graph.team.settings.executionOrder === 'v1' ? requiredOf(node) : undefined
    if (!enough(call, required)) continue
    state.waiting.splice(place, 1)
    const inputs = call.inputs.map((input) => input ?? [])
    if (inputs.some((input) => input.length > 0)) return { ...call, inputs }
    // Every branch ended empty: the call is dropped, and the next one of this or another node may follow.
    return releaseWaiting(state, graph, requiredOf)
  }
  return undefined
}

function enough(call: Call, required: Required | undefined): boolean {
  if (required === undefined) return true
  const came = call.inputs.flatMap((input, index) => (input === null ? [] : [index]))
  return typeof required === 'number' ? came.length >= required : required.every((index) => came.includes(index))
}
