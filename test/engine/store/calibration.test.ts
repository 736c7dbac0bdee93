/** A file of its own, so a process of its own: sql.js is loaded once for each process. */
import { expect, test } from 'vitest'
import { makeLogger } from '#core'
import { openStoreHere } from '../../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { items } from '../../faults/store-history.ts'

test("[ST14] calibration finds sql.js's file traffic where the verified build has it, and rebuilds a database from it", async () => {
  const disk = new SimulatedDisk(seeded(1))
  const clock = { now: () => 1, after: () => () => undefined }
  const store = await openStoreHere({
    disk,
    path: 'simulated',
    migrations: [items],
    clock,
    log: makeLogger('store', () => undefined),
    calibrateAlways: true,
  })
  await store.write([{ sql: 'INSERT INTO item (text) VALUES (?)', params: ['one'] }])
  expect(await store.read('SELECT text FROM item')).toEqual([{ text: 'one' }])
  await store.stop()
})
