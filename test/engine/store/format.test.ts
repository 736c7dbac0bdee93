/** The bytes on the disk, pinned: a change here needs a new format version and a way to read the old one. */
import { readFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import { expect, test } from 'vitest'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { items, openOn } from '../../faults/store-history.ts'

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

test('[ST13] the journal: header, sectors, content', async () => {
  const disk = new SimulatedDisk(seeded(1))
  const store = await openOn(disk)
  await store.write([{ sql: `INSERT INTO item (id, text) VALUES (1, 'one')` }])
  const bytes = disk.contentOf('journal-00000001').slice()
  await store.stop()
  const view = viewOf(bytes)
  expect(text(bytes.subarray(0, 8))).toBe('TROUPEJ\n')
  expect([8, 12, 16, 20].map((at) => view.getUint32(at, true))).toEqual([1, 4096, 1, 0])
  expect([24, 48].map((at) => Number(view.getBigUint64(at, true)))).toEqual([1, 1_763_712_000_000])
  expect(view.getUint32(508, true)).toBe(crc32(bytes.subarray(0, 508)))
  const salt = crc32(bytes.subarray(32, 48))
  // Frame 0 is the schema; frame 1, the row, is its own sector: number, place, sectors, content.
  const count = view.getUint32(512 + 12, true)
  const row = (1 + count) * 512
  expect([4, 8, 12].map((at) => view.getUint32(row + at, true))).toEqual([1, 0, 1])
  expect(view.getUint32(row, true)).toBe(crc32(bytes.subarray(row + 4, row + 512), salt))
  const [length, pages, changed] = [16, 20, 24].map((at) => view.getUint32(row + at, true))
  expect([pages, changed]).toEqual([5, 2])
  expect(text(bytes.subarray(row + 28, row + 16 + (length as number)))).toContain('one')
  expect(bytes.subarray(row + 512).every((byte) => byte === 0)).toBe(true)
})

test('[ST13] the snapshot: an SQLite file, then checksums, then a footer', async () => {
  const disk = new SimulatedDisk(seeded(1))
  const store = await openOn(disk)
  await store.stop()
  const bytes = disk.contentOf('snapshot-00000002')
  const view = viewOf(bytes)
  const footer = bytes.length - 64
  expect(text(bytes.subarray(0, 16))).toBe('SQLite format 3\0')
  expect(text(bytes.subarray(footer, footer + 8))).toBe('TROUPES\n')
  const [version, pageBytes, pages, generation] = [8, 12, 16, 20].map((at) => view.getUint32(footer + at, true))
  expect([version, pageBytes, pages, generation]).toEqual([1, 4096, 5, 2])
  expect([24, 32].map((at) => Number(view.getBigUint64(footer + at, true)))).toEqual([1, 1_763_712_000_000])
  expect(footer).toBe((pages as number) * 4100)
  expect(view.getUint32(footer - 4, true)).toBe(crc32(bytes.subarray(4 * 4096, 5 * 4096)))
  expect(view.getUint32(footer + 40, true)).toBe(crc32(bytes.subarray(5 * 4096, footer)))
  expect(view.getUint32(footer + 60, true)).toBe(crc32(bytes.subarray(footer, footer + 60)))
})

test('[ST14] sql.js is the version whose file traffic was verified', async () => {
  const { version } = JSON.parse(readFileSync('node_modules/sql.js/package.json', 'utf8')) as { version: string }
  expect(version).toBe('1.16.0')
  const wanted = (JSON.parse(readFileSync('package.json', 'utf8')) as { dependencies: Record<string, string> }).dependencies['sql.js']
  expect(wanted).toBe('1.16.0')
  const store = await openOn(new SimulatedDisk(seeded(1)), [items])
  expect(await store.read('SELECT sqlite_version() AS v')).toEqual([{ v: '3.54.1' }])
  // What lists are searched with: this build has FTS4, and no FTS5.
  const options = await store.read<{ compile_options: string }>('SELECT compile_options FROM pragma_compile_options')
  expect(options.map((row) => row.compile_options).filter((name) => name.startsWith('ENABLE_FTS'))).toEqual([
    'ENABLE_FTS3',
    'ENABLE_FTS3_PARENTHESIS',
  ])
  await store.stop()
})
