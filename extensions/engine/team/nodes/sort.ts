/** Sort: by fields, by chance, or by a comparison in code. */
import { isDeepStrictEqual } from 'node:util'
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { bags, text } from './each.ts'
import { getPath, hasPath } from './paths.ts'

export const sort: NodeKindRules = {
  run(call) {
    const items = call.items()
    switch (call.param('type', 0, 'simple')) {
      case 'random':
        return [shuffled(items, call.ports.random)]
      case 'code':
        return [byCode(call, items, text(call.raw('code')))]
      default:
        return [
          byFields(items, bags(call.param('sortFieldsUi.sortField', 0, [])), call.param('options.disableDotNotation', 0, false) === true),
        ]
    }
  },
}

export function shuffled(items: readonly Item[], random: () => number): Item[] {
  const out = [...items]
  for (let at = out.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    const kept = out[at] as Item
    out[at] = out[other] as Item
    out[other] = kept
  }
  return out
}

export function byFields(items: readonly Item[], fields: readonly Record<string, unknown>[], plain: boolean): Item[] {
  if (fields.length === 0) throw new NodeFailure('No sorting specified. Please add a field to sort by')
  const orders = fields.map((field) => ({ name: text(field.fieldName), down: field.order === 'descending' }))
  for (const { name } of orders) {
    if (items.some((item) => (plain ? Object.hasOwn(item.json, name) : hasPath(item.json, name)))) continue
    throw new NodeFailure(`Couldn't find the field '${name}' in the input data`, {
      ...(plain && name.includes('.') && items.some((item) => hasPath(item.json, name))
        ? { description: "If you're trying to use a nested field, make sure you turn off 'disable dot notation' in the node options" }
        : {}),
    })
  }
  const read = (item: Item, name: string) => folded(plain ? item.json[name] : getPath(item.json, name))
  return items.toSorted((a, b) => {
    for (const { name, down } of orders) {
      const [x, y] = [read(a, name), read(b, name)]
      if (isDeepStrictEqual(x, y)) continue
      const order = compared(x, y)
      if (order !== 0) return down ? -order : order
    }
    return 0
  })
}

function folded(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value
}

/** As the language compares two unlike values; what has no value at all comes last. */
function compared(a: unknown, b: unknown): number {
  if (a === undefined) return 1
  if (b === undefined) return -1
  const [x, y] = [a as string, b as string]
  return x < y ? -1 : x > y ? 1 : 0
}

/** Runs the comparison in the sandbox, on copies; the items themselves only change places. */
function byCode(call: NodeCall, items: readonly Item[], comparison: string): Item[] {
  const source = `const places = $input.all().map((item, place) => ({ item, place }))
const compare = (a, b) => {
${comparison}
}
places.sort((x, y) => compare(x.item, y.item))
return places.map(({ place }) => ({ json: { place } }))`
  const outcome = call.ports.expressions.runCode({
    language: 'javaScript',
    flavour: 'code',
    mode: 'runOnceForAllItems',
    source,
    scope: call.scope,
  })
  if (!outcome.ok) throw outcome.failure
  return outcome.items.flatMap((one) => items[Number(one.json.place)] ?? [])
}
