import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { bytes, flag, integer, json, oneOf, orNull, type RawRow, type RowReader, readRow, readRows, real, text } from '#core'

const answering = (...rows: readonly RawRow[]): RowReader => ({ read: async () => rows })
const COLUMNS = {
  name: text,
  count: integer,
  share: real,
  on: flag,
  raw: bytes,
  kind: oneOf(['a', 'b']),
  gone: orNull(integer),
  doc: json('a list', z.array(z.int())),
}
const GOOD: RawRow = { name: 'n', count: 3, share: 0.5, on: 1, raw: new Uint8Array([1]), kind: 'b', gone: null, doc: '[1]' }

describe('checked rows', () => {
  it('[CO1] a row that fits is decoded, and columns that were not described are left out', async () => {
    const [row] = await readRows(answering({ ...GOOD, more: 1 }), COLUMNS, 'SELECT 1')
    expect(row).toEqual({ name: 'n', count: 3, share: 0.5, on: true, raw: new Uint8Array([1]), kind: 'b', gone: null, doc: [1] })
    expect(await readRow(answering(), COLUMNS, 'SELECT 1')).toBeUndefined()
  })

  it.each([
    ['name', 1],
    ['name', null],
    ['count', 1.5],
    ['count', '3'],
    ['share', Number.NaN],
    ['on', 2],
    ['raw', 'x'],
    ['kind', 'c'],
    ['gone', 'x'],
    ['doc', '[1.5]'],
    ['doc', '[1'],
  ])('[CO1] %s = %s is DAMAGED, and the message names the column and not the value', async (name, value) => {
    const read = readRows(answering(GOOD, { ...GOOD, [name]: value }), COLUMNS, 'SELECT secret')
    await expect(read).rejects.toMatchObject({ code: 'DAMAGED', message: expect.stringContaining(`"${name}"`), facts: { column: name } })
  })

  it('[CO1] a column that the statement does not answer is a defect of ours', async () => {
    const { kind: _, ...rest } = GOOD
    await expect(readRows(answering(rest), COLUMNS, 'SELECT 1')).rejects.toMatchObject({ code: 'INTERNAL' })
  })
})
