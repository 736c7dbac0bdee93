/** What the scope answers when an expression asks: one reader for the sandbox and for the short way beside it, so that both agree. */
import { ExpressionFailure } from './failure.ts'
import { pairedItem } from './pairing.ts'
import type { ExpressionScope, Item, NodeView } from './scope.ts'

const NOTHING: readonly Item[] = []

export function itemAt(scope: ExpressionScope, index: number): Item | undefined {
  return itemsOf(scope)[index]
}

export function itemsOf(scope: ExpressionScope): readonly Item[] {
  return scope.inputs[0] ?? NOTHING
}

/** A node that must exist. */
export function nodeNamed(scope: ExpressionScope, name: string): NodeView {
  const node = scope.nodeNamed(name)
  if (!node)
    throw new ExpressionFailure('ExpressionError', "Referenced node doesn't exist", { description: `There is no node named '${name}'.` })
  return node
}

export function isExecuted(scope: ExpressionScope, name: string): boolean {
  return nodeNamed(scope, name).runs.length > 0
}

/** A node's items: the output towards the current node and its latest run, unless others are named. */
export function nodeItems(scope: ExpressionScope, name: string, output?: number, run?: number): readonly Item[] {
  const node = executed(scope, name)
  const found = node.runs[run ?? runFor(scope, node)]
  if (!found) throw new ExpressionFailure('ExpressionError', `Run ${run} of node '${name}' doesn't exist`)
  const wanted = output ?? scope.outputTowards?.(name) ?? firstFilled(found.outputs)
  return found.outputs[wanted] ?? NOTHING
}

/** The run that the current input came from when it came straight from there; else the latest. */
function runFor(scope: ExpressionScope, node: NodeView): number {
  const direct = scope.sources.find((source) => source?.node === node.name)
  return direct?.run ?? node.runs.length - 1
}

function firstFilled(outputs: readonly (readonly Item[] | null | undefined)[]): number {
  const found = outputs.findIndex((items) => items !== null && items !== undefined && items.length > 0)
  return found === -1 ? 0 : found
}

export function pairedWith(scope: ExpressionScope, name: string, itemIndex: number): Item | undefined {
  executed(scope, name)
  return pairedItem(scope, name, itemIndex)
}

/** `$node["Name"]`: the item that this one came from, else the one at the same place. */
export function legacyItem(scope: ExpressionScope, name: string, itemIndex: number): Item | undefined {
  executed(scope, name)
  const items = nodeItems(scope, name)
  const item = items[itemIndex]
  if (!item && items.length > 0) {
    throw new ExpressionFailure(
      'ExpressionError',
      `"${name}" node has ${items.length} item(s) but you're trying to access item ${itemIndex}`,
    )
  }
  return item
}

function executed(scope: ExpressionScope, name: string): NodeView {
  const node = nodeNamed(scope, name)
  if (node.runs.length === 0) throw new ExpressionFailure('ExpressionError', `Node '${name}' hasn't been executed`)
  return node
}
