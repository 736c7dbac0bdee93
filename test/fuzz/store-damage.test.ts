/** Damage of every kind to every file: recovered to the last acknowledged commit, or refused with the file and the offset; never wrong in silence. */
import { describe, expect, test } from 'vitest'
import type { TroupeError } from '#core'
import type { Store } from '../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../faults/store-disk.ts'
import { contentOf, items, openOn, sameContent } from '../faults/store-history.ts'

const SECTOR = 512
const sizes = { journalBlockBytes: 4096, snapshotAfterBytes: 1 << 20 }
const every = process.env.SLOW ? 1 : 5

interface Sample {
  readonly disk: SimulatedDisk
  readonly content: Map<number, string>
}

/** One snapshot with an older one behind it, and a journal with three small frames and one of several sectors. */
async function makeSample(): Promise<Sample> {
  const disk = new SimulatedDisk(seeded(1))
  for (let start = 1; start <= 2; start++) {
    const store = await openOn(disk, [items], sizes)
    await store.write([{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [start, `start ${start}`] }])
    await store.stop()
  }
  const store = await openOn(disk, [items], sizes)
  for (let id = 10; id < 13; id++) await store.write([{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, `small ${id}`] }])
  await store.write([
    { sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [20, Array.from({ length: 150 }, (_, n) => n * 7919).join(' ')] },
  ])
  const content = await contentOf(store)
  const sample = { disk: disk.copy(), content }
  await store.stop()
  return sample
}

/** `recovered` or the refusal; anything else throws. */
async function outcome(sample: Sample, damage: (disk: SimulatedDisk) => void): Promise<'recovered' | TroupeError> {
  const disk = sample.disk.copy()
  damage(disk)
  let store: Store
  try {
    store = await openOn(disk, [items], sizes)
  } catch (thrown) {
    const error = thrown as TroupeError
    if (error.code !== 'DAMAGED' || typeof error.facts?.file !== 'string' || typeof error.facts.offset !== 'number') throw thrown
    return error
  }
  const content = await contentOf(store)
  await store.stop()
  if (!sameContent(content, sample.content))
    throw new Error('the store opened with another content than was acknowledged, and said nothing')
  return 'recovered'
}

const newest = (disk: SimulatedDisk, kind: string): string =>
  [...disk.list()]
    .filter((name) => name.startsWith(kind))
    .sort()
    .at(-1) as string
const edit = (name: string, change: (bytes: Uint8Array) => Uint8Array) => (disk: SimulatedDisk) =>
  disk.replaceContent(name, change(disk.contentOf(name).slice()))
const flip = (name: string, at: number, bit: number) =>
  edit(name, (bytes) => {
    bytes[at] = (bytes[at] as number) ^ (1 << bit)
    return bytes
  })

describe('damage', () => {
  test('[SD2] a journal cut at any byte', async () => {
    const sample = await makeSample()
    const name = newest(sample.disk, 'journal')
    const { length } = sample.disk.contentOf(name)
    const used = sample.disk.contentOf(name).findLastIndex((byte) => byte !== 0) + 1
    const counts = { recovered: 0, refused: 0 }
    for (let bytes = 0; bytes < length; bytes += bytes > used + SECTOR ? 37 : 1) {
      const found = await outcome(
        sample,
        edit(name, (all) => all.subarray(0, bytes)),
      )
      counts[found === 'recovered' ? 'recovered' : 'refused']++
      // What was cut is acknowledged data exactly when it is not blank.
      if (bytes < used) expect(found, `cut at ${bytes}`).toMatchObject({ facts: { file: name } })
    }
    expect(counts.recovered).toBeGreaterThan(10)
    expect(counts.refused).toBeGreaterThan(2000)
  })

  test('[SD3] a journal with any bit flipped', { timeout: 900_000 }, async () => {
    const sample = await makeSample()
    const name = newest(sample.disk, 'journal')
    const { length } = sample.disk.contentOf(name)
    for (let at = 0; at < length; at++) {
      for (let bit = at % every; bit < 8; bit += every) {
        const found = await outcome(sample, flip(name, at, bit))
        expect(found, `bit ${bit} of byte ${at}`).toMatchObject({ code: 'DAMAGED', facts: { file: name } })
      }
    }
  })

  test('[SD4] a journal with a tail of zeros is whole, and with a tail of anything else refused', async () => {
    const sample = await makeSample()
    const name = newest(sample.disk, 'journal')
    const random = seeded(4)
    const grow = (tail: Uint8Array) => edit(name, (bytes) => Uint8Array.from([...bytes, ...tail]))
    for (const bytes of [1, 511, 512, 5000]) expect(await outcome(sample, grow(new Uint8Array(bytes)))).toBe('recovered')
    for (let round = 0; round < 50; round++) {
      const tail = Uint8Array.from({ length: 1 + random(2000) }, () => 1 + random(255))
      expect(await outcome(sample, grow(tail))).toMatchObject({ code: 'DAMAGED', facts: { file: name } })
    }
  })

  test('[SD5] a frame that was only partly written is cut, and one that lost a sector later is refused', async () => {
    const sample = await makeSample()
    const name = newest(sample.disk, 'journal')
    const blankSector = (sector: number) => edit(name, (bytes) => bytes.fill(0, sector * SECTOR, (sector + 1) * SECTOR))
    // Sectors 1, 2, 3 are one frame each: with a later frame behind them, their loss is damage.
    for (const sector of [1, 2, 3])
      expect(await outcome(sample, blankSector(sector))).toMatchObject({ code: 'DAMAGED', facts: { file: name, offset: sector * SECTOR } })
    // The last frame has several: without one of them it looks like a write that was never finished.
    const disk = sample.disk.copy()
    blankSector(5)(disk)
    const store = await openOn(disk, [items], sizes)
    expect((await store.health()).recovered.cutBytes).toBeGreaterThan(0)
    const content = await contentOf(store)
    expect([...content.keys()]).toEqual([...sample.content.keys()].filter((id) => id !== 20))
    await store.stop()
  })

  test('[SD6] a damaged snapshot is passed over for the one before it, and nothing is lost', { timeout: 900_000 }, async () => {
    const sample = await makeSample()
    const name = newest(sample.disk, 'snapshot')
    const { length } = sample.disk.contentOf(name)
    const footer = length - 64
    for (let at = 0; at < length; at += at < footer - 32 ? (process.env.SLOW ? 11 : 97) : 1) {
      expect(await outcome(sample, flip(name, at, at % 8)), `byte ${at}`).toBe('recovered')
      expect(
        await outcome(
          sample,
          edit(name, (bytes) => bytes.subarray(0, at)),
        ),
        `cut at ${at}`,
      ).toBe('recovered')
    }
    const disk = sample.disk.copy()
    flip(name, 5000, 3)(disk)
    const store = await openOn(disk, [items], sizes)
    expect((await store.health()).recovered.damagedSnapshots[0]).toContain(`${name} is damaged at byte 4096`)
    expect(disk.list()).toContain(`${name}.damaged`)
    await store.stop()
  })

  test('[SD7] a damaged snapshot with none before it, a missing journal and a missing snapshot are refused', async () => {
    const sample = await makeSample()
    const snapshot = newest(sample.disk, 'snapshot')
    const journal = newest(sample.disk, 'journal')
    const removeOlder = (disk: SimulatedDisk): void => {
      for (const name of disk.list()) if (name !== snapshot && name !== journal) disk.remove(name)
    }
    const both = (disk: SimulatedDisk): void => {
      removeOlder(disk)
      flip(snapshot, 9000, 1)(disk)
    }
    expect(await outcome(sample, removeOlder)).toBe('recovered')
    expect(await outcome(sample, both)).toMatchObject({ code: 'DAMAGED', facts: { file: snapshot, offset: 8192 } })
    expect(await outcome(sample, (disk) => disk.remove(journal))).toMatchObject({ code: 'DAMAGED', facts: { file: journal } })
    const noSnapshot = (disk: SimulatedDisk): void => {
      removeOlder(disk)
      disk.remove(snapshot)
    }
    expect(await outcome(sample, noSnapshot)).toMatchObject({ code: 'DAMAGED' })
  })
})
