import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TeamDocument, teamDocument } from '#contract'
import { type FlowEvent, keptState, liveState, runFlow } from '../../../extensions/engine/team/thread.ts'
import { type History, interpret, type Op, type PlainNode, TooMany } from './interpreter.ts'
import { compareNumber, type Ran, ran, run, setField } from './stage.ts'

const MOST = 60

const op: fc.Arbitrary<Op> = fc.oneof(
  fc.constant<Op>({ op: 'pass' }),
  fc.integer({ min: 1, max: 3 }).map((amount): Op => ({ op: 'add', amount })),
  fc.integer({ min: 0, max: 9 }).map((than): Op => ({ op: 'more', than })),
  fc.integer({ min: 0, max: 9 }).map((under): Op => ({ op: 'keep', under })),
  fc.integer({ min: 1, max: 3 }).map((count): Op => ({ op: 'first', count })),
  fc.constant<Op>({ op: 'join' }),
)

const graph = (joins: boolean) =>
  fc
    .record({
      ops: fc.array(joins ? op : op.filter((each) => each.op !== 'join'), { minLength: 2, maxLength: 9 }),
      rows: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 10, maxLength: 10 }),
      links: fc.array(fc.record({ from: fc.nat(9), to: fc.nat(9), output: fc.nat(1), input: fc.nat(1) }), { minLength: 2, maxLength: 14 }),
      numbers: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 4 }),
    })
    .map(({ ops, rows, links, numbers }) => {
      const all: Op[] = [{ op: 'pass' }, ...ops]
      const nodes = all.map((each, at): PlainNode => {
        const mine = links.filter((link) => link.from % all.length === at && link.to % all.length !== 0)
        const out = Array.from({ length: each.op === 'more' ? 2 : 1 }, (_, output) =>
          mine
            .filter((link) => each.op !== 'more' || link.output === output)
            .map((link) => ({ to: link.to % all.length, input: all[link.to % all.length]?.op === 'join' ? link.input : 0 }))
            .filter((link, place, list) => list.findIndex((other) => other.to === link.to && other.input === link.input) === place),
        )
        return { name: `N${at}`, op: each, x: at, y: rows[at] ?? 0, out }
      })
      return { nodes, numbers }
    })

function asTeam(nodes: readonly PlainNode[], executionOrder: 'v0' | 'v1'): TeamDocument {
  return teamDocument.parse({
    name: 'Random',
    nodes: nodes.map((node) => ({ id: node.name, name: node.name, position: { x: node.x, y: node.y }, ...kindOf(node.op) })),
    links: nodes.flatMap((node) =>
      node.out.flatMap((links, output) =>
        links.map((link) => ({ from: { node: node.name, output }, to: { node: `N${link.to}`, input: link.input } })),
      ),
    ),
    settings: { executionOrder, maxSteps: MOST },
  })
}

function kindOf(each: Op) {
  switch (each.op) {
    case 'pass':
      return { kind: 'noOp' as const }
    case 'add':
      return setField('n', `={{ $json.n + ${each.amount} }}`, 'number')
    case 'more':
      return { kind: 'if' as const, version: 2.2, parameters: compareNumber('n', 'gt', each.than) }
    case 'keep':
      return { kind: 'filter' as const, version: 2.2, parameters: compareNumber('n', 'lt', each.under) }
    case 'first':
      return { kind: 'limit' as const, parameters: { maxItems: each.count } }
    case 'join':
      return { kind: 'merge' as const, version: 3, parameters: { mode: 'append' } }
  }
}

/** What ran, as plain rows: number and origin of each item, by node, run and output. */
function historyOf(done: Ran): unknown {
  return [...done.state.runs]
    .map(([node, runs]) => [
      node,
      runs.map((one) =>
        one.outputs.map((items) =>
          (items ?? []).map((item) => {
            const from = item.pairedItem as { item: number; input?: number }
            return [item.json.n, from.item, from.input ?? 0]
          }),
        ),
      ),
    ])
    .sort()
}

function plainHistory(history: History): unknown {
  return [...history]
    .map(([node, runs]) => [node, runs.map((outputs) => outputs.map((rows) => rows.map((row) => [row.n, row.from.item, row.from.input])))])
    .sort()
}

/** What the interpreter says; graphs that grow without end are no cases. */
function plainly(nodes: readonly PlainNode[], numbers: readonly number[], order: 'v0' | 'v1') {
  try {
    return interpret(nodes, 0, numbers, order, MOST)
  } catch (thrown) {
    fc.pre(!(thrown instanceof TooMany))
    throw thrown
  }
}

describe('random graphs: the engine and a slow, plain interpreter', () => {
  test('[FLOW10] [FLOW13] [FLOW14] v1 with joins and free loops gives the same items, runs and pairing', async () => {
    await fc.assert(
      fc.asyncProperty(graph(true), async ({ nodes, numbers }) => {
        const plain = plainly(nodes, numbers, 'v1')
        const done = await run(
          asTeam(nodes, 'v1'),
          'N0',
          numbers.map((n) => ({ n })),
        )
        expect(done.state.status).toBe(plain.over ? 'failed' : 'succeeded')
        expect(historyOf(done)).toEqual(plainHistory(plain.history))
      }),
      { numRuns: 300, seed: 20260115 },
    )
  })

  test('[FLOW11] v0 without joins gives the same items, runs and pairing', async () => {
    await fc.assert(
      fc.asyncProperty(graph(false), async ({ nodes, numbers }) => {
        const plain = plainly(nodes, numbers, 'v0')
        const done = await run(
          asTeam(nodes, 'v0'),
          'N0',
          numbers.map((n) => ({ n })),
        )
        expect(done.state.status).toBe(plain.over ? 'failed' : 'succeeded')
        expect(historyOf(done)).toEqual(plainHistory(plain.history))
      }),
      { numRuns: 150, seed: 20260115 },
    )
  })

  test('[FLOW46] stopped after any node, kept as JSON and brought back, a run gives the same items', async () => {
    await fc.assert(
      fc.asyncProperty(graph(true), fc.integer({ min: 1, max: 12 }), async ({ nodes, numbers }, after) => {
        plainly(nodes, numbers, 'v1')
        const document = asTeam(nodes, 'v1')
        const whole = await run(
          document,
          'N0',
          numbers.map((n) => ({ n })),
        )
        const stop = new AbortController()
        const cut = await run(
          document,
          'N0',
          numbers.map((n) => ({ n })),
          { signal: stopAfter(stop, after) },
        )
        const state = liveState(JSON.parse(JSON.stringify(keptState(cut.state))))
        if (state.status === 'cancelled') Object.assign(state, { status: 'running', failure: null })
        const events: FlowEvent[] = []
        const flow = { ...cut.flow, state, signal: new AbortController().signal, say: (event: FlowEvent) => void events.push(event) }
        await runFlow(flow)
        expect(historyOf(ran(flow, events))).toEqual(historyOf(whole))
        expect(state.status).toBe(whole.state.status)
      }),
      { numRuns: 100, seed: 20260115 },
    )
  })
})

/** A signal that is aborted when it has been looked at `times` times: before each node, once. */
function stopAfter(controller: AbortController, times: number): AbortSignal {
  let looked = 0
  return new Proxy(controller.signal, {
    get(target, name) {
      if (name === 'aborted') {
        looked += 1
        return looked > times
      }
      const value = Reflect.get(target, name) as unknown
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}
