/** Convert to file: items or a field into a file that travels with an item. */
import iconv from 'iconv-lite'
import type { BinaryValue, Item } from '../expression/mod.ts'
import { NodeFailure } from '../flow/failure.ts'
import type { NodeCall, NodeKindRules } from '../flow/kind.ts'
import { eachItem, type Json, text } from './each.ts'
import { fileValue } from './files.ts'
import { getPath } from './paths.ts'
import { type SheetFormat, writeTable } from './sheets.ts'

const TABLES = new Set<string>(['csv', 'html', 'rtf', 'ods', 'xls', 'xlsx'])

export const convertToFile: NodeKindRules = {
  async run(call) {
    const operation = text(call.param('operation', 0), 'csv')
    if (TABLES.has(operation)) return [[await table(call, operation as SheetFormat)]]
    switch (operation) {
      case 'toJson':
        return [call.param('mode', 0, 'once') === 'each' ? await jsonOfEach(call) : [jsonOfAll(call)]]
      case 'toText':
        return [await eachItem(call, (item, index) => withFile(call, index, textOf(call, item, index)))]
      case 'toBinary':
        return [await eachItem(call, (item, index) => withFile(call, index, binaryOf(call, item, index)))]
      case 'iCal':
        return [await eachItem(call, (_, index) => withFile(call, index, calendar(call, index)))]
      default:
        throw new NodeFailure(`Convert to file has no operation "${operation}".`)
    }
  },
}

/** The older spreadsheet node writes with the same options. */
export async function table(call: NodeCall, format: SheetFormat): Promise<Item> {
  const option = (name: string, otherwise?: unknown) => call.param(`options.${name}`, 0, otherwise)
  const bytes = await writeTable(
    format,
    call.items().map((item) => item.json),
    {
      headerRow: option('headerRow', true) !== false,
      sheetName: text(option('sheetName', 'Sheet'), 'Sheet'),
      compression: option('compression', false) === true,
      delimiter: text(option('delimiter', ','), ','),
    },
  )
  const named = text(option('fileName', ''))
  const value = fileValue(bytes, named === '' ? `File.${format}` : named, KIND[format])
  return { json: {}, binary: { [property(call, 0)]: value }, pairedItem: call.items().map((_, item) => ({ item })) }
}

const KIND: Readonly<Record<SheetFormat, string>> = {
  csv: 'text/csv',
  html: 'text/html',
  rtf: 'application/rtf',
  ods: 'application/vnd.oasis.opendocument.spreadsheet',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

function property(call: NodeCall, index: number): string {
  return text(call.param('binaryPropertyName', index), 'data')
}

function withFile(call: NodeCall, index: number, value: BinaryValue): Item {
  return { json: {}, binary: { [property(call, index)]: value }, pairedItem: { item: index } }
}

function fileName(call: NodeCall, index: number, otherwise: string): string {
  return text(call.param('options.fileName', index, ''), '') || otherwise
}

function encoded(call: NodeCall, index: number, content: string): Uint8Array {
  const encoding = text(call.param('options.encoding', index, 'utf8'), 'utf8')
  const known = iconv.encodingExists(encoding) ? encoding : 'utf8'
  return iconv.encode(content, known, { addBOM: call.param('options.addBOM', index, false) === true })
}

function jsonText(call: NodeCall, index: number, value: unknown): Uint8Array {
  return encoded(call, index, JSON.stringify(value, null, call.param('options.format', index, false) === true ? 2 : 0))
}

function jsonOfAll(call: NodeCall): Item {
  const bytes = jsonText(
    call,
    0,
    call.items().map((item) => item.json),
  )
  const value = fileValue(bytes, fileName(call, 0, 'file.json'), 'application/json')
  return { json: {}, binary: { [property(call, 0)]: value }, pairedItem: call.items().map((_, item) => ({ item })) }
}

function jsonOfEach(call: NodeCall): Promise<Item[]> {
  return eachItem(call, (item, index) => {
    return withFile(call, index, fileValue(jsonText(call, index, item.json), fileName(call, index, 'file.json'), 'application/json'))
  })
}

function sourceOf(call: NodeCall, item: Item, index: number): unknown {
  const source = text(call.param('sourceProperty', index, ''))
  const value = getPath(item.json, source)
  if (value === undefined) throw new NodeFailure(`The item has no field "${source}" to make a file of.`)
  return value
}

function textOf(call: NodeCall, item: Item, index: number): BinaryValue {
  const value = sourceOf(call, item, index)
  const content = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return fileValue(encoded(call, index, content), fileName(call, index, 'file.txt'), 'text/plain')
}

function binaryOf(call: NodeCall, item: Item, index: number): BinaryValue {
  const value = sourceOf(call, item, index)
  const content = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const dataUrl = /^data:([^;,]+);base64,(.*)$/s.exec(content)
  const given = text(call.param('options.mimeType', index, ''))
  const kind = given === '' ? dataUrl?.[1] : given
  const base64 = call.param('options.dataIsBase64', index, true) !== false
  const bytes = base64 ? Buffer.from(dataUrl?.[2] ?? content, 'base64') : encoded(call, index, content)
  const named = text(call.param('options.fileName', index, ''))
  return fileValue(bytes, named === '' ? 'file' : named, kind)
}

/** One event, by the calendar standard's own line rules. */
function calendar(call: NodeCall, index: number): BinaryValue {
  const param = (name: string, otherwise: unknown = '') => call.param(name, index, otherwise)
  const stamp = (value: unknown) => new Date(text(value)).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const escaped = (value: unknown) =>
    text(value)
      .replace(/([\\;,])/g, '\\$1')
      .replace(/\n/g, '\\n')
  const additional = param('additionalFields', {}) as Json
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Troupe//EN',
    'BEGIN:VEVENT',
    `UID:${escaped(additional.uid ?? `${call.facts.executionId}-${index}`)}`,
    `DTSTAMP:${stamp(new Date(call.ports.clock.now()).toISOString())}`,
    `DTSTART:${stamp(param('start'))}`,
    `DTEND:${stamp(param('end'))}`,
    `SUMMARY:${escaped(param('title'))}`,
    ...(additional.description === undefined ? [] : [`DESCRIPTION:${escaped(additional.description)}`]),
    ...(additional.location === undefined ? [] : [`LOCATION:${escaped(additional.location)}`]),
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ]
  return fileValue(Buffer.from(lines.join('\r\n')), fileName(call, index, 'event.ics'), 'text/calendar')
}
