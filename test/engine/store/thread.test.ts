/** What only the real threads show: snapshots beside running writes, reads that are interrupted, a thread that dies. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, expect, test, vi } from 'vitest'
import { makeLogger, type TroupeError } from '#core'
import { systemClock } from '#core/node'
import { type OpenStoreOptions, openStore, type Store } from '../../../extensions/engine/store/mod.ts'
import { items } from '../../faults/store-history.ts'

const folders: string[] = []
const stores: Store[] = []
const lines: string[] = []
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-thread-'))
  folders.push(folder)
  return folder
}
async function open(folder: string, options: Partial<OpenStoreOptions> = {}): Promise<Store> {
  const log = makeLogger('store', ({ level, message }) => lines.push(`${level} ${message}`))
  const store = await openStore({ folder: join(folder, 'data'), migrations: [items], clock: systemClock, log, ...options })
  stores.push(store)
  return store
}
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
  lines.length = 0
})
const put = (id: number, text: string) => [{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, text] }]

test('[ST16] snapshots are made in another thread while writes go on, and old files are removed', async () => {
  const folder = await newFolder()
  const store = await open(folder, { snapshotAfterBytes: 64 * 1024, journalBlockBytes: 64 * 1024 })
  const seen = new Set<number | null>()
  let id = 0
  while (seen.size < 5) {
    await Promise.all(Array.from({ length: 20 }, () => store.write(put(++id, `text ${id} `.repeat(20)))))
    seen.add((await store.health()).lastSnapshotAt)
    if (id % 500 === 0) await store.write([{ sql: 'DELETE FROM item WHERE id < ?', params: [id - 100] }])
  }
  // The newest snapshot, the one before it, one that is being made; and the journals since.
  const names = await readdir(join(folder, 'data'))
  expect(names.filter((name) => /^snapshot-\d+$/.test(name)).length).toBeLessThanOrEqual(3)
  expect(names.filter((name) => /^journal-\d+$/.test(name)).length).toBeLessThanOrEqual(4)
  expect(lines.filter((line) => /^(?:warn|error)/.test(line))).toEqual([])
  const count = await store.read('SELECT count(*) AS n, sum(id) AS sum FROM item')
  await store.stop()
  const again = await open(folder)
  expect(await again.read('SELECT count(*) AS n, sum(id) AS sum FROM item')).toEqual(count)
  expect((await again.health()).recovered).toMatchObject({ frames: 0, cutBytes: 0, damagedSnapshots: [] })
})

test('[ST6] a read over its time, or cancelled, is interrupted in the middle of a row and leaves the thread to others', async () => {
  const store = await open(await newFolder())
  for (let block = 0; block < 8; block++)
    await store.write(Array.from({ length: 250 }, (_, n) => put(block * 250 + n, `${n} `.repeat(1000))[0]!))
  // Hours of work within one step; the table is larger than SQLite's cache, so pages are read all along.
  const slow = 'SELECT count(*) AS n FROM item a, item b, item c WHERE a.text LIKE c.text AND b.text LIKE c.text'
  await expect(store.read(slow, [], { timeoutMs: 300 })).rejects.toMatchObject({ code: 'TIMEOUT' })
  expect(await store.read('SELECT count(*) AS n FROM item')).toEqual([{ n: 2000 }])
  const abort = new AbortController()
  const reading = store.read(slow, [], { signal: abort.signal, timeoutMs: 3_600_000 })
  setTimeout(() => abort.abort(), 100)
  await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
  await store.write(put(5000, 'after'))
  expect(await store.read('SELECT * FROM pragma_integrity_check')).toEqual([{ integrity_check: 'ok' }])
})

test('[ST17] when the thread dies every call fails, the engine is told, and a new start finds everything acknowledged', async () => {
  const folder = await newFolder()
  const dying = join(folder, 'dying.mjs')
  const real = pathToFileURL(join(import.meta.dirname, '../../../extensions/engine/store/thread.ts')).href
  await writeFile(
    dying,
    `import { parentPort } from 'node:worker_threads'\nparentPort.on('message', (m) => { if (JSON.stringify(m).includes('last words')) setImmediate(() => { throw new Error('out of luck') }) })\nawait import(${JSON.stringify(real)})\n`,
  )
  const told: TroupeError[] = []
  const store = await open(folder, { threadUrl: pathToFileURL(dying), onBroken: (why) => told.push(why) })
  await store.write(put(1, 'acknowledged'))
  await store.write(put(2, 'last words'))
  await vi.waitFor(() => expect(told).toHaveLength(1), 20_000)
  expect(told[0]).toMatchObject({ code: 'INTERNAL', message: expect.stringContaining('out of luck') })
  await expect(store.read('SELECT 1')).rejects.toMatchObject({ code: 'INTERNAL' })
  await expect(store.write(put(3, 'x'))).rejects.toMatchObject({ code: 'INTERNAL' })
  await store.stop()
  const again = await open(folder)
  expect(await again.read('SELECT id FROM item')).toEqual([{ id: 1 }, { id: 2 }])
})

test('[ST17] what cannot cross a thread fails its own call only', async () => {
  const store = await open(await newFolder())
  const odd = (() => 1) as unknown as string
  const [before, wrong, after] = await Promise.allSettled([
    store.write(put(1, 'fine')),
    store.write([{ sql: 'INSERT INTO item (text) VALUES (?)', params: [odd] }]),
    store.write(put(2, 'fine')),
  ])
  expect([before?.status, wrong, after?.status]).toEqual([
    'fulfilled',
    { status: 'rejected', reason: expect.objectContaining({ code: 'INTERNAL' }) },
    'fulfilled',
  ])
  expect(await store.read('SELECT id FROM item')).toEqual([{ id: 1 }, { id: 2 }])
})
