/** Extract from file: a file of an item into fields, or into rows. */
import iconv from 'iconv-lite'
import type { Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { eachItem, type Json, messageOf, text, wholeNumber } from './each.ts'
import { bytesOf } from './files.ts'
import { setPath } from './paths.ts'
import { type ReadOptions, readTable, type SheetFormat } from './sheets.ts'

const TABLES = new Set(['csv', 'html', 'ods', 'rtf', 'xls', 'xlsx'])

export const extractFromFile: NodeKindRules = {
  async run(call) {
    const operation = text(call.param('operation', 0), 'csv')
    if (TABLES.has(operation)) return [await eachItem(call, (item, index) => rows(call, item, index, operation as SheetFormat))]
    return [await eachItem(call, (item, index) => field(call, item, index, operation))]
  },
}

export async function rows(call: NodeCall, item: Item, index: number, format: SheetFormat | 'any'): Promise<Item[]> {
  const bytes = bytesOf(item, text(call.param('binaryPropertyName', index), 'data'))
  const table = await readTable(format, bytes, readOptions(call, index, format))
  return table.map((json) => ({ json, pairedItem: { item: index } }))
}

function readOptions(call: NodeCall, index: number, format: SheetFormat | 'any'): ReadOptions {
  const option = (name: string, otherwise: unknown = false) => call.param(`options.${name}`, index, otherwise)
  return {
    headerRow: option('headerRow', true) !== false && option('headerRow', true) !== 0,
    includeEmptyCells: option('includeEmptyCells') === true,
    rawData: option('rawData') === true,
    readAsString: option('readAsString') === true || format === 'html',
    sheetName: text(option('sheetName', '')),
    range: text(option('range', '')),
    delimiter: text(option('delimiter', ','), ','),
    encoding: text(option('encoding', 'utf8'), 'utf8'),
    fromLine: wholeNumber(option('fromLine', 0), 0),
    maxRowCount: wholeNumber(option('maxRowCount', -1), -1),
    bom: option('enableBOM') === true,
    relaxQuotes: option('relaxQuotes') === true,
    skipErrorRows: typeof option('skipRecordsWithErrors', undefined) === 'object',
  }
}

function field(call: NodeCall, item: Item, index: number, operation: string): Item {
  const property = text(call.param('binaryPropertyName', index), 'data')
  const bytes = bytesOf(item, property)
  const json: Json = keeps(call, index, 'json') ? { ...item.json } : {}
  setPath(json, text(call.param('destinationKey', index), 'data'), valueFrom(call, index, operation, bytes))
  const binary = keeps(call, index, 'binary') ? item.binary : undefined
  return { json, ...(binary === undefined ? {} : { binary }), pairedItem: { item: index } }
}

/** `keepSource`: what of the item stays beside the new field. Nothing by default. */
function keeps(call: NodeCall, index: number, part: 'json' | 'binary'): boolean {
  const kept = call.param('options.keepSource', index, '')
  return kept === 'both' || kept === part
}

function valueFrom(call: NodeCall, index: number, operation: string, bytes: Uint8Array): unknown {
  switch (operation) {
    case 'binaryToPropery':
      return Buffer.from(bytes).toString('base64')
    case 'fromJson':
      return parsedJson(decoded(call, index, bytes))
    case 'text':
    case 'xml':
    case 'fromIcs':
      return decoded(call, index, bytes)
    case 'pdf':
      throw new NodeFailure('Troupe cannot read text out of a PDF by itself. Let a persona read the file, or a program.')
    default:
      throw new NodeFailure(`Extract from file has no operation "${operation}".`)
  }
}

function decoded(call: NodeCall, index: number, bytes: Uint8Array): string {
  const encoding = text(call.param('options.encoding', index, 'utf8'), 'utf8')
  return iconv.decode(Buffer.from(bytes), iconv.encodingExists(encoding) ? encoding : 'utf8', {
    stripBOM: call.param('options.stripBOM', index, true) !== false,
  })
}

function parsedJson(source: string): unknown {
  try {
    return source === '' ? {} : JSON.parse(source)
  } catch (thrown) {
    throw new NodeFailure(`The file holds no JSON that can be read: ${messageOf(thrown)}`, { cause: thrown })
  }
}
