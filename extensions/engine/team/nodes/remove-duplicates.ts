/** Remove duplicates: within the items, or against what earlier runs saw. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { errorItem, names, text, wholeNumber } from './each.ts'
import { getPath, hasPath, isBag } from './paths.ts'

export const removeDuplicates: NodeKindRules = {
  outputs: (node) => (node.parameters.operation === 'removeItemsSeenInPreviousExecutions' ? 2 : 1),
  run(call) {
    switch (call.param('operation', 0, 'removeDuplicateInputItems')) {
      case 'removeItemsSeenInPreviousExecutions':
        return unseen(call)
      case 'clearDeduplicationHistory':
        call.keepStaticData({ ...call.staticData(), node: {} })
        return [call.items()]
      default:
        return [carriedOn(call, () => within(call, call.items(), comparedFields(call)))]
    }
  },
}

/** The node speaks of all items at once: an error of its own is one item, when it carries on. */
function carriedOn(call: NodeCall, work: () => Item[]): Item[] {
  try {
    return work()
  } catch (thrown) {
    if (!call.carriesOn) throw thrown
    return [errorItem(thrown, 0)]
  }
}

export function comparedFields(call: NodeCall): {
  readonly compare: string
  readonly fields: readonly string[]
  readonly plain: boolean
  readonly strip: boolean
} {
  const compare = text(call.param('compare', 0), 'allFields')
  const given = call.param(compare === 'selectedFields' ? 'fieldsToCompare' : 'fieldsToExclude', 0, '')
  return {
    compare,
    fields: names(isBag(given) && 'fields' in given ? fieldNames(given.fields) : given),
    plain: call.param('options.disableDotNotation', 0, false) === true,
    strip: call.param('options.removeOtherFields', 0, false) === true,
  }
}

/** The older lists of `{fieldName}`. */
export function fieldNames(fields: unknown): string[] {
  return Array.isArray(fields) ? fields.map((field) => (isBag(field) ? text(field.fieldName) : text(field))) : []
}

export function within(call: NodeCall, items: readonly Item[], asked: ReturnType<typeof comparedFields>): Item[] {
  const keys = keysOf(items, asked)
  const fieldOf = (item: Item, key: string) => (asked.plain ? item.json[key] : getPath(item.json, key))
  sameTypes(call, items, keys, fieldOf)
  const seen = new Set<string>()
  const out: Item[] = []
  for (const item of items) {
    const mark = JSON.stringify(keys.map((key) => marked(fieldOf(item, key))))
    if (seen.has(mark)) continue
    seen.add(mark)
    out.push(asked.strip ? { ...item, json: Object.fromEntries(keys.map((key) => [key, fieldOf(item, key)])) } : item)
  }
  return out
}

function keysOf(items: readonly Item[], { compare, fields, plain }: ReturnType<typeof comparedFields>): readonly string[] {
  if (compare === 'selectedFields') {
    if (fields.length === 0) throw new NodeFailure('Name at least one field to compare.')
    for (const field of fields) {
      if (!items.some((item) => (plain ? Object.hasOwn(item.json, field) : hasPath(item.json, field)))) {
        throw new NodeFailure(`'${field}' field is missing from some input items`)
      }
    }
    return fields
  }
  const all = [...new Set(items.flatMap((item) => Object.keys(item.json)))]
  if (compare !== 'allFieldsExcept') return all
  if (fields.length === 0) throw new NodeFailure('Name at least one field to leave out of the comparison.')
  return all.filter((key) => !fields.includes(key))
}

function marked(value: unknown): unknown {
  if (value === undefined) return ['nothing']
  return isBag(value) && !Array.isArray(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value
}

/** One field compared across types would call things different that look the same: said, instead of guessed. */
function sameTypes(call: NodeCall, items: readonly Item[], keys: readonly string[], fieldOf: (item: Item, key: string) => unknown): void {
  for (const key of keys) {
    let type: string | undefined
    let at = 0
    for (const [index, item] of items.entries()) {
      const value = fieldOf(item, key)
      if (value === undefined || (value === null && call.version > 1)) continue
      const now = value === null ? 'null' : typeof value
      if (type !== undefined && now !== type) {
        const where = call.version > 1 ? `, in item [${at}] it's a ${type} and in item [${index}] it's a ${now} ` : ''
        throw new NodeFailure(`'${key}' isn't always the same type`, { description: `The type of this field varies between items${where}` })
      }
      type = now
      at = index
    }
  }
}

/** Kept in the team's static data, which only production runs store. */
function unseen(call: NodeCall): [Item[], Item[]] {
  const logic = text(call.param('logic', 0), 'removeItemsWithAlreadySeenKeyValues')
  const kept = call.staticData()
  const fresh: Item[] = []
  const stale: Item[] = []
  if (logic === 'removeItemsWithAlreadySeenKeyValues') {
    const size = wholeNumber(call.param('options.historySize', 0, 10_000), 10_000)
    const before = Array.isArray(kept.node.seen) ? (kept.node.seen as string[]) : []
    const seen = new Set(before)
    for (const [index, item] of call.items().entries()) {
      const key = text(call.param('dedupeValue', index, ''))
      if (seen.has(key)) stale.push(item)
      else fresh.push(item)
      seen.add(key)
    }
    call.keepStaticData({ ...kept, node: { ...kept.node, seen: [...seen].slice(-size) } })
    return [fresh, stale]
  }
  const byDate = logic === 'removeItemsUpToStoredDate'
  const read = (value: unknown) => (byDate ? Date.parse(text(value)) : Number(value))
  const before = typeof kept.node.highest === 'number' ? kept.node.highest : Number.NEGATIVE_INFINITY
  let highest = before
  for (const [index, item] of call.items().entries()) {
    const value = read(call.param(byDate ? 'dateDedupeValue' : 'incrementalDedupeValue', index, ''))
    if (Number.isNaN(value))
      throw new NodeFailure(byDate ? 'The value to compare is not a date that can be read.' : 'The value to compare is not a number.')
    if (value > before) fresh.push(item)
    else stale.push(item)
    highest = Math.max(highest, value)
  }
  call.keepStaticData({ ...kept, node: { ...kept.node, ...(Number.isFinite(highest) ? { highest } : {}) } })
  return [fresh, stale]
}
