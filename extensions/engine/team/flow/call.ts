/** Builds one node call: its parameters, and the world as its expressions see it. */
import type { ExpressionScope, NodeView } from '../expression/mod.ts'
import { type Graph, type GraphNode, outputTowards } from './graph.ts'
import type { NodeCall } from './kind.ts'
import type { FlowEvent, FlowFacts, FlowPorts } from './ports.ts'
import { type Call, type Input, type LiveState, runsOf } from './state.ts'

export interface Surroundings {
  readonly graph: Graph
  readonly state: LiveState
  readonly ports: FlowPorts
  readonly facts: FlowFacts
  readonly signal: AbortSignal
  readonly say: (event: FlowEvent) => void
}

/** `inputs` are what the node works on; `seen` what its expressions see: also the items that an execute-once node leaves out. */
export function nodeCall(
  around: Surroundings,
  graphNode: GraphNode,
  call: Call,
  inputs: readonly Input[],
  seen: readonly Input[],
): NodeCall {
  const { state, ports, facts, signal, say } = around
  const node = graphNode.document
  const scope = scopeOf(around, graphNode, call, seen)
  const said = () => ({ node: node.name, id: node.id, at: ports.clock.now() })
  return {
    node,
    graphNode,
    team: around.graph.team,
    version: node.version,
    inputs,
    runIndex: scope.runIndex,
    carriesOn: node.onError !== 'stop',
    memory: memoryOf(state, node.name),
    facts,
    ports,
    signal,
    scope,
    items: (input = 0) => inputs[input] ?? [],
    param: (path, itemIndex, otherwise) => {
      const value = valueAt(node.parameters, path)
      return value === undefined ? otherwise : ports.expressions.resolve(value, scope, itemIndex)
    },
    raw: (path, otherwise) => valueAt(node.parameters, path) ?? otherwise,
    resolve: (value, itemIndex) => ports.expressions.resolve(value, scope, itemIndex),
    staticData: () => ({ global: state.staticData.global, node: state.staticData.nodes[node.name] ?? {} }),
    keepStaticData: (data) => {
      state.staticData.global = data.global
      state.staticData.nodes[node.name] = data.node
    },
    line: (text) => say({ type: 'line', ...said(), text }),
    respond: (answer) => say({ type: 'respond', ...said(), answer }),
  }
}

function memoryOf(state: LiveState, node: string): Record<string, unknown> {
  let memory = state.memory.get(node)
  if (memory === undefined) {
    memory = {}
    state.memory.set(node, memory)
  }
  return memory
}

/** A value by its dotted path. Own properties only: a path cannot reach what the document did not say. */
export function valueAt(from: unknown, path: string): unknown {
  let value = from
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined
    value = (value as Record<string, unknown>)[part]
  }
  return value
}

export function scopeOf(
  around: Pick<Surroundings, 'graph' | 'state' | 'facts'>,
  graphNode: GraphNode,
  call: Call,
  inputs: readonly Input[],
): ExpressionScope {
  const { graph, state, facts } = around
  const node = graphNode.document
  return {
    node: viewOf(state, graphNode),
    runIndex: runsOf(state, node.name).length,
    inputs,
    sources: call.sources,
    nodeNamed: (name) => {
      const found = graph.nodes.get(name)
      return found === undefined ? undefined : viewOf(state, found)
    },
    outputTowards: (from) => outputTowards(graph, from, node.name),
    workflow: { id: facts.teamId, name: graph.team.name, active: facts.mode === 'production' },
    execution: {
      id: facts.executionId,
      mode: facts.mode,
      ...(facts.resumeUrl === undefined ? {} : { resumeUrl: facts.resumeUrl }),
    },
    timeZone: facts.timeZone,
    ...(facts.variables === undefined ? {} : { variables: facts.variables }),
    ...(facts.environment === undefined ? {} : { environment: facts.environment }),
  }
}

function viewOf(state: LiveState, { document }: GraphNode): NodeView {
  return {
    name: document.name,
    type: document.origin?.type ?? document.kind,
    typeVersion: document.version,
    parameters: document.parameters,
    runs: runsOf(state, document.name),
    context: state.memory.get(document.name) ?? {},
  }
}
