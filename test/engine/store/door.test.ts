import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { makeLogger, TroupeError } from '#core'
import { systemClock } from '#core/node'
import { type Migration, openStore, type Store } from '../../../extensions/engine/store/mod.ts'

const people: Migration = {
  room: 'people',
  number: 1,
  name: 'people',
  sql: `CREATE TABLE person (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, born INTEGER, photo BLOB) STRICT;
        CREATE TABLE pet (id INTEGER PRIMARY KEY, owner INTEGER NOT NULL REFERENCES person (id)) STRICT`,
}
const silent = makeLogger('store', () => undefined)
const insert = 'INSERT INTO person (name, born) VALUES (?, ?)'

const folders: string[] = []
const stores: Store[] = []
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-store-'))
  folders.push(folder)
  return join(folder, 'data')
}
async function open(folder: string, migrations: readonly Migration[] = [people]): Promise<Store> {
  const store = await openStore({ folder, migrations, clock: systemClock, log: silent })
  stores.push(store)
  return store
}
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })))
})

describe('the door', () => {
  test('[ST1] rows come back as objects keyed by column name, with each kind of value', async () => {
    const store = await open(await newFolder())
    const photo = Uint8Array.of(0, 1, 255)
    const results = await store.write([
      { sql: 'INSERT INTO person (name, born, photo) VALUES (?, ?, ?)', params: ['Ada', 1763712000123, photo] },
    ])
    expect(results).toEqual([{ changes: 1 }])
    expect(await store.read('SELECT * FROM person WHERE name = ?', ['Ada'])).toEqual([{ id: 1, name: 'Ada', born: 1763712000123, photo }])
    expect(await store.read('SELECT typeof(born) AS kind FROM person')).toEqual([{ kind: 'integer' }])
  })

  test('[ST2] a write is all or nothing', async () => {
    const store = await open(await newFolder())
    await expect(
      store.write([
        { sql: insert, params: ['Ada', 1] },
        { sql: insert, params: ['Bob', 2] },
        { sql: insert, params: ['Ada', 3] },
      ]),
    ).rejects.toMatchObject({ code: 'CONFLICT', facts: { columns: 'person.name' } })
    await expect(store.write([{ sql: 'INSERT INTO pet (owner) VALUES (7)' }])).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(await store.read('SELECT * FROM person')).toEqual([])
    await store.write([{ sql: insert, params: ['Ada', 1] }])
    expect(await store.read('SELECT name FROM person')).toEqual([{ name: 'Ada' }])
  })

  test('[ST3] a statement that changes another number of rows than expected undoes its transaction', async () => {
    const store = await open(await newFolder())
    await store.write([{ sql: insert, params: ['Ada', 1] }])
    const rename = { sql: 'UPDATE person SET name = ? WHERE name = ? AND born = ?', expectChanges: 1 }
    await expect(
      store.write([
        { sql: insert, params: ['Bob', 2] },
        { ...rename, params: ['Eve', 'Ada', 99] },
      ]),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      facts: { statement: 1, expected: 1, changed: 0 },
    })
    expect(await store.read('SELECT name FROM person')).toEqual([{ name: 'Ada' }])
    await store.write([{ ...rename, params: ['Eve', 'Ada', 1] }])
    expect(await store.read('SELECT name FROM person')).toEqual([{ name: 'Eve' }])
  })

  test('[SD14] of writes that are made durable together, one that fails undoes itself alone', async () => {
    const store = await open(await newFolder())
    const put = (name: string, more: { readonly expectChanges?: number } = {}) => store.write([{ sql: insert, params: [name, 1], ...more }])
    // Asked in one turn, they reach the thread in one message, and make one group.
    const settled = await Promise.allSettled([
      put('Ada'),
      put('Bob'),
      put('Ada'),
      store.write([{ sql: insert, params: ['Cleo', 1] }, { sql: 'INSERT INTO nowhere VALUES (1)' }]),
      put('Dan', { expectChanges: 2 }),
      put('Eve'),
    ])
    const codes = settled.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as TroupeError).code))
    expect(codes).toEqual(['done', 'done', 'CONFLICT', 'INTERNAL', 'CONFLICT', 'done'])
    expect((await store.read<{ name: string }>('SELECT name FROM person ORDER BY name')).map(({ name }) => name)).toEqual([
      'Ada',
      'Bob',
      'Eve',
    ])
  })

  test('[ST21] a batch is many transactions in one message; each stands or falls alone, and outcomes come in order', async () => {
    const folder = await newFolder()
    const store = await open(folder)
    const put = (name: string) => [{ sql: insert, params: [name, 1] }]
    const outcomes = await store.batch([put('Ada'), put('Ada'), [...put('Bob'), ...put('Bob')], put('Cleo'), []])
    expect(outcomes).toEqual([
      { results: [{ changes: 1 }] },
      { error: expect.objectContaining({ code: 'CONFLICT', facts: { columns: 'person.name' } }) },
      { error: expect.objectContaining({ code: 'CONFLICT' }) },
      { results: [{ changes: 1 }] },
      { results: [] },
    ])
    expect((outcomes[1] as { error: unknown }).error).toBeInstanceOf(TroupeError)
    expect(await store.batch([])).toEqual([])
    await store.stop()
    expect(await (await open(folder)).read('SELECT name FROM person ORDER BY id')).toEqual([{ name: 'Ada' }, { name: 'Cleo' }])
    await expect(store.batch([put('Eve')])).rejects.toMatchObject({ code: 'STOPPING' })
  })

  test('[SD14] a reference that is checked at the end of a transaction is checked at the end of its own', async () => {
    const deferred = {
      room: 'pets',
      number: 1,
      name: 'pets',
      sql: 'CREATE TABLE toy (id INTEGER PRIMARY KEY, owner INTEGER REFERENCES person (id) DEFERRABLE INITIALLY DEFERRED) STRICT',
    }
    const store = await open(await newFolder(), [people, deferred])
    const [toy, person] = await Promise.allSettled([
      store.write([{ sql: 'INSERT INTO toy (owner) VALUES (1)' }]),
      store.write([{ sql: 'INSERT INTO person (id, name) VALUES (1, ?)', params: ['Ada'] }]),
    ])
    expect(toy).toMatchObject({ status: 'rejected', reason: { code: 'CONFLICT' } })
    expect(person?.status).toBe('fulfilled')
    expect(await store.read('SELECT count(*) AS n FROM toy')).toEqual([{ n: 0 }])
  })

  test('[ST4] reads are bounded by rows and by bytes', async () => {
    const store = await open(await newFolder())
    await store.write(Array.from({ length: 20 }, (_, n) => ({ sql: insert, params: [`p${n}`, n] })))
    await expect(store.read('SELECT * FROM person', [], { maxRows: 19 })).rejects.toMatchObject({ code: 'TOO_LARGE' })
    expect(await store.read('SELECT * FROM person', [], { maxRows: 20 })).toHaveLength(20)
    await expect(store.read('SELECT zeroblob(2000) AS b', [], { maxBytes: 1000 })).rejects.toMatchObject({ code: 'TOO_LARGE' })
  })

  test('[ST5] a read changes nothing, and a write is no place for transactions, schema or a second statement', async () => {
    const store = await open(await newFolder())
    await store.write([{ sql: insert, params: ['Ada', 1] }])
    await expect(store.read('DELETE FROM person')).rejects.toMatchObject({ code: 'INTERNAL' })
    await expect(store.read('WITH x AS (SELECT 1) DELETE FROM person')).rejects.toMatchObject({ code: 'INTERNAL' })
    for (const sql of [
      'COMMIT',
      'DROP TABLE person',
      'PRAGMA user_version=3',
      "INSERT INTO person (name) VALUES ('Eve'); DELETE FROM person",
      '-- nothing',
      '/* x */ VACUUM',
    ]) {
      await expect(store.write([{ sql }])).rejects.toMatchObject({ code: 'INTERNAL' })
    }
    expect(await store.read('SELECT name FROM person; -- a remark may follow')).toEqual([{ name: 'Ada' }])
  })

  test('[ST6] a read ends with its signal or its time limit', async () => {
    const store = await open(await newFolder())
    await expect(store.read('SELECT 1', [], { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' })
    const endless = 'WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n WHERE x % 100000 = 0'
    const abort = new AbortController()
    const reading = store.read(endless, [], { timeoutMs: 300, signal: abort.signal })
    abort.abort()
    await expect(reading).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(store.read(endless, [], { timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' })
    expect(await store.read('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('[ST7] what was written is there after a restart, and files are for the owner alone', async () => {
    const folder = await newFolder()
    const first = await open(folder)
    await Promise.all(Array.from({ length: 50 }, (_, n) => first.write([{ sql: insert, params: [`p${n}`, n] }])))
    await first.write([{ sql: insert, params: ['late', 0] }], { durability: 'applied' })
    await first.stop()
    await expect(first.read('SELECT 1')).rejects.toMatchObject({ code: 'STOPPING' })
    const second = await open(folder)
    expect(await second.read('SELECT count(*) AS n FROM person')).toEqual([{ n: 51 }])
    if (process.platform === 'win32') return
    expect((await stat(folder)).mode & 0o777).toBe(0o700)
    for (const name of await readdir(folder)) expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0)
  })

  test('[ST8] one folder has one owner', async () => {
    const folder = await newFolder()
    const first = await open(folder)
    await expect(open(folder)).rejects.toMatchObject({ code: 'CONFLICT', facts: { pid: process.pid } })
    await first.stop()
    await open(folder)
  })
})
