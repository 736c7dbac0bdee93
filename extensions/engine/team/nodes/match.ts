/** Which items of one list belong to which of another, by the values of fields. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import { getPath } from './paths.ts'
import { exactly, loosely, type Same } from './same.ts'

export interface FieldPair {
  readonly first: string
  readonly second: string
}

export interface Matching {
  readonly pairs: readonly FieldPair[]
  readonly fuzzy: boolean
  readonly plain: boolean
  /** Only the first match of each. */
  readonly firstOnly: boolean
}

export interface Matches {
  readonly matched: readonly { readonly entry: Item; readonly with: readonly Item[] }[]
  readonly lone1: readonly Item[]
  readonly lone2: readonly Item[]
  /** Those of the second list that were matched, in their own order. */
  readonly met2: readonly Item[]
}

export function matchesOf(list1: readonly Item[], list2: readonly Item[], asked: Matching): Matches {
  if (asked.pairs.length === 0) throw new NodeFailure('Name at least one pair of fields to match by.')
  const same: Same = asked.fuzzy ? loosely : exactly
  const valuesOf = (item: Item, side: 'first' | 'second') =>
    asked.pairs.map((pair) => (asked.plain ? item.json[pair[side]] : getPath(item.json, pair[side])))
  const values2 = list2.map((item) => valuesOf(item, 'second'))
  // Exact matches of plain values are looked up instead of compared with every other: lists may be long.
  const index = asked.fuzzy ? undefined : indexOf(values2)
  const met = new Set<number>()
  const lone1: Item[] = []
  const matched: { entry: Item; with: Item[] }[] = []
  for (const entry of list1) {
    const values = valuesOf(entry, 'first')
    if (values.some((value) => value === undefined)) {
      lone1.push(entry)
      continue
    }
    const key = index === undefined ? undefined : keyOf(values)
    const candidates = key === undefined || index === undefined ? values2.keys() : (index.get(key) ?? []).values()
    const found: number[] = []
    for (const place of candidates) {
      const others = values2[place] ?? []
      if (!values.every((value, at) => others[at] !== undefined && same(value, others[at]))) continue
      found.push(place)
      if (asked.firstOnly) break
    }
    for (const place of found) met.add(place)
    if (found.length === 0) lone1.push(entry)
    else matched.push({ entry, with: found.map((place) => list2[place] as Item) })
  }
  return { matched, lone1, lone2: list2.filter((_, place) => !met.has(place)), met2: list2.filter((_, place) => met.has(place)) }
}

function indexOf(rows: readonly (readonly unknown[])[]): Map<string, number[]> {
  const index = new Map<string, number[]>()
  for (const [place, row] of rows.entries()) {
    const key = keyOf(row)
    const places = index.get(key)
    if (places === undefined) index.set(key, [place])
    else places.push(place)
  }
  return index
}

/** Equal rows have equal keys; unequal ones may too (objects in another key order), and are compared afterwards. */
function keyOf(row: readonly unknown[]): string {
  return JSON.stringify(
    row.map((value) => (typeof value === 'object' && value !== null ? [Object.keys(value).length] : `${typeof value}:${String(value)}`)),
  )
}
