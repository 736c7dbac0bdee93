/**
 * Pairing: which input item each output item came from (rules FLOW20 to FLOW23). A node says it where it knows; where it does
 * not, the engine fills in only what cannot be wrong.
 */
import type { Item, PairedItem } from '../expression/mod.ts'
import type { Input } from './state.ts'

/** The items as a node sees them: each paired with its own place. */
export function numbered(inputs: readonly Input[]): readonly Input[] {
  return inputs.map((items, input) => items?.map((item, index) => ({ ...item, pairedItem: place(index, input) })) ?? null)
}

function place(item: number, input: number): PairedItem {
  return input === 0 ? { item } : { item, input }
}

/** Fills in missing pairings: from a single input item; one to one; or, for a lone result of several items, the first of them. */
export function paired(outputs: readonly (readonly Item[])[], inputs: readonly Input[]): readonly (readonly Item[])[] {
  const only = inputs.length === 1 ? inputs[0] : undefined
  if (only === undefined || only === null) return outputs
  const straight = outputs.length === 1 && outputs[0]?.length === only.length
  const single = only.length === 1
  const lone = outputs.length === 1 && outputs[0]?.length === 1 && only.length > 1
  if (!straight && !single && !lone) return outputs
  return outputs.map((items) =>
    items.every((item) => item.pairedItem !== undefined)
      ? items
      : items.map((item, index) => (item.pairedItem === undefined ? { ...item, pairedItem: { item: single || lone ? 0 : index } } : item)),
  )
}

/** The one empty item of an always-output node: paired with everything that came in. */
export function emptyItem(inputs: readonly Input[]): Item {
  const pairedItem = inputs.flatMap((items, input) => (items ?? []).map((_, item) => ({ item, input })))
  return { json: {}, pairedItem }
}
