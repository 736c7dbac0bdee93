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
  expect([8, 12, 16, 20].map((at) => view.getUint32(at, true))).toEqual([2, 4096, 1, 0])
  expect([24, 48].map((at) => Number(view.getBigUint64(at, true)))).toEqual([1, 1_763_712_000_000])
  expect(view.getUint32(508, true)).toBe(crc32(bytes.subarray(0, 508)))
  const salt = crc32(bytes.subarray(32, 48))
  const mark = (frame: number): number => ((salt ^ Math.imul(frame + 1, 0x9e3779b1)) | 0x80000001) >>> 0
  // Frame 0 is the schema, of several sectors; frame 1, the row, is one sector.
  const row = 512 + 512 * Math.ceil((16 + view.getUint32(512 + 12, true)) / 508)
  for (let at = 512; at < row; at += 512) expect(view.getUint32(at, true)).toBe(mark(0))
  expect(view.getUint32(row, true)).toBe(mark(1))
  expect(view.getUint32(row + 4, true)).toBe(crc32(bytes.subarray(row + 8, row + 20), salt))
  const [frame, length] = [8, 12].map((at) => view.getUint32(row + at, true)) as [number, number]
  expect(frame).toBe(1)
  expect(view.getUint32(row + 16, true)).toBe(crc32(bytes.subarray(row + 20, row + 512), salt))
  // Content: pages, changed pages; of the first changed page its number, its runs, and the first run.
  const words = Array.from({ length: length / 4 }, (_, at) => view.getUint32(row + 20 + at * 4, true))
  expect(words.slice(0, 2)).toEqual([5, 2])
  expect(words[2]).toBe(3)
  expect((words[4] as number) & 0xffff).toBeLessThan(1024)
  expect(text(bytes.subarray(row + 20, row + 20 + length))).toContain('one')
  expect(bytes.subarray(row + 20 + length).every((byte) => byte === 0)).toBe(true)
})

test('[SD15] a journal of format 1 is passed by when it holds nothing, and refused with what to do when it does', async () => {
  const disk = new SimulatedDisk(seeded(1))
  await (await openOn(disk)).stop()
  const name = 'journal-00000002'
  const old = (content: number) => {
    const bytes = disk.contentOf(name).slice()
    viewOf(bytes).setUint32(8, 1, true)
    viewOf(bytes).setUint32(508, crc32(bytes.subarray(0, 508)), true)
    bytes[512] = content
    const other = disk.copy()
    other.replaceContent(name, bytes)
    return other
  }
  await expect(openOn(old(7))).rejects.toMatchObject({
    code: 'DAMAGED',
    message: `${name} is damaged at byte 8: it has format 1 and holds writes, and this build reads format 2.`,
    hint: expect.stringContaining('Start the build that wrote it once more'),
    facts: { file: name, offset: 8 },
  })
  const empty = old(0)
  const store = await openOn(empty)
  await store.write([{ sql: `INSERT INTO item (id, text) VALUES (1, 'one')` }])
  // It is never written on: a new one begins.
  expect(
    empty
      .contentOf(name)
      .subarray(512)
      .every((byte) => byte === 0),
  ).toBe(true)
  expect(viewOf(empty.contentOf('journal-00000003')).getUint32(8, true)).toBe(2)
  await store.stop()
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
