/** What the engine makes of a node's outcome: rules FLOW30 to FLOW35 (error output, always-output, pairing). */
import type { TeamNode } from '#contract'
import type { Item } from '../expression/mod.ts'
import type { Outputs } from './kind.ts'
import { emptyItem, paired } from './pairing.ts'
import type { FinishedRun, Input } from './state.ts'

export function settled(node: TeamNode, given: Outputs | null, inputs: readonly Input[], outputCount: number): FinishedRun['outputs'] {
  let outputs = given === null ? [] : paired(given, inputs)
  if (node.onError === 'errorOutput' && given !== null) outputs = withErrorOutput(outputs, inputs, outputCount)
  if (node.alwaysOutput && (outputs[0]?.length ?? 0) === 0) outputs = [[emptyItem(inputs)], ...outputs.slice(1)]
  return outputs
}

/** Items that tell of an error go to one more output, after the regular ones, together with what they came from. */
function withErrorOutput(outputs: Outputs, inputs: readonly Input[], outputCount: number): Outputs {
  const failed: Item[] = []
  const regular = Array.from({ length: outputCount }, (_, index) =>
    (outputs[index] ?? []).filter((item) => {
      if (!tellsError(item)) return true
      failed.push(withOrigin(item, inputs))
      return false
    }),
  )
  return [...regular, [...failed, ...(outputs[outputCount] ?? [])]]
}

function tellsError(item: Item): boolean {
  if (item.error !== undefined && item.error !== null) return true
  const keys = Object.keys(item.json)
  if (!item.json.error) return false
  return keys.length === 1 || (keys.length === 2 && Boolean(item.json.message))
}

function withOrigin(item: Item, inputs: readonly Input[]): Item {
  const error = item.error === undefined || item.error === null ? undefined : item.error
  const told = error === undefined ? item.json : { ...item.json, error: error instanceof Error ? error.message : error }
  const from =
    typeof item.pairedItem === 'number' ? { item: item.pairedItem } : Array.isArray(item.pairedItem) ? item.pairedItem[0] : item.pairedItem
  const origin = from === undefined ? undefined : inputs[from.input ?? 0]?.[from.item]
  return {
    json: { ...origin?.json, ...told },
    ...(origin?.binary === undefined ? {} : { binary: origin.binary }),
    ...(item.pairedItem === undefined ? {} : { pairedItem: item.pairedItem }),
  }
}

/** A node that gave nothing but errors counts as failed for its retries: its first item tells one. */
export function swallowedError(outputs: Outputs | null): string | null {
  const error = outputs?.[0]?.[0]?.json.error
  if (error === undefined || error === null) return null
  return typeof error === 'string' ? error : JSON.stringify(error)
}
