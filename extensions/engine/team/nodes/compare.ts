/** Compare datasets: only in the first, the same, different, only in the second. */
import type { Item, PairedItem } from '../expression/mod.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { bags, type Json, names, text } from './each.ts'
import { matchesOf } from './match.ts'
import { getPath, setPath, setPlain } from './paths.ts'
import { exactly, loosely, type Same } from './same.ts'

export const compare: NodeKindRules = {
  outputs: () => 4,
  required: () => 1,
  run(call) {
    const fuzzy = call.param('fuzzyCompare', 0, call.param('options.fuzzyCompare', 0, false)) === true
    const same = fuzzy ? loosely : exactly
    const pairs = bags(call.param('mergeByFields.values', 0, [])).map((pair) => ({ first: text(pair.field1), second: text(pair.field2) }))
    const plain = call.param('options.disableDotNotation', 0, false) === true
    const skipped = names(call.param('options.skipFields', 0, ''))
    const firstOnly = call.param('options.multipleMatches', 0, 'first') !== 'all'
    const found = matchesOf(call.items(0), call.items(1), { pairs, fuzzy, plain, firstOnly })
    const alike: Item[] = []
    const different: Item[] = []
    for (const match of found.matched) {
      for (const other of match.with) {
        if (sameItems(match.entry, other, same, skipped)) alike.push(match.entry)
        else different.push(told(call, match.entry, other, { same, skipped, plain, keys: pairs }))
      }
    }
    return [found.lone1, alike, different, found.lone2]
  },
}

function without(json: Item['json'], skipped: readonly string[]): Json {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !skipped.includes(key)))
}

function sameItems(a: Item, b: Item, same: Same, skipped: readonly string[]): boolean {
  const [x, y] = [without(a.json, skipped), without(b.json, skipped)]
  return [...new Set([...Object.keys(x), ...Object.keys(y)])].every((key) => same(x[key], y[key]))
}

interface Telling {
  readonly same: Same
  readonly skipped: readonly string[]
  readonly plain: boolean
  readonly keys: readonly { readonly first: string; readonly second: string }[]
}

function told(call: NodeCall, a: Item, b: Item, telling: Telling): Item {
  const resolve = text(call.param('resolve', 0), 'includeBoth')
  switch (resolve) {
    case 'preferInput1':
      return a
    case 'preferInput2':
      return b
    case 'mix':
      return mixed(call, a, b, telling.plain)
    default:
      return both(a, b, telling)
  }
}

function pairingOf(...items: readonly Item[]): PairedItem[] {
  return items.map((item) => item.pairedItem as PairedItem)
}

function both(a: Item, b: Item, { same, skipped, plain, keys }: Telling): Item {
  const told: { keys: Json; same: Json; different: Json; skipped?: Json } = { keys: {}, same: {}, different: {} }
  for (const { first } of keys) setPlain(told.keys, first, plain ? a.json[first] : getPath(a.json, first))
  for (const key of new Set([...Object.keys(a.json), ...Object.keys(b.json)])) {
    const [x, y] = [a.json[key], b.json[key]]
    const each = { inputA: x ?? null, inputB: y ?? null }
    if (skipped.includes(key)) {
      told.skipped ??= {}
      setPlain(told.skipped, key, same(x, y) ? x : each)
    } else if (same(x, y)) setPlain(told.same, key, x)
    else setPlain(told.different, key, each)
  }
  return { json: told, pairedItem: pairingOf(a, b) }
}

function mixed(call: NodeCall, a: Item, b: Item, plain: boolean): Item {
  const preferFirst = call.param('preferWhenMix', 0, 'input1') === 'input1'
  const [base, other] = preferFirst ? [a, b] : [b, a]
  const json: Json = { ...base.json }
  for (const field of names(call.param('exceptWhenMix', 0, ''))) {
    if (plain) setPlain(json, field, other.json[field] ?? null)
    else setPath(json, field, getPath(other.json, field) ?? null)
  }
  return { ...base, json, pairedItem: pairingOf(a, b) }
}
