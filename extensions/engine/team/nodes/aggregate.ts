/** Aggregate: all items into one, either field by field or whole. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { bags, type Json, names, text } from './each.ts'
import { getPath, setPath, setPlain } from './paths.ts'

export const aggregate: NodeKindRules = {
  run(call) {
    const items = call.items()
    const json =
      call.param('aggregate', 0, 'aggregateIndividualFields') === 'aggregateAllItemData' ? whole(call, items) : byField(call, items)
    const item: Item = { json, pairedItem: items.map((_, index) => ({ item: index })) }
    const binary = call.param('options.includeBinaries', 0, false) === true ? binariesOf(call, items) : undefined
    return [[binary === undefined ? item : { ...item, binary }]]
  },
}

function byField(call: NodeCall, items: readonly Item[]): Json {
  const fields = bags(call.param('fieldsToAggregate.fieldToAggregate', 0, [])).filter((field) => text(field.fieldToAggregate) !== '')
  const plain = call.param('options.disableDotNotation', 0, false) === true
  const merge = call.param('options.mergeLists', 0, false) === true
  const keepMissing = call.param('options.keepMissing', 0, false) === true
  const json: Json = {}
  const used = new Set<string>()
  for (const field of fields) {
    const from = text(field.fieldToAggregate)
    const short = plain ? from : (from.split('.').at(-1) ?? from)
    const name = (field.renameField === true && text(field.outputFieldName)) || short
    if (used.has(name)) {
      throw new NodeFailure(`Two fields would both be called "${name}" in the result.`, {
        description: 'Give one of them another name.',
      })
    }
    used.add(name)
    const values = items.flatMap((item) => taken(plain ? item.json[from] : getPath(item.json, from), merge, keepMissing))
    if (plain) setPlain(json, name, values)
    else setPath(json, name, values)
  }
  return json
}

/** One item's share of the list: nothing when the value is missing, unless missing ones are kept. */
function taken(value: unknown, merge: boolean, keepMissing: boolean): readonly unknown[] {
  if (Array.isArray(value)) {
    const kept = keepMissing ? value : value.filter((entry) => entry !== null)
    return merge ? kept : [kept]
  }
  if (value === null || value === undefined) return keepMissing ? [null] : []
  return [value]
}

function whole(call: NodeCall, items: readonly Item[]): Json {
  const destination = text(call.param('destinationFieldName', 0), 'data')
  const include = text(call.param('include', 0), 'allFields')
  const list = items.map((item) => item.json)
  const json: Json = {}
  if (include === 'allFields') {
    setPlain(json, destination, list)
    return json
  }
  const wanted = names(call.param(include === 'specifiedFields' ? 'fieldsToInclude' : 'fieldsToExclude', 0, ''))
  const picked = list.map((from) => {
    const keys =
      include === 'specifiedFields'
        ? wanted.filter((key) => Object.hasOwn(from, key))
        : Object.keys(from).filter((key) => !wanted.includes(key))
    return Object.fromEntries(keys.map((key) => [key, from[key]]))
  })
  setPlain(
    json,
    destination,
    picked.filter((one) => Object.keys(one).length > 0),
  )
  return json
}

/** Files of all items beside each other; a name that is taken gets a number. */
function binariesOf(call: NodeCall, items: readonly Item[]): NonNullable<Item['binary']> {
  const onlyUnique = call.param('options.keepOnlyUnique', 0, false) === true
  const seen = new Set<string>()
  const out: Record<string, NonNullable<Item['binary']>[string]> = {}
  for (const item of items) {
    for (const [key, value] of Object.entries(item.binary ?? {})) {
      const mark = JSON.stringify([value.mimeType, value.fileName, value.fileSize, value.fileExtension, value.data?.length])
      if (onlyUnique && seen.has(mark)) continue
      seen.add(mark)
      let name = key
      for (let count = 1; Object.hasOwn(out, name); count++) name = `${key}_${count}`
      out[name] = value
    }
  }
  return out
}
