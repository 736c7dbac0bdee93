/** Merging two or more items into one: which value wins, and how deep. */
import type { Item, PairedItem } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import { type Json, text } from './each.ts'
import { isPlain, setPlain } from './paths.ts'

export interface Clash {
  /** `addSuffix`, or the input that wins; the last one when undefined. */
  readonly prefer: 'addSuffix' | number | undefined
  readonly shallow: boolean
  /** Empty values never win. */
  readonly overrideEmpty: boolean
}

export function clashOf(options: unknown): Clash {
  const values = isPlain(options) ? options : {}
  const resolve = text(values.resolveClash, 'preferLast')
  return {
    prefer:
      resolve === 'addSuffix'
        ? 'addSuffix'
        : /^preferInput\d+$/.test(resolve)
          ? Number(resolve.slice('preferInput'.length)) - 1
          : undefined,
    shallow: values.mergeMode === 'shallowMerge',
    overrideEmpty: values.overrideEmpty === true,
  }
}

/** Items by input; an input may have none. The result is paired with all of them, the winner last. */
export function mergeItems(entries: readonly (Item | undefined)[], clash: Clash): Item {
  const { prefer } = clash
  const order = entries.flatMap((item, input) => (item === undefined ? [] : [{ item, input }]))
  if (prefer === 'addSuffix') {
    return joined(
      order.map(({ item, input }) => ({ ...item, json: suffixed(item.json, input + 1) })),
      { ...clash, overrideEmpty: false },
    )
  }
  const sorted =
    prefer === undefined ? order : [...order.filter((one) => one.input !== prefer), ...order.filter((one) => one.input === prefer)]
  return joined(
    sorted.map((one) => one.item),
    clash,
  )
}

function joined(items: readonly Item[], clash: Clash): Item {
  let json: Json = {}
  let binary: NonNullable<Item['binary']> | undefined
  for (const item of items) {
    json = clash.shallow ? shallow(json, item.json, clash.overrideEmpty) : deep(json, item.json, clash.overrideEmpty)
    if (item.binary !== undefined) binary = { ...binary, ...item.binary }
  }
  const pairedItem = items.flatMap((item) => (item.pairedItem ?? []) as PairedItem | PairedItem[])
  return {
    json,
    ...(binary === undefined ? {} : { binary }),
    pairedItem: pairedItem.length === 1 ? (pairedItem[0] as PairedItem) : pairedItem,
  }
}

export function suffixed(json: Item['json'], suffix: number | string): Json {
  const out: Json = {}
  for (const [key, value] of Object.entries(json)) setPlain(out, `${key}_${suffix}`, value)
  return out
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === ''
}

function shallow(into: Json, from: Item['json'], overrideEmpty: boolean): Json {
  const out = { ...into }
  for (const [key, value] of Object.entries(from)) {
    if (overrideEmpty && isEmpty(value) && Object.hasOwn(out, key)) continue
    setPlain(out, key, value)
  }
  return out
}

/** Objects and arrays are merged entry by entry; anything else is taken from `from`, unless it is undefined there. */
function deep(into: unknown, from: unknown, overrideEmpty: boolean, depth = 0): Json {
  if (depth > 200) throw new NodeFailure('The items are nested more than 200 levels deep; merge them shallowly.')
  const out = (Array.isArray(into) ? [...into] : { ...(into as Json) }) as Json
  for (const [key, value] of Object.entries(from as Json)) {
    const before = Object.hasOwn(out, key) ? out[key] : undefined
    if (value === undefined || (overrideEmpty && isEmpty(value) && before !== undefined)) continue
    const both = (isPlain(value) && isPlain(before)) || (Array.isArray(value) && Array.isArray(before))
    setPlain(out, key, both ? deep(before, value, overrideEmpty, depth + 1) : value)
  }
  return out
}
