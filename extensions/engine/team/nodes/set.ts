/**
 * Set fields. Versions 1 and 2 keep values by type; 3.0 to 3.2 a list with one value field for each type; 3.3 and later a list
 * of assignments. Values are coerced to their declared type; what does not fit is an error, or kept when errors are ignored.
 */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { bags, eachItem, type Json, names, text, wholeNumber } from './each.ts'
import { coerced } from './fields.ts'
import { getPath, isPlain, setPath, setPlain, unsetPath } from './paths.ts'

export const set: NodeKindRules = {
  async run(call) {
    if (call.version < 3) return [await eachItem(call, (item, index) => legacy(call, item, index))]
    const copies = copiesOf(call)
    return [
      await eachItem(call, (item, index) => {
        const made = modern(call, item, index)
        return Array.from({ length: copies }, () => made)
      }),
    ]
  },
}

function copiesOf(call: NodeCall): number {
  if (call.param('duplicateItem', 0, false) !== true) return 1
  return Math.min(1 + wholeNumber(call.param('duplicateCount', 0, 0), 0), 10_000)
}

/** Booleans first, then numbers, then texts: a later one of the same name wins. */
function legacy(call: NodeCall, item: Item, index: number): Item {
  const keepOnly = call.param('keepOnlySet', index, false) === true
  const plain = call.param('options.dotNotation', index, true) === false
  const json: Json = keepOnly ? {} : { ...item.json }
  for (const [type, otherwise] of [
    ['boolean', false],
    ['number', 0],
    ['string', ''],
  ] as const) {
    for (const one of bags(call.raw(`values.${type}`, []))) {
      const name = text(call.resolve(one.name, index), 'propertyName')
      const value = one.value === undefined ? otherwise : call.resolve(one.value, index)
      if (plain) setPlain(json, name, value)
      else setPath(json, name, value)
    }
  }
  return { json, ...(item.binary === undefined || keepOnly ? {} : { binary: item.binary }) }
}

function modern(call: NodeCall, item: Item, index: number): Item {
  const raw = call.param('mode', index, 'manual') === 'raw'
  const plain = call.param('options.dotNotation', index, true) === false
  const ignore = call.param('options.ignoreConversionErrors', index, false) === true
  const values = raw ? rawValues(call, index) : manualValues(call, index, ignore)
  const json = baseOf(call, item, index, plain)
  for (const [name, value] of values) {
    if (plain || raw) setPlain(json, name, value)
    else setPath(json, name, value)
  }
  return { json, ...(item.binary === undefined || !keepsBinary(call, index) ? {} : { binary: item.binary }) }
}

/** Files stay unless they are stripped; from 3.4 on they go with the other fields when those are left out. */
function keepsBinary(call: NodeCall, index: number): boolean {
  if (call.version < 3.4) return call.param('options.includeBinary', index, true) !== false
  return includeOf(call, index) !== 'none' && call.param('options.stripBinary', index, false) !== true
}

function includeOf(call: NodeCall, index: number): string {
  if (call.version < 3.3) return text(call.param('include', index), 'all')
  return call.param('includeOtherFields', index, false) === true ? text(call.param('include', index), 'all') : 'none'
}

function baseOf(call: NodeCall, item: Item, index: number, plain: boolean): Json {
  switch (includeOf(call, index)) {
    case 'none':
      return {}
    case 'selected': {
      const json: Json = {}
      for (const field of names(call.param('includeFields', index, ''))) {
        const value = plain ? item.json[field] : getPath(item.json, field)
        if (value === undefined) continue
        if (plain) setPlain(json, field, value)
        else setPath(json, field, value)
      }
      return json
    }
    case 'except': {
      const json: Json = { ...item.json }
      for (const field of names(call.param('excludeFields', index, ''))) {
        if (plain) delete json[field]
        else unsetPath(json, field)
      }
      return json
    }
    default:
      return { ...item.json }
  }
}

type Pair = readonly [name: string, value: unknown]

function manualValues(call: NodeCall, index: number, ignore: boolean): Pair[] {
  const list = call.version >= 3.3 ? bags(call.raw('assignments.assignments', [])) : bags(call.raw('fields.values', [])).map(asAssignment)
  return list.map((one) => {
    const name = text(call.resolve(one.name, index))
    const value = call.resolve(one.value, index)
    return [name, coerced(call, name, value, text(one.type, 'string'), ignore)]
  })
}

const VALUE_FIELD: Readonly<Record<string, readonly [field: string, type: string, otherwise: unknown]>> = {
  stringValue: ['stringValue', 'string', ''],
  numberValue: ['numberValue', 'number', ''],
  booleanValue: ['booleanValue', 'boolean', 'true'],
  arrayValue: ['arrayValue', 'array', ''],
  objectValue: ['objectValue', 'object', '={}'],
}

/** 3.0 to 3.2: the value stands in a field named for its type. */
function asAssignment(one: Json): Json {
  const [field, type, otherwise] = VALUE_FIELD[text(one.type, 'stringValue')] ?? ['stringValue', 'string', '']
  return { name: one.name ?? '', type, value: one[field] ?? otherwise }
}

function rawValues(call: NodeCall, index: number): Pair[] {
  const given = call.param('jsonOutput', index, '{\n  "my_field_1": "value",\n  "my_field_2": 1\n}')
  const value = typeof given === 'string' ? parsed(given) : given
  if (!isPlain(value)) throw new NodeFailure(`The 'JSON Output' in item ${index} does not contain a valid JSON object`)
  return Object.entries(value)
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch {
    return undefined
  }
}
