/** A small team, a sandbox and a clock that stands, for the tests of the flow engine. */
import { type TeamDocument, type TeamDraft, teamDocument } from '#contract'
import { sandboxLibraries } from '#core/node'
import {
  type Expressions,
  type Flow,
  type FlowEvent,
  type FlowPorts,
  freshState,
  graphOf,
  type Item,
  KINDS,
  type LiveState,
  makeExpressions,
  runFlow,
} from '../../../extensions/engine/team/thread.ts'

export const NOW = Date.parse('2026-01-15T10:30:00.000Z')

let shared: Promise<Expressions> | undefined

export function sandbox(): Promise<Expressions> {
  shared ??= makeExpressions({ now: () => NOW, random: () => 0.5, ticks: () => performance.now(), libraries: sandboxLibraries })
  return shared
}

type DraftNode = NonNullable<TeamDraft['nodes']>[number]

/** Nodes by name, and links written `A -> B`, `A:1 -> B:0`. Positions follow the order unless they are given. */
export function team(
  nodes: Readonly<Record<string, Partial<DraftNode>>>,
  links: readonly string[],
  settings: TeamDraft['settings'] = {},
): TeamDocument {
  return teamDocument.parse({
    name: 'Test',
    nodes: Object.entries(nodes).map(([name, node], at) => ({
      id: `id-${name}`,
      name,
      kind: 'noOp',
      position: { x: at * 100, y: 0 },
      ...node,
    })),
    links: links.map((link) => {
      const [from = '', to = ''] = link.split('->').map((end) => end.trim())
      const [source, output = '0'] = from.split(':')
      const [target, input = '0'] = to.split(':')
      return { from: { node: `id-${source}`, output: Number(output) }, to: { node: `id-${target}`, input: Number(input) } }
    }),
    settings,
  })
}

export interface Ran {
  readonly state: LiveState
  readonly events: readonly FlowEvent[]
  /** Names, in the order in which they ran. */
  readonly order: readonly string[]
  readonly flow: Flow
  /** The items of a node's run and output. */
  items(node: string, output?: number, run?: number): readonly Item[]
  json(node: string, output?: number, run?: number): readonly unknown[]
}

export async function run(
  document: TeamDocument,
  start: string,
  items: readonly unknown[] = [{}],
  more: { ports?: Partial<FlowPorts>; limits?: Partial<Flow['limits']>; signal?: AbortSignal; mode?: 'test' | 'production' } = {},
): Promise<Ran> {
  const graph = graphOf(document)
  const state = freshState(
    start,
    items.map((json) => ({ json: json as Record<string, unknown> })),
  )
  const events: FlowEvent[] = []
  const flow: Flow = {
    graph,
    state,
    kinds: KINDS,
    limits: { items: 100_000, bytes: 64 * 1024 * 1024, runMs: 60_000, ...more.limits },
    signal: more.signal ?? new AbortController().signal,
    say: (event) => events.push(event),
    facts: { teamId: 't', executionId: 'e', mode: more.mode ?? 'test', timeZone: 'UTC' },
    ports: {
      expressions: await sandbox(),
      clock: {
        now: () => NOW,
        after: (_ms, task) => {
          queueMicrotask(task)
          return () => {}
        },
      },
      random: () => 0.5,
      ...more.ports,
    },
  }
  await runFlow(flow)
  return ran(flow, events)
}

export function ran(flow: Flow, events: readonly FlowEvent[]): Ran {
  const items = (node: string, output = 0, index = -1) => flow.state.runs.get(node)?.at(index)?.outputs[output] ?? []
  return {
    state: flow.state,
    events,
    flow,
    get order() {
      return events.flatMap((event) => (event.type === 'begin' ? [event.node] : []))
    },
    items,
    json: (node, output, index) => JSON.parse(JSON.stringify(items(node, output, index).map((item) => item.json))) as unknown[],
  }
}

/** Set with one field, beside what the item has. */
export function setField(name: string, value: unknown, type = 'string'): Partial<DraftNode> {
  return {
    kind: 'set',
    version: 3.4,
    parameters: { includeOtherFields: true, assignments: { assignments: [{ id: '1', name, value, type }] }, options: {} },
  }
}

/** Conditions of one comparison of a number field. */
export function compareNumber(field: string, operation: string, value: number): Record<string, unknown> {
  return {
    conditions: {
      options: { version: 2, caseSensitive: true, typeValidation: 'strict' },
      combinator: 'and',
      conditions: [{ id: '1', leftValue: `={{ $json.${field} }}`, rightValue: value, operator: { type: 'number', operation } }],
    },
  }
}
