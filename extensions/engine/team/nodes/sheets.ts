/** Tables as bytes: spreadsheets of all kinds, CSV, and HTML tables. The spreadsheet library is loaded when it is first needed. */
import { parse } from 'csv-parse/sync'
import iconv from 'iconv-lite'
import { NodeFailure } from '../flow/failure.ts'
import { type Json, messageOf } from './each.ts'
import { setPlain } from './paths.ts'

export type SheetFormat = 'csv' | 'html' | 'rtf' | 'ods' | 'xls' | 'xlsx'

export interface WriteOptions {
  readonly headerRow: boolean
  readonly sheetName: string
  readonly compression: boolean
  readonly delimiter: string
}

export async function writeTable(format: SheetFormat, rows: readonly Readonly<Json>[], options: WriteOptions): Promise<Uint8Array> {
  const xlsx = await import('@e965/xlsx')
  const flat = rows.map((row) => flattened(row))
  const sheet = xlsx.utils.json_to_sheet(flat as Json[], { skipHeader: !options.headerRow })
  if (format === 'csv') return Buffer.from(`\uFEFF${xlsx.utils.sheet_to_csv(sheet, { FS: options.delimiter })}`)
  const book = { SheetNames: [options.sheetName], Sheets: { [options.sheetName]: sheet } }
  return xlsx.write(book, { bookType: format === 'xls' ? 'biff8' : format, type: 'buffer', compression: options.compression }) as Uint8Array
}

/** Inner objects become columns named by their path. */
function flattened(row: Readonly<Json>): Json {
  const out: Json = {}
  const open: [string, unknown][] = Object.entries(row)
  while (open.length > 0) {
    const [key, value] = open.shift() as [string, unknown]
    if (typeof value === 'object' && value !== null && !(value instanceof Date) && Object.getPrototypeOf(value) === Object.prototype) {
      open.unshift(...Object.entries(value).map(([inner, deep]): [string, unknown] => [`${key}.${inner}`, deep]))
    } else setPlain(out, key, Array.isArray(value) ? JSON.stringify(value) : value)
  }
  return out
}

export interface ReadOptions {
  readonly headerRow: boolean
  readonly includeEmptyCells: boolean
  readonly rawData: boolean
  readonly readAsString: boolean
  readonly sheetName: string
  readonly range: string
  readonly delimiter: string
  readonly encoding: string
  readonly fromLine: number
  readonly maxRowCount: number
  readonly bom: boolean
  readonly relaxQuotes: boolean
  readonly skipErrorRows: boolean
}

/** Rows of a table, one object each; without a header row, the object has them as a list under `row`. */
export async function readTable(format: SheetFormat | 'any', bytes: Uint8Array, options: ReadOptions): Promise<Json[]> {
  return format === 'csv' ? readCsv(bytes, options) : readSheet(bytes, options)
}

function readCsv(bytes: Uint8Array, options: ReadOptions): Json[] {
  const source = iconv.decode(Buffer.from(bytes), iconv.encodingExists(options.encoding) ? options.encoding : 'utf8')
  let rows: unknown[]
  try {
    rows = parse(source, {
      delimiter: options.delimiter,
      columns: options.headerRow,
      bom: true,
      from_line: Math.max(1, options.fromLine),
      ...(options.maxRowCount > 0 ? { to: options.maxRowCount } : {}),
      relax_quotes: options.relaxQuotes,
      skip_records_with_error: options.skipErrorRows,
      skip_empty_lines: true,
    }) as unknown[]
  } catch (thrown) {
    throw new NodeFailure(messageOf(thrown), { cause: thrown })
  }
  if (!options.headerRow) return rows.map((row) => ({ row }))
  return rows.map((row) =>
    options.includeEmptyCells ? (row as Json) : Object.fromEntries(Object.entries(row as Json).filter(([, value]) => value !== '')),
  )
}

async function readSheet(bytes: Uint8Array, options: ReadOptions): Promise<Json[]> {
  const xlsx = await import('@e965/xlsx')
  let book: ReturnType<typeof xlsx.read>
  try {
    book = xlsx.read(options.readAsString ? Buffer.from(bytes).toString('utf8') : bytes, {
      type: options.readAsString ? 'string' : 'buffer',
      raw: options.rawData,
    })
  } catch (thrown) {
    throw new NodeFailure(`The file is no table that can be read: ${messageOf(thrown)}`, { cause: thrown })
  }
  const name = options.sheetName === '' ? book.SheetNames[0] : options.sheetName
  const sheet = name === undefined ? undefined : book.Sheets[name]
  if (sheet === undefined)
    throw new NodeFailure(
      name === undefined ? 'Spreadsheet does not have any sheets!' : `Spreadsheet does not contain sheet called "${name}"!`,
    )
  const asked = {
    ...(options.range === '' ? {} : { range: /^\d+$/.test(options.range) ? Number(options.range) : options.range }),
    ...(options.includeEmptyCells ? { defval: '' } : {}),
    ...(options.headerRow ? {} : { header: 1 as const }),
  }
  const rows = xlsx.utils.sheet_to_json<unknown>(sheet, asked)
  return options.headerRow ? (rows as Json[]) : rows.map((row) => ({ row }))
}
