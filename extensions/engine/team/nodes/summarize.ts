/** Summarise: a pivot of fields, by groups. */
import { isDeepStrictEqual } from 'node:util'
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { bags, type Json, names, text } from './each.ts'
import { getPath, setPlain } from './paths.ts'

const PREFIX: Readonly<Record<string, string>> = {
  append: 'appended_',
  average: 'average_',
  concatenate: 'concatenated_',
  count: 'count_',
  countUnique: 'unique_count_',
  max: 'max_',
  min: 'min_',
  sum: 'sum_',
}

type Field = Json
interface Group {
  readonly keys: readonly unknown[]
  readonly places: number[]
}

export const summarize: NodeKindRules = {
  run(call) {
    const items = call.items()
    const plain = call.param('options.disableDotNotation', 0, false) === true
    const read = (item: Item, field: string) => (plain ? item.json[field] : getPath(item.json, field))
    const fields = fieldsOf(call, items, read)
    const splitBy = names(call.param('fieldsToSplitBy', 0, ''))
    const skipEmpty = call.param('options.skipEmptySplitFields', 0, false) === true
    const groups = grouped(items, splitBy, read, skipEmpty)
    const summary = (group: Group): Json => {
      const json: Json = {}
      for (const field of fields) {
        const values = group.places.map((place) => read(items[place] as Item, text(field.field)))
        setPlain(json, nameOf(field), summarised(field, values))
      }
      return json
    }
    if (call.param('options.outputFormat', 0, 'separateItems') === 'singleItem') {
      return [[{ json: nested(groups, splitBy.length, summary), pairedItem: items.map((_, item) => ({ item })) }]]
    }
    return [
      groups.map((group) => {
        const json = summary(group)
        for (const [at, name] of splitBy.entries()) setPlain(json, splitName(name), group.keys[at])
        return { json, pairedItem: group.places.map((item) => ({ item })) }
      }),
    ]
  },
}

/** Dots in a split field's name would read as a path afterwards. */
function splitName(name: string): string {
  return name.replaceAll('.', '_')
}

function nameOf(field: Field): string {
  return `${PREFIX[text(field.aggregation, 'count')] ?? ''}${text(field.field).replaceAll('.', '_')}`
}

function fieldsOf(call: NodeCall, items: readonly Item[], read: (item: Item, field: string) => unknown): readonly Field[] {
  const fields = bags(call.param('fieldsToSummarize.values', 0, []))
  if (fields.length === 0) throw new NodeFailure('Name at least one field to summarise.')
  for (const field of fields) {
    const name = text(field.field)
    if (name === '') throw new NodeFailure('Name at least one field to summarise.')
    if (call.version < 1.1 && !items.some((item) => read(item, name) !== undefined)) {
      throw new NodeFailure(`No item has the field "${name}".`)
    }
  }
  return fields
}

function grouped(
  items: readonly Item[],
  splitBy: readonly string[],
  read: (item: Item, field: string) => unknown,
  skipEmpty: boolean,
): readonly Group[] {
  if (splitBy.length === 0) return [{ keys: [], places: items.map((_, place) => place) }]
  const groups = new Map<string, Group>()
  for (const [place, item] of items.entries()) {
    const keys = splitBy.map((field) => read(item, field))
    if (skipEmpty && keys.some((key) => key === undefined || key === null || key === '')) continue
    const mark = JSON.stringify(
      keys.map((key) => (typeof key === 'object' && key !== null ? JSON.stringify(key) : String(key ?? 'undefined'))),
    )
    const group = groups.get(mark)
    if (group === undefined) groups.set(mark, { keys: keys.map((key) => key ?? null), places: [place] })
    else group.places.push(place)
  }
  return [...groups.values()]
}

function nested(groups: readonly Group[], depth: number, summary: (group: Group) => Json): Json {
  if (depth === 0) return groups[0] === undefined ? {} : summary(groups[0])
  const json: Json = {}
  for (const group of groups) {
    let level = json
    for (const [at, key] of group.keys.entries()) {
      const name = typeof key === 'object' && key !== null ? JSON.stringify(key) : String(key ?? 'undefined')
      if (!Object.hasOwn(level, name)) setPlain(level, name, at === depth - 1 ? summary(group) : {})
      level = level[name] as Json
    }
  }
  return json
}

function summarised(field: Field, values: readonly unknown[]): unknown {
  const includeEmpty = field.includeEmpty === true
  const filled = values.filter((value) => value !== undefined && value !== null && value !== '')
  const used = includeEmpty ? values : filled
  switch (field.aggregation) {
    case 'append':
      return used.map((value) => value ?? null)
    case 'concatenate':
      return used
        .map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value ?? 'undefined')))
        .join(separatorOf(field))
    case 'countUnique':
      return unique(used).length
    case 'sum':
      return numbers(filled).reduce((sum, value) => sum + value, 0)
    case 'average':
      return numbers(filled).length === 0 ? null : numbers(filled).reduce((sum, value) => sum + value, 0) / numbers(filled).length
    case 'min':
      return extreme(filled, -1)
    case 'max':
      return extreme(filled, 1)
    default:
      return used.length
  }
}

function separatorOf(field: Field): string {
  const by = text(field.separateBy, ',')
  if (by === 'other') return text(field.customSeparator)
  return by.replaceAll('\\n', '\n')
}

function numbers(values: readonly unknown[]): number[] {
  return values.filter((value) => typeof value === 'number')
}

function unique(values: readonly unknown[]): readonly unknown[] {
  const found: unknown[] = []
  const seen = new Set<unknown>()
  for (const value of values) {
    if (typeof value !== 'object' || value === null) {
      if (seen.has(value)) continue
      seen.add(value)
    } else if (found.some((one) => isDeepStrictEqual(one, value))) continue
    found.push(value)
  }
  return found
}

function extreme(values: readonly unknown[], sign: 1 | -1): unknown {
  let best: unknown = null
  for (const value of values) {
    const [a, b] = [value as number, best as number]
    if (best === null || (sign === 1 ? a > b : a < b)) best = value
  }
  return best
}
