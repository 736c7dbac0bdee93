import { afterEach, describe, expect, test } from 'vitest'
import type { Migration, Store } from '../../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { openOn } from '../../faults/store-history.ts'

const migration = (room: string, number: number, sql: string): Migration => ({ room, number, name: `${room}-${number}`, sql })
const cats = migration('cats', 1, 'CREATE TABLE cat (id INTEGER PRIMARY KEY, name TEXT NOT NULL) STRICT')
const dogs = migration('dogs', 1, 'CREATE TABLE dog (id INTEGER PRIMARY KEY) STRICT')
const catColours = migration('cats', 2, `ALTER TABLE cat ADD COLUMN colour TEXT; UPDATE cat SET colour = 'grey'`)
const catAges = migration('cats', 3, 'ALTER TABLE cat ADD COLUMN age INTEGER')

const stores: Store[] = []
async function open(disk: SimulatedDisk, migrations: readonly Migration[]): Promise<Store> {
  const store = await openOn(disk, migrations)
  stores.push(store)
  return store
}
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
})
const newDisk = (): SimulatedDisk => new SimulatedDisk(seeded(1))
const schema = 'SELECT name, sql FROM sqlite_schema ORDER BY name'

describe('migrations', () => {
  test('[ST9] each room adds its own, in order, and they are applied once', async () => {
    const disk = newDisk()
    const first = await open(disk, [cats, dogs])
    await first.write([{ sql: 'INSERT INTO cat (name) VALUES (?)', params: ['Tom'] }])
    await first.stop()
    const second = await open(disk, [cats, catColours, dogs])
    expect(await second.read('SELECT * FROM cat')).toEqual([{ id: 1, name: 'Tom', colour: 'grey' }])
    expect(await second.read('SELECT room, number FROM store_migration ORDER BY room, number')).toEqual([
      { room: 'cats', number: 1 },
      { room: 'cats', number: 2 },
      { room: 'dogs', number: 1 },
    ])
  })

  test("[ST9] the store's own table is pinned", async () => {
    const store = await open(newDisk(), [dogs])
    expect(await store.read(schema)).toEqual([
      { name: 'dog', sql: 'CREATE TABLE dog (id INTEGER PRIMARY KEY) STRICT' },
      { name: 'sqlite_autoindex_store_migration_1', sql: null },
      {
        name: 'store_migration',
        sql: `CREATE TABLE store_migration (
  room TEXT NOT NULL,
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  digest TEXT NOT NULL,
  applied_at INTEGER NOT NULL,
  PRIMARY KEY (room, number)
) STRICT`,
      },
    ])
    expect(await store.read('SELECT digest FROM store_migration')).toEqual([{ digest: '6ae6e97cbd12c925892f97deff0eef6c' }])
  })

  test('[ST9] numbers run from 1 without gaps', async () => {
    await expect(open(newDisk(), [cats, catAges])).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('has number 3; 2 was expected'),
    })
    await expect(open(newDisk(), [catColours])).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  test('[ST10] a database with a migration that this build does not know is refused, and stays as it is', async () => {
    const disk = newDisk()
    await (await open(disk, [cats, catColours, catAges, dogs])).stop()
    const before = [...disk.list()]
    await expect(open(disk, [cats, catColours, dogs])).rejects.toMatchObject({
      code: 'DAMAGED',
      message: 'The database is newer than this build: it has migration 3 ("cats-3") of cats, and this build knows up to 2.',
      facts: { room: 'cats', found: 3, known: 2 },
    })
    await expect(open(disk, [dogs])).rejects.toMatchObject({ code: 'DAMAGED', facts: { room: 'cats', known: 0 } })
    expect([...disk.list()]).toEqual(before)
    await open(disk, [cats, catColours, catAges, dogs])
  })

  test('[ST10] a migration that was edited after it was applied is refused', async () => {
    const disk = newDisk()
    await (await open(disk, [cats])).stop()
    await expect(open(disk, [{ ...cats, sql: `${cats.sql} -- edited` }])).rejects.toMatchObject({
      code: 'DAMAGED',
      facts: { room: 'cats', number: 1 },
    })
  })

  test('[ST11] a migration that fails is undone with all others of that start, and the next start tries again', async () => {
    const disk = newDisk()
    await (await open(disk, [cats])).stop()
    const broken = migration('cats', 3, 'CREATE TABLE half (id INTEGER); INSERT INTO nowhere VALUES (1)')
    await expect(open(disk, [cats, catColours, broken])).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('no such table: nowhere'),
    })
    const store = await open(disk, [cats, catColours, catAges])
    expect((await store.read<{ name: string }>(schema)).map((row) => row.name)).not.toContain('half')
    expect(await store.read('SELECT max(number) AS n FROM store_migration')).toEqual([{ n: 3 }])
  })

  test('[ST12] a backup is made before an existing database is migrated, and three are kept', async () => {
    const disk = newDisk()
    const steps = Array.from({ length: 6 }, (_, n) => migration('cats', n + 2, `ALTER TABLE cat ADD COLUMN c${n} TEXT`))
    const backups = (): string[] =>
      disk
        .list()
        .filter((name) => name.startsWith('backup-'))
        .sort()
    for (let known = 0; known <= steps.length; known++) {
      const store = await open(disk, [cats, ...steps.slice(0, known)])
      expect(backups().length).toBe(Math.min(known, 3))
      await store.write([{ sql: 'INSERT INTO cat (name) VALUES (?)', params: [`cat ${known}`] }])
      await store.stop()
    }
    // The newest is the database as it was before the last migration: it opens as the snapshot of a folder of its own.
    const folder = newDisk()
    const content = disk.contentOf(backups().at(-1) as string)
    expect(Buffer.from(content.subarray(0, 15)).toString()).toBe('SQLite format 3')
    const pages = content.length - 64
    const count = new DataView(content.buffer, content.byteOffset).getUint32(pages + 16, true)
    folder.replaceContent('plain.db', content.slice(0, count * 4096))
    expect(Buffer.from(folder.contentOf('plain.db')).includes('cat 5')).toBe(true)
    expect(Buffer.from(folder.contentOf('plain.db')).includes('cat 6')).toBe(false)
  })
})
