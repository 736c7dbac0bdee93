/** Move binary data: between an item's file and its fields. */
import iconv from 'iconv-lite'
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { eachItem, type Json, messageOf, text } from './each.ts'
import { bytesOf, fileValue } from './files.ts'
import { getPath, isPlain, setPath, unsetPath } from './paths.ts'

export const moveBinary: NodeKindRules = {
  async run(call) {
    const toJson = text(call.param('mode', 0), 'binaryToJson') === 'binaryToJson'
    return [await eachItem(call, (item, index) => (toJson ? intoJson(call, item, index) : intoFile(call, item, index)))]
  },
}

function without(item: Item, property: string): Item['binary'] | undefined {
  const rest = Object.fromEntries(Object.entries(item.binary ?? {}).filter(([key]) => key !== property))
  return Object.keys(rest).length === 0 ? undefined : rest
}

function intoJson(call: NodeCall, item: Item, index: number): Item | null {
  const option = (name: string, otherwise: unknown) => call.param(`options.${name}`, index, otherwise)
  const all = call.param('setAllData', index, true) !== false
  const property = text(call.param('sourceKey', index), 'data')
  if (item.binary?.[property] === undefined) return null
  const bytes = Buffer.from(bytesOf(item, property))
  const encoding = text(option('encoding', 'utf8'), 'utf8')
  const source = iconv.decode(bytes, iconv.encodingExists(encoding) ? encoding : 'utf8', { stripBOM: option('stripBOM', true) !== false })
  let json: Json
  if (all) {
    const whole = parsed(source)
    if (!isPlain(whole)) throw new NodeFailure('The file does not hold one JSON object.')
    json = whole
  } else {
    json = { ...item.json }
    const value =
      option('keepAsBase64', false) === true ? bytes.toString('base64') : option('jsonParse', false) === true ? parsed(source) : source
    setPath(json, text(call.param('destinationKey', index), 'data'), value)
  }
  const binary = option('keepSource', false) === true ? item.binary : without(item, property)
  return { json, ...(binary === undefined ? {} : { binary }), pairedItem: { item: index } }
}

function parsed(source: string): unknown {
  try {
    return JSON.parse(source)
  } catch (thrown) {
    throw new NodeFailure(messageOf(thrown), { cause: thrown })
  }
}

function intoFile(call: NodeCall, item: Item, index: number): Item {
  const option = (name: string, otherwise: unknown) => call.param(`options.${name}`, index, otherwise)
  const all = call.param('convertAllData', index, true) !== false
  const sourceKey = text(call.param('sourceKey', index), 'data')
  const destination = text(call.param('destinationKey', index), 'data')
  const value = all ? item.json : getPath(item.json, sourceKey)
  if (value === undefined) return { ...item, pairedItem: { item: index } }
  const raw = option('useRawData', false) === true
  const content = raw && typeof value !== 'object' ? String(value) : JSON.stringify(value)
  const base64 = option('dataIsBase64', false) === true
  const encoding = text(option('encoding', 'utf8'), 'utf8')
  const bytes = base64
    ? Buffer.from(String(value), 'base64')
    : iconv.encode(content, iconv.encodingExists(encoding) ? encoding : 'utf8', { addBOM: option('addBOM', false) === true })
  const kind = text(option('mimeType', base64 || raw ? '' : 'application/json')) || undefined
  const named = text(option('fileName', '')) || (kind === 'application/json' || kind === undefined ? 'file.json' : 'file')
  const file = fileValue(bytes, named, kind)
  const json: Json = option('keepSource', false) === true ? { ...item.json } : all ? {} : { ...item.json }
  if (!all && option('keepSource', false) !== true) unsetPath(json, sourceKey)
  return { json, binary: { ...item.binary, [destination]: file }, pairedItem: { item: index } }
}
