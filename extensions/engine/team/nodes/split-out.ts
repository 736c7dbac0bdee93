/** Split out: one item for each entry of a list in a field. */
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { type Json, names, text } from './each.ts'
import { getPath, isBag, setPlain, unsetPath } from './paths.ts'

export const splitOut: NodeKindRules = {
  run(call) {
    return [call.items().flatMap((item, index) => entriesOf(call, item, index))]
  },
}

interface Asked {
  readonly fields: readonly string[]
  readonly destinations: readonly string[]
  readonly include: string
  readonly plain: boolean
}

function entriesOf(call: NodeCall, item: Item, index: number): Item[] {
  const asked: Asked = {
    fields: names(call.param('fieldToSplitOut', index, '')).map((field) => (field.startsWith('$json.') ? field.slice(6) : field)),
    destinations: names(call.param('options.destinationFieldName', index, '')),
    include: text(call.param('include', index), 'noOtherFields'),
    plain: call.param('options.disableDotNotation', index, false) === true,
  }
  if (asked.fields.length === 0) throw new NodeFailure('Enter the name of the field to split out.')
  if (asked.destinations.length > 0 && asked.destinations.length !== asked.fields.length) {
    throw new NodeFailure(
      `${asked.fields.length} fields are split out into ${asked.destinations.length} names; give as many names as fields.`,
    )
  }
  const rest = restOf(call, asked, item.json, index)
  const withBinary = item.binary !== undefined && call.param('options.includeBinary', index, false) === true
  return partsOf(asked, item).map((part) => ({
    json: { ...rest, ...part.json },
    ...(part.binary === undefined ? (withBinary ? { binary: item.binary ?? {} } : {}) : { binary: part.binary }),
    pairedItem: { item: index },
  }))
}

type Part = { json: Json; binary?: NonNullable<Item['binary']> }

function partsOf({ fields, destinations, include, plain }: Asked, item: Item): Part[] {
  const parts: Part[] = []
  for (const [at, field] of fields.entries()) {
    if (field === '$binary') {
      for (const [place, [key, value]] of Object.entries(item.binary ?? {}).entries()) {
        parts[place] ??= { json: {} }
        ;(parts[place] as Part).binary = { [key]: value }
      }
      continue
    }
    const value = plain ? item.json[field] : getPath(item.json, field)
    const name = destinations[at] ?? field
    for (const [place, entry] of listed(value).entries()) {
      parts[place] ??= { json: {} }
      const json = (parts[place] as Part).json
      if (isBag(entry) && include === 'noOtherFields' && destinations[at] === undefined && fields.length === 1) Object.assign(json, entry)
      else setPlain(json, name, entry)
    }
  }
  return parts
}

function listed(value: unknown): readonly unknown[] {
  if (value === undefined) return []
  if (Array.isArray(value)) return value
  return isBag(value) ? Object.values(value) : [value]
}

function restOf(call: NodeCall, { fields, include, plain }: Asked, json: Item['json'], index: number): Json {
  if (include === 'allOtherFields') {
    const rest: Json = { ...json }
    for (const field of fields) {
      if (plain) delete rest[field]
      else unsetPath(rest, field)
    }
    return rest
  }
  if (include !== 'selectedOtherFields') return {}
  const rest: Json = {}
  for (const field of names(call.param('fieldsToInclude', index, ''))) setPlain(rest, field, plain ? json[field] : getPath(json, field))
  return rest
}
