/** A small world for expressions: nodes with items, a fixed clock, and one evaluator for a test file. */
import { sandboxLibraries } from '../../../extensions/engine/core/node/mod.ts'
import {
  ExpressionFailure,
  type ExpressionScope,
  type Expressions,
  type Item,
  makeExpressions,
  type NodeView,
  type SandboxLimits,
} from '../../../extensions/engine/team/expression/mod.ts'

/** 2026-01-15, a Thursday, half past ten. */
export const NOW = Date.UTC(2026, 0, 15, 10, 30)

export function openExpressions(limits: Partial<SandboxLimits> = {}): Promise<Expressions> {
  return makeExpressions({ now: () => NOW, random: () => 0.5, ticks: () => performance.now(), libraries: sandboxLibraries, limits })
}

export function items(...rows: readonly Record<string, unknown>[]): Item[] {
  return rows.map((json, item) => ({ json, pairedItem: { item } }))
}

function view(name: string, outputs: readonly (readonly Item[])[], from: string | undefined): NodeView {
  return { name, type: 'set', typeVersion: 1, parameters: { p: '' }, runs: [{ outputs, sources: from ? [{ node: from }] : [] }] }
}

/** A chain of nodes, each fed by the one before; the current node hangs on the last. */
export function chain(nodes: Readonly<Record<string, readonly Item[]>>, more: Partial<ExpressionScope> = {}): ExpressionScope {
  const names = Object.keys(nodes)
  const views = new Map(names.map((name, index) => [name, view(name, [nodes[name] ?? []], names[index - 1])]))
  const last = names.at(-1) ?? ''
  return {
    node: { name: 'Current', type: 'set', typeVersion: 2, parameters: { p: 'own' }, runs: [] },
    runIndex: 0,
    inputs: [nodes[last] ?? []],
    sources: last ? [{ node: last }] : [],
    nodeNamed: (name) => views.get(name),
    workflow: { id: 'w1', name: 'Team', active: false },
    execution: { id: '7', mode: 'test' },
    timeZone: 'UTC',
    ...more,
  }
}

export function over(json: Record<string, unknown>, more: Partial<ExpressionScope> = {}): ExpressionScope {
  return chain({ Source: items(json) }, more)
}

/** `name: message` of what it throws; fails the test when it throws nothing. */
export function failure(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    if (error instanceof ExpressionFailure) return `${error.name}: ${error.message}`
    throw error
  }
  throw new Error('It did not fail.')
}
