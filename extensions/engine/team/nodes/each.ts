/** The shape of most nodes: work on item after item; an error in one is thrown, or given as an item when the node carries on. */
import type { Item } from '../expression/mod.ts'
import { ExpressionFailure, MomentValue } from '../expression/mod.ts'
import { NodeFailure, RunEnded } from '../flow/failure.ts'
import type { NodeCall } from '../flow/kind.ts'

export type Json = Record<string, unknown>

/** What a node makes of one item. A bare result is paired with the item it came from. */
export type Made = Item | readonly Item[] | null

export async function eachItem(call: NodeCall, make: (item: Item, index: number) => Made | Promise<Made>): Promise<Item[]> {
  const out: Item[] = []
  for (const [index, item] of call.items().entries()) {
    if (call.signal.aborted) throw new RunEnded('cancelled', 'The run was cancelled.')
    try {
      const made = await make(item, index)
      if (made === null) continue
      for (const one of Array.isArray(made) ? (made as readonly Item[]) : [made as Item]) {
        out.push(one.pairedItem === undefined ? { ...one, pairedItem: { item: index } } : one)
      }
    } catch (thrown) {
      if (!call.carriesOn || thrown instanceof RunEnded) throw withItem(thrown, index)
      out.push(errorItem(thrown, index))
    }
  }
  return out
}

export function errorItem(thrown: unknown, index: number): Item {
  return { json: { error: messageOf(thrown) }, pairedItem: { item: index } }
}

/** A failure of the node's own says which item it was about, unless it already does. */
export function withItem(thrown: unknown, index: number): unknown {
  if (thrown instanceof RunEnded || thrown instanceof ExpressionFailure) return thrown
  if (!(thrown instanceof NodeFailure)) return thrown
  if (/ \[(?:item|line|condition) [^\]]*\]$/.test(thrown.message)) return thrown
  return new NodeFailure(`${thrown.message} [item ${index}]`, { name: thrown.name, description: thrown.description, cause: thrown })
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** A parameter as text; numbers and booleans as people would write them, anything else as JSON. */
export function text(value: unknown, otherwise = ''): string {
  if (value === undefined || value === null) return otherwise
  if (typeof value === 'string') return value
  return typeof value === 'object' && !(value instanceof MomentValue) ? JSON.stringify(value) : String(value)
}

/** A comma list, or an array, as trimmed names. */
export function names(value: unknown): string[] {
  const list = Array.isArray(value) ? value.map((entry) => text(entry)) : text(value).split(',')
  return list.map((name) => name.trim()).filter((name) => name !== '')
}

/** A parameter as a list of objects (n8n's fixed collections); anything else is an empty list. */
export function bags(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter((entry): entry is Json => typeof entry === 'object' && entry !== null) : []
}

export function wholeNumber(value: unknown, otherwise: number): number {
  const number = typeof value === 'number' ? value : Number(value)
  return value === undefined || value === '' || value === null || Number.isNaN(number) ? otherwise : Math.trunc(number)
}
