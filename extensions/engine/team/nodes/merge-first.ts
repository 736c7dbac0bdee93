/** Merge, version 1: its own modes, all shallow, the second input winning. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall } from '../flow/kind.ts'
import { text } from './each.ts'
import { mergeItems } from './merge-clash.ts'
import { getPath } from './paths.ts'
import { exactly } from './same.ts'

const SHALLOW = { prefer: undefined, shallow: true, overrideEmpty: false } as const

export function mergeV1(call: NodeCall): readonly Item[] {
  const [first, second] = [call.items(0), call.items(1)]
  switch (call.param('mode', 0, 'append')) {
    case 'append':
      return [...first, ...second]
    case 'multiplex':
      return first.flatMap((a) => second.map((b) => mergeItems([a, b], SHALLOW)))
    case 'mergeByIndex':
      return byIndex(first, second, text(call.param('join', 0), 'left'))
    case 'keepKeyMatches':
      return keep(call, true)
    case 'removeKeyMatches':
      return keep(call, false)
    case 'mergeByKey':
      return byKey(call)
    case 'passThrough':
      return call.param('output', 0, 'input1') === 'input2' ? second : first
    case 'wait':
      return [{ json: {} }]
    default:
      throw new NodeFailure(`This merge has the unknown mode "${text(call.raw('mode'))}".`)
  }
}

function byIndex(first: readonly Item[], second: readonly Item[], join: string): readonly Item[] {
  const count =
    join === 'inner' ? Math.min(first.length, second.length) : join === 'outer' ? Math.max(first.length, second.length) : first.length
  return Array.from({ length: count }, (_, place) => mergeItems([first[place], second[place]], SHALLOW))
}

function keyOf(call: NodeCall, item: Item, side: 1 | 2): unknown {
  return getPath(item.json, text(call.param(`propertyName${side}`, 0)))
}

function keep(call: NodeCall, matching: boolean): readonly Item[] {
  const keys = call.items(1).map((item) => keyOf(call, item, 2))
  return call.items(0).filter((item) => {
    const key = keyOf(call, item, 1)
    if (key === undefined) return !matching
    return keys.some((other) => exactly(key, other)) === matching
  })
}

/** Each item of the first input takes what the last match of the second has. */
function byKey(call: NodeCall): readonly Item[] {
  const overwrite = text(call.param('overwrite', 0), 'always')
  return call.items(0).map((item) => {
    const key = keyOf(call, item, 1)
    const match = key === undefined ? undefined : call.items(1).findLast((other) => exactly(key, keyOf(call, other, 2)))
    if (match === undefined) return item
    const json = { ...item.json }
    for (const [name, value] of Object.entries(match.json)) {
      if (name === text(call.param('propertyName2', 0))) continue
      if (overwrite === 'undefined' && Object.hasOwn(json, name)) continue
      if (overwrite === 'blank' && json[name] !== undefined && json[name] !== null && json[name] !== '') continue
      json[name] = value
    }
    return { ...mergeItems([item, match], SHALLOW), json }
  })
}
