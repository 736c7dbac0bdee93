/**
 * Inside the box: the names that an expression sees. Each is made when it is first named, from what the host answers, and kept
 * for the item; `kit.forget()` drops all of it. Unknown names are undefined, as in n8n.
 */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions } from '../../sandbox/guest-text.ts'

interface Item {
  readonly json: unknown
  readonly binary?: unknown
}

type Names = Record<string, unknown>

interface ScopeKit extends GuestKit {
  /** The place of the current item, and what was made for it. */
  itemIndex: number
  made: Map<string, unknown>
  locals: Map<PropertyKey, unknown>
  shared: Names
  makers: Record<string, () => unknown>
  luxon(): { DateTime: { now(): { startOf(unit: string): unknown } } }
  itemAt(index: number): Item | undefined
  items(): Item[]
  nodeNamed(name: unknown, index?: number): unknown
  lookUp(name: PropertyKey): unknown
  scopeAt(index: number): object
  inputScope(): unknown
  legacyNode(name: string, index: number): unknown
}

declare const kit: ScopeKit

function itemAt(index: number): Item | undefined {
  const key = `item ${index}`
  if (!kit.made.has(key)) kit.made.set(key, kit.ask('item', index))
  return kit.made.get(key) as Item | undefined
}

function items(): Item[] {
  if (!kit.made.has('items')) kit.made.set('items', kit.ask('items'))
  return kit.made.get('items') as Item[]
}

function inputScope(): unknown {
  return {
    get item() {
      return kit.itemAt(kit.itemIndex)
    },
    first: () => kit.items()[0],
    last: () => kit.items().at(-1),
    all: () => kit.items(),
    get params() {
      return kit.ask('parameters')
    },
    get context() {
      return kit.ask('context')
    },
  }
}

/** `$('Name')`. */
function nodeNamed(name: unknown, index?: number): unknown {
  const text = String(name)
  kit.ask('node', text)
  const items = (output?: unknown, run?: unknown): Item[] => {
    const key = `items ${JSON.stringify([text, output, run])}`
    if (!kit.made.has(key)) kit.made.set(key, kit.ask('nodeItems', text, output ?? null, run ?? null))
    return kit.made.get(key) as Item[]
  }
  const paired = (at: unknown): unknown => {
    const key = `paired ${JSON.stringify([text, at])}`
    if (!kit.made.has(key)) kit.made.set(key, kit.ask('pairedItem', text, at))
    return kit.made.get(key)
  }
  const found = {
    first: (output?: unknown, run?: unknown) => items(output, run)[0],
    last: (output?: unknown, run?: unknown) => items(output, run).at(-1),
    all: (output?: unknown, run?: unknown) => items(output, run),
    pairedItem: (at?: unknown) => paired(at ?? kit.itemIndex),
    // As observed: a place of 0 counts as missing.
    itemMatching: (at: unknown) => (at === 0 ? undefined : paired(at)),
  }
  // Not enumerable: passing the node on as a value must not look for its items.
  return Object.defineProperties(found, {
    item: { get: () => paired(index ?? kit.itemIndex) },
    isExecuted: { get: () => kit.ask('isExecuted', text) },
    params: { get: () => kit.ask('nodeParameters', text) },
    context: { get: () => kit.ask('nodeContext', text) },
  })
}

/** `$node["Name"]`: the older way, by place rather than by pairing. */
function legacyNode(name: string, index: number): unknown {
  kit.ask('node', name)
  const item = (): Item | undefined => kit.ask('nodeItem', name, index) as Item | undefined
  return {
    get json() {
      return item()?.json
    },
    get data() {
      return item()?.json
    },
    get binary() {
      return item()?.binary ?? {}
    },
    get parameter() {
      return kit.ask('nodeParameters', name)
    },
    get context() {
      return kit.ask('nodeContext', name)
    },
    get runIndex() {
      return kit.ask('nodeRunIndex', name)
    },
  }
}

/** What a name means: a local of this evaluation, one of the fixed names, or made from what the host answers. */
function lookUp(name: PropertyKey): unknown {
  if (typeof name === 'symbol') return undefined
  if (kit.locals.has(name)) return kit.locals.get(name)
  const text = String(name)
  if (text in kit.shared) return kit.shared[text]
  if (kit.made.has(text)) return kit.made.get(text)
  const maker = kit.makers[text]
  const value = maker === undefined ? kit.ask('extra', text) : maker()
  kit.made.set(text, value)
  return value
}

/** `$item(2)`: the same names, for another item. */
function scopeAt(index: number): object {
  return {
    get $json() {
      return kit.itemAt(index)?.json
    },
    get $binary() {
      return kit.itemAt(index)?.binary ?? {}
    },
    get $data() {
      return kit.itemAt(index)?.json
    },
    get $node() {
      return new Proxy({}, { get: (_target, name) => (typeof name === 'string' ? kit.legacyNode(name, index) : undefined) })
    },
    $: (name: unknown) => kit.nodeNamed(name, index),
    get $itemIndex() {
      return index
    },
    get $parameter() {
      return kit.ask('parameters')
    },
  }
}

export const scopePart = guestFunctions({ itemAt, items, inputScope, nodeNamed, legacyNode, lookUp, scopeAt })
