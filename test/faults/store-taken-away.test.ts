/** The folder or its files are taken away while the store runs, on a real disk: refused, reads go on, and nothing acknowledged is lost. */
import { copyFile, cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openStore, type Store } from '../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from './store-disk.ts'
import { contentOf, items, openOn } from './store-history.ts'

const folders: string[] = []
const stores: Store[] = []
const lines: string[] = []
async function open(folder: string): Promise<Store> {
  const log = makeLogger('store', ({ message }) => lines.push(message))
  const store = await openStore({ folder, migrations: [items], clock: systemClock, log })
  stores.push(store)
  return store
}
async function newFolder(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'troupe-away-'))
  folders.push(root)
  return join(root, 'data')
}
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
  lines.length = 0
})
const put = (id: number) => [{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, `text ${id}`] }]
const keysOf = async (store: Store): Promise<readonly number[]> => [...(await contentOf(store)).keys()]

/** What a start finds after the machine died now. */
async function afterCrash(folder: string): Promise<readonly number[]> {
  const copy = await newFolder()
  await cp(folder, copy, { recursive: true, filter: (path) => !path.endsWith('owner') })
  return keysOf(await open(copy))
}

test('[SD16] all files are removed: one write is refused, and then everything is written anew from memory', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  for (let id = 1; id <= 3; id++) await store.write(put(id))
  for (const name of await readdir(folder)) await rm(join(folder, name))
  await expect(store.write(put(4))).rejects.toMatchObject({ code: 'DISK', message: expect.stringContaining('was taken away') })
  expect(await keysOf(store)).toEqual([1, 2, 3])
  await store.write(put(5))
  expect(lines).toContain('Files of the store were taken away; everything was written anew from memory.')
  expect(await store.health()).toMatchObject({ state: 'ok', journalBytes: expect.any(Number) })
  expect(await afterCrash(folder)).toEqual([1, 2, 3, 5])
  await store.stop()
  expect(await keysOf(await open(folder))).toEqual([1, 2, 3, 5])
})

test('[SD16] only an older file is removed: noticed when a snapshot cannot be made of it', async () => {
  const disk = new SimulatedDisk(seeded(1))
  const first = await openOn(disk)
  await first.write(put(1))
  await first.stop()
  const store = await openOn(disk)
  stores.push(store)
  for (const name of disk.list()) if (name !== 'journal-00000002') disk.remove(name)
  for (let id = 2; id < 90; id++)
    await store.write([{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, `${id} `.repeat(200)] }])
  expect((await keysOf(store)).length).toBe(89)
  const again = await openOn(disk.copy())
  stores.push(again)
  expect((await keysOf(again)).length).toBe(89)
})

test('[SD16] the folder is moved away: refused until it is back, then all of it is there', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  await store.write(put(1))
  await rename(folder, `${folder}-elsewhere`)
  for (let id = 2; id <= 3; id++) await expect(store.write(put(id))).rejects.toMatchObject({ code: 'DISK', retry: 'later' })
  expect(await store.health()).toMatchObject({ state: 'refusing' })
  expect(await keysOf(store)).toEqual([1])
  await rename(`${folder}-elsewhere`, folder)
  expect(await store.health()).toMatchObject({ state: 'ok', reason: null })
  await store.write(put(4))
  expect(lines).not.toContain('Files of the store were taken away; everything was written anew from memory.')
  expect(await afterCrash(folder)).toEqual([1, 4])
})

test('[SD16] an empty folder stands where the folder was: everything is written anew from memory', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  await store.write(put(1))
  await rm(folder, { recursive: true })
  await expect(store.write(put(2))).rejects.toMatchObject({ code: 'DISK' })
  await expect(store.write(put(3))).rejects.toMatchObject({ code: 'DISK' })
  await mkdir(folder, { mode: 0o700 })
  await store.write(put(4))
  expect(await afterCrash(folder)).toEqual([1, 4])
})

test('[SD16] an older copy of the journal takes its place: noticed, and everything is written anew from memory', async () => {
  const folder = await newFolder()
  const store = await open(folder)
  await store.write(put(1))
  const [journal = ''] = (await readdir(folder)).filter((name) => name.startsWith('journal-'))
  await copyFile(join(folder, journal), `${folder}-copy`)
  await store.write(put(2))
  await rename(`${folder}-copy`, join(folder, journal))
  expect(await store.health()).toMatchObject({ state: 'ok' })
  expect(lines).toContain('Files of the store were taken away; everything was written anew from memory.')
  await store.write(put(3))
  expect(await afterCrash(folder)).toEqual([1, 2, 3])
})
