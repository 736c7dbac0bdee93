/**
 * Loop over items in batches: rules FLOW40 to FLOW43. Its state lies in the node's own memory: what is left, where it came
 * from, and what came back. Version 1 has one output and ends its branch when nothing is left; version 2 gives batches on output
 * 0 and what came back on output 1; version 3 the other way round.
 */
import type { Item, PairedItem } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules, Outcome } from '../flow/kind.ts'
import { wholeNumber } from './each.ts'

type Source = NonNullable<PairedItem['sourceOverwrite']>

interface LoopMemory {
  /** What is left. */
  left?: readonly Item[]
  /** How many were given before. */
  given?: number
  cameFrom?: Source | null
  returned?: readonly Item[]
  // The names that expressions read.
  currentRunIndex?: number
  maxRunIndex?: number
  noItemsLeft?: boolean
  done?: boolean
}

export const loop: NodeKindRules = {
  outputs: (node) => (node.version >= 2 ? 2 : 1),
  run(call): Outcome {
    const size = wholeNumber(call.param('batchSize', 0, call.version >= 3 ? 1 : 10), 1)
    if (size < 1) throw new NodeFailure(`The batch size must be 1 or more, and is ${size}.`)
    const memory = call.memory as LoopMemory
    const batch =
      memory.left === undefined || call.param('options.reset', 0, false) === true ? begin(call, memory, size) : goOn(call, memory, size)
    memory.noItemsLeft = (memory.left?.length ?? 0) === 0
    if (batch.length > 0) {
      if (call.version < 2) return [batch]
      memory.done = false
      return call.version >= 3 ? [[], batch] : [batch, []]
    }
    if (call.version < 2) return null
    memory.done = true
    const returned = memory.returned ?? []
    return call.version >= 3 ? [returned, []] : [[], returned]
  },
}

function begin(call: NodeCall, memory: LoopMemory, size: number): readonly Item[] {
  const items = call.items()
  memory.currentRunIndex = 0
  memory.maxRunIndex = Math.ceil(items.length / size)
  memory.cameFrom = sourceOf(call)
  memory.returned = []
  memory.left = items.slice(size)
  memory.given = Math.min(size, items.length)
  return items.slice(0, size)
}

function goOn(call: NodeCall, memory: LoopMemory, size: number): readonly Item[] {
  const { left = [], given = 0, cameFrom } = memory
  memory.currentRunIndex = (memory.currentRunIndex ?? 0) + 1
  memory.left = left.slice(size)
  memory.given = given + Math.min(size, left.length)
  const from = sourceOf(call)
  const came = call.items().map((item) => ({ ...item, pairedItem: overwritten(item, from) }))
  memory.returned = [...(memory.returned ?? []), ...came]
  return left.slice(0, size).map((item) => ({ ...item, pairedItem: overwritten(item, cameFrom ?? null) }))
}

function overwritten(item: Item, source: Source | null): PairedItem {
  const place = item.pairedItem as PairedItem
  return source === null ? place : { ...place, sourceOverwrite: source }
}

function sourceOf(call: NodeCall): Source | null {
  const source = call.scope.sources[0]
  if (source === null || source === undefined) return null
  return { previousNode: source.node, previousNodeOutput: source.output ?? 0, previousNodeRun: source.run ?? 0 }
}
