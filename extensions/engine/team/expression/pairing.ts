/**
 * The paired item: which item of an earlier node an item came from, by walking back through the runs. What is
 * missing on the way is said with the name of the node that should have told.
 */
import { ExpressionFailure } from './failure.ts'
import type { ExpressionScope, Item, NodeRun, PairedItem, RunSource } from './scope.ts'

/** A chain longer than this is a damaged record; the longest real template has 362 nodes. */
const LONGEST_CHAIN = 5_000

interface Place {
  readonly source: RunSource
  readonly item: number
}

/** The item of `wanted` that led to item `itemIndex` of the current input. */
export function pairedItem(scope: ExpressionScope, wanted: string, itemIndex: number): Item | undefined {
  const source = scope.sources[0]
  if (!source) return undefined
  const found = follow(scope, wanted, { source, item: itemIndex }, 0)
  return found ?? undefined
}

function follow(scope: ExpressionScope, wanted: string, start: Place, depth: number): Item | null | undefined {
  let place = start
  for (let steps = depth; steps < LONGEST_CHAIN; steps += 1) {
    const run = runOf(scope, place.source)
    const item = run?.outputs[place.source.output ?? 0]?.[place.item]
    if (place.source.node === wanted) return item
    if (!run || !item) return undefined
    const pairs = pairsOf(item)
    if (pairs === undefined) throw unavailable(place.source.node)
    if (pairs.length > 1) return together(scope, wanted, run, pairs, steps)
    const next = before(run, pairs[0])
    if (next === undefined) throw noPath(wanted)
    place = next
  }
  throw noPath(wanted)
}

/**
 * An item that came from several: ways that lead nowhere are left out. When more than one leads somewhere, n8n takes the items for
 * the same if they themselves came from the same place; of an item that came from nowhere it can tell nothing.
 */
function together(
  scope: ExpressionScope,
  wanted: string,
  run: NodeRun,
  pairs: readonly PairedItem[],
  steps: number,
): Item | null | undefined {
  const found: Item[] = []
  let failed: unknown
  for (const pair of pairs) {
    try {
      const place = before(run, pair)
      const item = place && follow(scope, wanted, place, steps + 1)
      if (item) found.push(item)
    } catch (thrown) {
      failed ??= thrown
    }
  }
  const [first] = found
  if (first === undefined) {
    if (failed !== undefined) throw failed
    return undefined
  }
  if (found.length === 1) return first
  if (found.some((item) => item.pairedItem === undefined)) return undefined
  if (found.every((item) => sameOrigin(item, first))) return first
  throw new ExpressionFailure('ExpressionError', 'Multiple matches found', {
    description: `Several items of '${wanted}' lead here. Use .first(), .last() or .all()[index] instead of .item.`,
  })
}

function sameOrigin(a: Item, b: Item): boolean {
  const [x, y] = [pairsOf(a)?.[0], pairsOf(b)?.[0]]
  return x?.item === y?.item && (x?.input ?? 0) === (y?.input ?? 0)
}

function runOf(scope: ExpressionScope, source: RunSource): NodeRun | undefined {
  return scope.nodeNamed(source.node)?.runs[source.run ?? 0]
}

function before(run: NodeRun, pair: PairedItem | undefined): Place | undefined {
  if (!pair) return undefined
  const other = pair.sourceOverwrite
  const source = other
    ? { node: other.previousNode, output: other.previousNodeOutput ?? 0, run: other.previousNodeRun ?? 0 }
    : run.sources[pair.input ?? 0]
  return source ? { source, item: pair.item } : undefined
}

function pairsOf(item: Item): readonly PairedItem[] | undefined {
  const paired = item.pairedItem
  if (paired === undefined || paired === null) return undefined
  if (typeof paired === 'number') return [{ item: paired }]
  return Array.isArray(paired) ? (paired as readonly PairedItem[]) : [paired as PairedItem]
}

function unavailable(node: string): ExpressionFailure {
  return new ExpressionFailure(
    'ExpressionError',
    `Paired item data for item from node '${node}' is unavailable. Ensure '${node}' is providing the required output.`,
  )
}

function noPath(wanted: string): ExpressionFailure {
  return new ExpressionFailure('ExpressionError', 'Invalid expression', { description: `No path back to node '${wanted}' from here.` })
}
