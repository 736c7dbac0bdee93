/** Inside the scripts' box: what a script may return, and its own memory. */
import type { GuestKit } from '../../sandbox/guest/kit.ts'
import { guestFunctions } from '../../sandbox/guest-text.ts'

type Row = Record<string, unknown>

interface ItemsKit extends GuestKit {
  staticData: Row
  staticBefore: string
  itemKeys: readonly string[]
  isRow(value: unknown): value is Row
  isItem(value: Row): boolean
  wrongItems(): Error
  told(message: string, description: string): Error
  wrapped(value: Row, place: number): Row
  encode(value: unknown): string
}

declare const kit: ItemsKit

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** An error with a second sentence for the person. */
function told(message: string, description: string): Error {
  const error = kit.failure('Error', message) as Error & { description?: string }
  error.description = description
  return error
}

function wrongItems(): Error {
  return kit.told("Code doesn't return items properly", 'Please return an array of objects, one for each item you would like to output.')
}

/** With `json` or `binary`, or with nothing but an item's keys. A row with a field named `error` is no item yet. */
function isItem(value: Row): boolean {
  const keys = Object.keys(value)
  return keys.includes('json') || keys.includes('binary') || (keys.length > 0 && keys.every((key) => kit.itemKeys.includes(key)))
}

/** An item, checked. */
function wrapped(value: Row, place: number): Row {
  const strange = Object.keys(value).find((key) => !kit.itemKeys.includes(key))
  if (strange !== undefined) {
    throw kit.told(
      `Unknown top-level item key: ${strange} [item ${place}]`,
      'Access the properties of an item under `.json`, e.g. `item.json`',
    )
  }
  if (value.json !== undefined && !kit.isRow(value.json)) {
    throw kit.told(
      `A 'json' property isn't an object [item ${place}]`,
      "In the returned data, every key named 'json' must point to an object.",
    )
  }
  return value.json === undefined ? { ...value, json: {} } : value
}

function checkAll(result: unknown): unknown {
  if (result === null) return []
  if (kit.isRow(result)) return [kit.isItem(result) ? kit.wrapped(result, 0) : { json: result }]
  if (!Array.isArray(result)) throw kit.wrongItems()
  const rows = result as unknown[]
  if (!rows.every(kit.isRow)) throw kit.wrongItems()
  if (!rows.some((row) => kit.isItem(row as Row))) return rows.map((json) => ({ json }))
  return rows.map((row, place) => kit.wrapped(row as Row, place))
}

function checkOne(result: unknown, index: number, flavour: string): unknown {
  if (flavour === 'functionItem') {
    if (!kit.isRow(result)) throw kit.told('No data got returned. Always return an object!', 'Please return the JSON of the item.')
    return { json: result, pairedItem: { item: index } }
  }
  if (result === null) return null
  if (Array.isArray(result)) {
    const kind = result.length > 0 ? typeof result[0] : 'unknown'
    throw kit.told(
      `Code doesn't return a single object [item ${index}]`,
      `An array of ${kind}s was returned. If you need to output multiple items, please use the 'Run Once for All Items' mode instead.`,
    )
  }
  if (!kit.isRow(result)) {
    throw kit.told(
      `Code doesn't return an object [item ${index}]`,
      `Please return an object representing the output item. ('${String(result)}' was returned instead.)`,
    )
  }
  const item = kit.isItem(result) ? kit.wrapped(result, index) : { json: result }
  return 'pairedItem' in item ? item : { ...item, pairedItem: { item: index } }
}

function readStatic(): void {
  kit.staticData = (kit.ask('staticData') as Row | undefined) ?? { global: {}, node: {} }
  kit.staticBefore = JSON.stringify(kit.staticData)
}

/** The script's memory, when it changed it. */
function staticChanges(): unknown {
  return JSON.stringify(kit.staticData) === kit.staticBefore ? undefined : kit.staticData
}

export const scriptItemsPart = guestFunctions({ isRow, isItem, told, wrongItems, wrapped, checkAll, checkOne, readStatic, staticChanges })
