import { describe, expect, it } from 'vitest'
import { askRestore } from '../../extensions/engine/store/care/restoring.ts'
import { readSnapshot } from '../../extensions/engine/store/snapshot.ts'
import { PowerCut, SimulatedDisk, seeded } from './store-disk.ts'
import { openOn } from './store-history.ts'

const insert = (id: number) => ({ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, 'x'.repeat(id)] })
const idsOn = async (disk: SimulatedDisk): Promise<readonly number[]> => {
  const store = await openOn(disk)
  const rows = await store.read<{ id: number }>('SELECT id FROM item ORDER BY id')
  await store.stop()
  return rows.map(({ id }) => id)
}

/** A store with items 1 and 2, a restore to item 1 alone asked for, and item 3 written behind that. */
async function asked(seed: number): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seeded(seed))
  const store = await openOn(disk)
  await store.write([insert(1)])
  await store.compact()
  const snapshot = [...disk.list()]
    .filter((name) => name.startsWith('snapshot-'))
    .sort()
    .at(-1) as string
  const { pages, info } = readSnapshot(disk, snapshot)
  const then = pages.slice()
  await store.write([insert(2)])
  askRestore(disk, then, info.createdAt)
  await store.write([insert(3)])
  await store.stop()
  return disk
}

describe('a restore', () => {
  it('[SK14] is complete after the next opening, whatever operation the power was cut in, and again in the opening after that', async () => {
    const whole = await asked(1)
    expect(await idsOn(whole)).toEqual([1])
    let cuts = 0
    for (let operation = 0; ; operation++) {
      const disk = await asked(operation + 2)
      disk.cutAfter(operation)
      const first = await openOn(disk).then(
        async (store) => {
          await store.stop()
          return 'opened' as const
        },
        (thrown: unknown) => thrown,
      )
      if (!disk.isOff) break
      expect(first === 'opened' || isCut(first)).toBe(true)
      disk.restart()
      // Once more, in the middle of going on.
      disk.cutAfter(operation % 17)
      await openOn(disk).then(
        (store) => store.stop(),
        () => undefined,
      )
      disk.restart()
      expect(await idsOn(disk)).toEqual([1])
      const saved = [...disk.list()].find((name) => /^backup-\d{16}-restore$/.test(name)) as string
      expect(await idsOn(withSnapshot(disk, saved))).toEqual([1, 2, 3])
      expect([...disk.list()].filter((name) => name.startsWith('restore-'))).toEqual([])
      cuts++
    }
    expect(cuts).toBeGreaterThan(20)
  })

  it('[SK15] of a damaged store keeps the damaged files under other names', async () => {
    const disk = await asked(1)
    const journal = [...disk.list()]
      .filter((name) => name.startsWith('journal-'))
      .sort()
      .at(-1) as string
    const snapshots = [...disk.list()].filter((name) => name.startsWith('snapshot-'))
    for (const name of [journal, ...snapshots]) disk.replaceContent(name, new Uint8Array(5000).fill(7))
    expect(await idsOn(disk)).toEqual([1])
    expect([...disk.list()].filter((name) => name.endsWith('.replaced')).length).toBeGreaterThan(1)
  })

  it('[SK15] that was damaged itself is refused, by name, and changes nothing', async () => {
    const disk = await asked(1)
    const bytes = disk.contentOf('restore-ready').slice()
    bytes[4097] = (bytes[4097] as number) ^ 1
    disk.replaceContent('restore-ready', bytes)
    const before = [...disk.list()].sort()
    await expect(openOn(disk)).rejects.toMatchObject({ code: 'DAMAGED', facts: { file: 'restore-ready', offset: 4096 } })
    expect([...disk.list()].sort()).toEqual(before)
  })

  it('[SK15] a disk that refuses: DISK, and the next opening goes on', async () => {
    const disk = await asked(1)
    disk.failure = new Error('no space left')
    await expect(openOn(disk)).rejects.toMatchObject({ code: 'DISK' })
    disk.failure = null
    expect(await idsOn(disk)).toEqual([1])
  })
})

function isCut(thrown: unknown): boolean {
  const at = thrown instanceof Error && thrown.cause ? thrown.cause : thrown
  return at instanceof PowerCut
}

/** A folder that holds this one file as its snapshot. */
function withSnapshot(disk: SimulatedDisk, name: string): SimulatedDisk {
  const other = new SimulatedDisk(seeded(1))
  askRestore(other, readSnapshot(disk, name).pages, 0)
  return other
}
