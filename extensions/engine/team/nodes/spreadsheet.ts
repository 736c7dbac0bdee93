/** The older spreadsheet node: reads a table out of a file, or writes one. */
import { NodeFailure } from '../flow/failure.ts'
import type { NodeKindRules } from '../flow/kind.ts'
import { table } from './convert-to-file.ts'
import { eachItem, text } from './each.ts'
import { rows } from './extract-from-file.ts'
import type { SheetFormat } from './sheets.ts'

const FORMATS = new Set(['csv', 'html', 'rtf', 'ods', 'xls', 'xlsx'])

export const spreadsheet: NodeKindRules = {
  async run(call) {
    const operation = text(call.param('operation', 0), 'fromFile')
    if (operation === 'toFile') {
      const format = text(call.param('fileFormat', 0), 'xls')
      if (!FORMATS.has(format)) throw new NodeFailure(`The file format "${format}" is not known.`)
      return [[await table(call, format as SheetFormat)]]
    }
    return [
      await eachItem(call, (item, index) => {
        const named = text(call.param('fileFormat', index, ''))
        const kind = item.binary?.[text(call.param('binaryPropertyName', index), 'data')]?.mimeType
        const csv = named === 'csv' || ((named === '' || named === 'autodetect') && kind === 'text/csv')
        return rows(call, item, index, csv ? 'csv' : 'any')
      }),
    ]
  },
}
