/** The disk is full, read-only or failing while the store runs: writes are refused, reads go on, and work resumes when the cause is gone. */
import { afterEach, describe, expect, test } from 'vitest'
import type { Store } from '../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from './store-disk.ts'
import { contentOf, openOn } from './store-history.ts'

const stores: Store[] = []
async function open(disk: SimulatedDisk): Promise<Store> {
  const store = await openOn(disk)
  stores.push(store)
  return store
}
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
})
const put = (id: number, text: string) => [{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, text] }]
const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
const readOnly = Object.assign(new Error('EROFS: read-only file system, open'), { code: 'EROFS' })
const broken = Object.assign(new Error('EIO: i/o error, fdatasync'), { code: 'EIO' })

describe.each([
  { what: 'writes fail', begin: (disk: SimulatedDisk) => Object.assign(disk, { failure: full }), reason: full.message },
  { what: 'the folder is read-only', begin: (disk: SimulatedDisk) => Object.assign(disk, { failure: readOnly }), reason: readOnly.message },
  { what: 'syncs fail', begin: (disk: SimulatedDisk) => Object.assign(disk, { syncFailure: broken }), reason: broken.message },
])('when $what', ({ begin, reason }) => {
  const end = (disk: SimulatedDisk) => Object.assign(disk, { failure: null, syncFailure: null })

  test('[SD8] writes are refused with DISK, reads see only what is durable, and health says why', async () => {
    const disk = new SimulatedDisk(seeded(1))
    const store = await open(disk)
    await store.write(put(1, 'kept'))
    begin(disk)
    await expect(store.write(put(2, 'refused'))).rejects.toMatchObject({
      code: 'DISK',
      retry: 'later',
      hint: expect.stringContaining('Free space'),
    })
    await expect(Promise.all([store.write(put(3, 'a')), store.write(put(4, 'b'))])).rejects.toMatchObject({ code: 'DISK' })
    expect([...(await contentOf(store))]).toEqual([[1, 'kept']])
    expect(await store.health()).toMatchObject({ state: 'refusing', reason })
  })

  test('[SD9] work resumes when the cause is gone, and a restart finds exactly what was acknowledged', async () => {
    const disk = new SimulatedDisk(seeded(2))
    const store = await open(disk)
    for (let round = 0; round < 5; round++) {
      await store.write(put(round * 10, 'kept'))
      begin(disk)
      for (let n = 1; n < 4; n++) await expect(store.write(put(round * 10 + n, 'refused'))).rejects.toMatchObject({ code: 'DISK' })
      end(disk)
      await store.write(put(round * 10 + 5, 'after'))
      expect(await store.health()).toMatchObject({ state: 'ok', reason: null })
    }
    const kept = [...(await contentOf(store))]
    expect(kept.map(([id]) => id)).toEqual([0, 5, 10, 15, 20, 25, 30, 35, 40, 45])
    // The machine dies at once, and again after a proper stop: both ways the same is found.
    const crashed = disk.copy()
    expect([...(await contentOf(await open(crashed)))]).toEqual(kept)
    await store.stop()
    expect([...(await contentOf(await open(disk)))]).toEqual(kept)
  })

  test('[SD9] health alone finds that the cause is gone', async () => {
    const disk = new SimulatedDisk(seeded(3))
    const store = await open(disk)
    begin(disk)
    await expect(store.write(put(1, 'x'))).rejects.toMatchObject({ code: 'DISK' })
    expect((await store.health()).state).toBe('refusing')
    end(disk)
    expect((await store.health()).state).toBe('ok')
  })

  test('[SD10] a snapshot that cannot be made costs nothing: the journal keeps everything', async () => {
    const disk = new SimulatedDisk(seeded(4))
    const store = await open(disk)
    await store.write(put(1, 'kept'))
    begin(disk)
    await store.stop()
    end(disk)
    expect([...(await contentOf(await open(disk)))]).toEqual([[1, 'kept']])
  })

  test('[SD10] a store is not opened on a disk that refuses', async () => {
    const disk = new SimulatedDisk(seeded(5))
    begin(disk)
    await expect(open(disk)).rejects.toMatchObject({ code: 'DISK' })
    end(disk)
    await open(disk)
  })
})

test('[SD11] what was only applied may be lost, and what was durable before and after it is not', async () => {
  const disk = new SimulatedDisk(seeded(6))
  const store = await open(disk)
  await store.write(put(1, 'durable'))
  await store.write(put(2, 'applied'), { durability: 'applied' })
  expect((await contentOf(store)).size).toBe(2)
  expect([...(await contentOf(await open(disk.copy()))).keys()]).toEqual([1])
  await store.write(put(3, 'durable'))
  expect([...(await contentOf(await open(disk.copy()))).keys()]).toEqual([1, 2, 3])
  await store.write(put(4, 'applied'), { durability: 'applied' })
  await store.stop()
  expect([...(await contentOf(await open(disk))).keys()]).toEqual([1, 2, 3, 4])
})

test('[SD17] a clock that jumps, forwards and back, changes nothing but the times that are told', async () => {
  const disk = new SimulatedDisk(seeded(7))
  const hour = 3_600_000
  const jumps = [0, 24 * hour, -365 * 24 * hour, 1, 10 * 365 * 24 * hour, -hour]
  let now = 1_763_712_000_000
  for (const [round, jump] of jumps.entries()) {
    const store = await openOn(disk, undefined, { snapshotAfterBytes: 1024 }, { now: () => now, after: () => () => undefined })
    for (let n = 0; n < 4; n++) {
      await store.write(put(round * 10 + n, `round ${round}`))
      now += jump
    }
    expect((await contentOf(store)).size).toBe((round + 1) * 4)
    // The machine dies on every second round.
    if (round % 2 === 0) await store.stop()
    else disk.cutAfter(-1)
    if (round % 2 === 1) {
      await store.stop()
      disk.restart()
    }
  }
  expect((await contentOf(await open(disk))).size).toBe(jumps.length * 4)
})
