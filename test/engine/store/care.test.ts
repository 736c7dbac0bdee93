import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, describe, expect, it } from 'vitest'
import { inspectStore } from '../../../extensions/engine/store/care/inspect.ts'
import { loadPlain, lookThrough } from '../../../extensions/engine/store/care/plain.ts'
import { storeMigrations } from '../../../extensions/engine/store/mod.ts'
import { defaultWasmPath } from '../../../extensions/engine/store/wasm-path.ts'
import { type CareBench, closeCareBenches, MIGRATIONS, openCareBench, passing, things, until } from './care-room.ts'

afterEach(closeCareBenches)

const HOUR = 3_600_000
const backups = async ({ care }: CareBench) => (await care.files()).filter(({ kind }) => kind === 'backup')
/** Another opening of the same folder, as the restart does it. */
async function reopened(bench: CareBench): Promise<CareBench> {
  await bench.care.stop()
  await bench.store.stop()
  return openCareBench({ folder: bench.folder })
}
const damage = (path: string, at: number): void => {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] as number) ^ 0xff
  writeFileSync(path, bytes)
}

describe('health', () => {
  it('[SK1] tells sizes, the last snapshot, check and whole backup, and warns until there is one', async () => {
    const bench = await openCareBench()
    const before = await bench.care.status()
    expect(before).toMatchObject({ state: 'ok', lastCheck: null, lastBackup: null, job: null, warnBytes: 300 * 1024 * 1024 })
    expect(before.warnings).toEqual(['There is no backup that was found whole.'])
    expect(before.journalBytes).toBeGreaterThan(0)
    const made = await bench.care.backup('person')
    const after = await bench.care.status()
    expect(after.lastBackup).toEqual({ name: made.name, at: made.madeAt })
    expect(after.lastCheck).toMatchObject({ name: '', ok: true })
    expect(after.lastSnapshotAt).not.toBeNull()
    expect(after.warnings).toEqual([])
    expect(after.nextBackupAt).toBe((made.madeAt as number) + 24 * HOUR)
  })

  it('[SK2] a check reads the snapshot of everything so far, counts the rows, and is remembered', async () => {
    const bench = await openCareBench()
    await bench.put(1, 'a')
    const check = await bench.care.verify()
    expect(check).toMatchObject({ ok: true, problems: [] })
    expect(check.tables).toContainEqual({ table: 'thing', rows: 1 })
    expect((await bench.care.status()).lastCheck).toEqual(check)
    expect((await bench.care.events())[0]).toMatchObject({ kind: 'check', message: 'The database was looked through and found whole.' })
  })

  it('[SK2] a damaged file is an answer with its place, and never a backup that counts', async () => {
    const bench = await openCareBench()
    const made = await bench.care.backup('person')
    damage(join(bench.storeDir, made.name), 5000)
    const check = await bench.care.verify(made.name)
    expect(check).toMatchObject({ ok: false, problems: [expect.stringContaining(`${made.name} is damaged at byte 4096`)] })
    const status = await bench.care.status()
    expect(status.lastBackup).toBeNull()
    expect(status.warnings).toContain('There is no backup that was found whole.')
  })

  it('[SK2] what SQLite finds wrong inside whole pages is told as well', async () => {
    const bench = await openCareBench()
    await bench.store.stop()
    const path = join(bench.folder, 'broken.sqlite')
    inspectStore(bench.storeDir).export(path)
    const sql = await loadPlain(defaultWasmPath())
    const db = new sql.Database(readFileSync(path))
    db.exec('CREATE TABLE a (x); CREATE INDEX a_x ON a (x); INSERT INTO a VALUES (1); PRAGMA writable_schema = ON')
    db.exec(`UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'thing') WHERE name = 'a'`)
    const broken = db.export()
    db.close()
    expect(lookThrough(sql, broken).problems.length).toBeGreaterThan(0)
    expect(lookThrough(sql, readFileSync(path))).toMatchObject({ problems: [] })
  })
})

describe('backups', () => {
  it('[SK3] are made when due, of the newest N on schedule the rest makes room, and those on request stay', async () => {
    const bench = await openCareBench()
    await bench.care.backup('person')
    for (let day = 0; day < 5; day++) {
      await bench.put(day, 'x')
      bench.clock.pass(25 * HOUR)
      await until(async () => (await bench.care.status()).lastBackup?.at === bench.clock.now() && (await bench.care.status()).job === null)
    }
    const kept = await backups(bench)
    expect(kept.map(({ reason }) => reason)).toEqual(['schedule', 'schedule', 'schedule', 'person'])
    expect(kept.every(({ check }) => check?.ok)).toBe(true)
  })

  it('[SK3] none is made when the setting says 0; a clock that is set back makes one due, never puts it off', async () => {
    const bench = await openCareBench()
    bench.settings.backupHours = 0
    bench.clock.pass(100 * HOUR)
    await until(async () => (await bench.care.status()).lastCheck !== null)
    expect(await backups(bench)).toEqual([])
    expect((await bench.care.status()).nextBackupAt).toBeNull()
    bench.settings.backupHours = 24
    await passing(bench, async () => (await backups(bench)).length === 1)
    await bench.put(1, 'x')
    const before = bench.clock.now()
    bench.clock.set(before - 3000 * HOUR)
    await passing(bench, async () => (await backups(bench)).length === 2)
    expect(bench.clock.now()).toBeLessThan(before - 2900 * HOUR)
  })

  it('[SK4] a place that cannot be written: DISK, nothing half stays, reads and writes go on, and it works again when the cause is gone', async () => {
    const bench = await openCareBench()
    await bench.put(1, 'x')
    await bench.care.compact()
    // What a full disk does, for root too: the draft's name is taken by a folder.
    const seq = (await bench.care.files())[0]?.seq ?? 0
    const inTheWay = join(bench.storeDir, `backup-${String(seq).padStart(16, '0')}-person.new`)
    mkdirSync(inTheWay)
    await expect(bench.care.backup('person')).rejects.toMatchObject({ code: 'DISK' })
    expect(await bench.all()).toHaveLength(1)
    rmSync(inTheWay, { recursive: true })
    expect(await bench.care.backup('person')).toMatchObject({ check: { ok: true } })
  })

  it('[SK4] one on schedule that fails is told in the history, and is tried again an hour later, not at each round', async () => {
    // A file where the next thread would read its program: every piece of work fails.
    const broken = await openCareBench({ ports: { careThreadUrl: new URL('file:///nonexistent/care-thread.ts') } })
    const failures = async () =>
      (await broken.care.events()).filter(({ message }) => message.startsWith('The backup on schedule failed')).length
    await passing(broken, async () => (await failures()) === 1)
    const first = broken.clock.now()
    await passing(broken, async () => (await failures()) === 2)
    expect(broken.clock.now() - first).toBeGreaterThan(50 * 60_000)
  })

  it('[SK5] can be removed, and no other file with it', async () => {
    const bench = await openCareBench()
    const made = await bench.care.backup('person')
    await expect(bench.care.removeBackup('snapshot-00000002')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await bench.care.removeBackup(made.name)
    expect(await backups(bench)).toEqual([])
    await expect(bench.care.removeBackup(made.name)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('one piece of long work at a time', () => {
  it('[SK6] a second is refused with what is under way; a cancel ends it and leaves nothing', async () => {
    const bench = await openCareBench()
    const first = bench.care.backup('person')
    const failed = expect(first).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect(bench.care.verify()).rejects.toMatchObject({ code: 'WRONG_STATE' })
    expect((await bench.care.status()).job).toMatchObject({ kind: 'backup', cancellable: true })
    await bench.care.cancel()
    await failed
    expect(readdirSync(bench.storeDir).filter((name) => name.startsWith('backup') || name.endsWith('.new'))).toEqual([])
    await expect(bench.care.cancel()).rejects.toMatchObject({ code: 'WRONG_STATE' })
    expect(await bench.care.verify()).toMatchObject({ ok: true })
  })
})

describe('restore', () => {
  it('[SK7] the plan counts, for each table, rows that would be gone, come back and read otherwise; nothing changes by it', async () => {
    const bench = await openCareBench()
    for (const id of [1, 2, 3]) await bench.put(id, 'then')
    const made = await bench.care.backup('person')
    await bench.put(2, 'now')
    await bench.put(4, 'now')
    await bench.put(5, 'now')
    await bench.store.write([{ sql: 'DELETE FROM thing WHERE id = 1' }])
    const plan = await bench.care.planRestore(made.name)
    expect(plan.tables).toEqual([{ table: 'thing', rows: 4, rowsThen: 3, lost: 2, back: 1, changed: 1 }])
    expect(await bench.all()).toHaveLength(4)
    expect(bench.restarts).toEqual([])
  })

  it('[SK8] the restart finds the restored state; what it replaced, to the last write, is a backup that can be restored as well', async () => {
    const bench = await openCareBench()
    await bench.put(1, 'then')
    const made = await bench.care.backup('person')
    await bench.put(2, 'now')
    const { digest } = await bench.care.planRestore(made.name)
    await bench.care.restore(made.name, digest)
    expect(bench.restarts).toHaveLength(1)
    await expect(bench.care.backup('person')).rejects.toMatchObject({ code: 'STOPPING' })
    // Until it has stopped the engine still takes writes; they are in what is kept.
    await bench.put(3, 'at the last moment')
    const again = await reopened(bench)
    expect(await again.all()).toEqual([{ id: 1, text: 'then' }])
    expect((await again.care.status()).recovered.restoredFrom).toBe(made.madeAt)
    expect((await again.care.events()).map(({ kind }) => kind)).toContain('restore')
    await again.put(7, 'goes on')
    const saved = (await backups(again)).find(({ reason }) => reason === 'restore')
    const plan = await again.care.planRestore(saved?.name ?? '')
    expect(plan.tables).toEqual([{ table: 'thing', rows: 2, rowsThen: 3, lost: 1, back: 2, changed: 0 }])
    await again.care.restore(plan.name, plan.digest)
    const third = await reopened(again)
    expect(await third.all()).toEqual([
      { id: 1, text: 'then' },
      { id: 2, text: 'now' },
      { id: 3, text: 'at the last moment' },
    ])
    await third.close()
    rmSync(bench.folder, { recursive: true, force: true })
  })

  it('[SK16] a snapshot, which the next one would remove, is kept as a backup and restored by that name', async () => {
    const bench = await openCareBench()
    await bench.put(1, 'then')
    await bench.care.compact()
    const snapshot = (await bench.care.files()).find(({ kind }) => kind === 'snapshot')
    await bench.put(2, 'now')
    const plan = await bench.care.planRestore(snapshot?.name ?? '')
    expect(plan).toMatchObject({ name: expect.stringMatching(/^backup-/), madeAt: snapshot?.madeAt })
    for (const id of [3, 4]) {
      await bench.put(id, 'now')
      await bench.care.compact()
    }
    await bench.care.restore(plan.name, plan.digest)
    const again = await reopened(bench)
    expect(await again.all()).toEqual([{ id: 1, text: 'then' }])
    await again.close()
    rmSync(bench.folder, { recursive: true, force: true })
  })

  it('[SK9] another file than the planned one is refused, and nothing waits for the next start', async () => {
    const bench = await openCareBench()
    const made = await bench.care.backup('person')
    await expect(bench.care.restore(made.name, 'another')).rejects.toMatchObject({ code: 'CONFLICT' })
    expect(readdirSync(bench.storeDir)).not.toContain('restore-ready')
    expect((await bench.care.events())[0]).toMatchObject({ kind: 'failed' })
  })

  it('[SK9] a damaged one, a missing one, and one of a newer build are refused with the reason', async () => {
    const newer = await openCareBench({
      migrations: [...MIGRATIONS, { ...things, number: 2, name: 'more', sql: 'ALTER TABLE thing ADD COLUMN more TEXT' }],
    })
    const made = await newer.care.backup('person')
    const bench = await openCareBench()
    writeFileSync(join(bench.storeDir, made.name), readFileSync(join(newer.storeDir, made.name)))
    await expect(bench.care.planRestore(made.name)).rejects.toMatchObject({
      code: 'DAMAGED',
      message: expect.stringContaining('newer than this build'),
    })
    damage(join(bench.storeDir, made.name), 9000)
    await expect(bench.care.planRestore(made.name)).rejects.toMatchObject({ code: 'DAMAGED', facts: { file: made.name } })
    await expect(bench.care.planRestore('backup-0000000000009999')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('[SK10] a room puts its tables right before they take the place: rows of the present one are taken over', async () => {
    const keep = {
      room: 'things',
      tables: ['thing'],
      note: 'Things stay.',
      sql: 'DELETE FROM thing; INSERT INTO thing SELECT id, text FROM present.thing',
    }
    const missing = { room: 'others', tables: ['other'], note: '', sql: 'DELETE FROM other' }
    const bench = await openCareBench({ after: [keep, missing] })
    const made = await bench.care.backup('person')
    await bench.put(1, 'now')
    const plan = await bench.care.planRestore(made.name)
    expect(plan).toMatchObject({ tables: [], notes: ['Things stay.'] })
    await bench.care.restore(made.name, plan.digest)
    const again = await reopened(bench)
    expect(await again.all()).toEqual([{ id: 1, text: 'now' }])
    await again.close()
    rmSync(bench.folder, { recursive: true, force: true })
  })
})

describe('export', () => {
  it('[SK11] is a plain SQLite file of one reader, which any tool opens', async () => {
    const bench = await openCareBench()
    await bench.put(1, 'é')
    const made = await bench.care.export()
    expect(statSync(made.path).mode & 0o777).toBe(0o600)
    const db = new DatabaseSync(made.path, { readOnly: true })
    expect(db.prepare('SELECT * FROM thing').all()).toEqual([{ id: 1, text: 'é' }])
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    db.close()
    // The same second: the name is taken, and nothing is overwritten.
    await expect(bench.care.export()).rejects.toMatchObject({ code: 'DISK' })
    expect(existsSync(made.path)).toBe(true)
  })
})

describe('retention', () => {
  it('[SK12] runs on schedule once a policy is set, says what went, and a clock set far forward counts at most a week at a time', async () => {
    const bench = await openCareBench()
    bench.clock.pass(30 * HOUR)
    await until(async () => (await bench.care.status()).lastBackup !== null && (await bench.care.status()).job === null)
    expect(bench.pruned).toEqual([])
    bench.settings.runsKeptDays = 1
    await passing(bench, () => bench.pruned.length === 1)
    const first = bench.pruned[0] as number
    await until(async () =>
      (await bench.care.events()).some(({ message }) => message === '2 ended runs were removed with 3.0 MB of files (kept for 1 day).'),
    )
    bench.clock.set(first + 20 * 365 * 24 * HOUR)
    await passing(bench, () => bench.pruned.length === 2)
    expect((bench.pruned[1] as number) - first).toBeLessThan(7 * 24 * HOUR + 2 * HOUR)
  })
})

describe('a look without opening', () => {
  it('[SK13] a database of a newer build is told from afar, looked through and exported, and not changed', async () => {
    const bench = await openCareBench()
    await bench.put(1, 'x')
    await bench.store.stop()
    const before = readdirSync(bench.storeDir).map((name) => [name, statSync(join(bench.storeDir, name)).mtimeMs])
    const look = inspectStore(bench.storeDir)
    const known = Object.fromEntries(storeMigrations.map(({ room, number }) => [room, number]))
    expect(await look.status(known)).toMatchObject({ newer: ['things 1 (things)'], restorePending: false, cutBytes: 0 })
    expect(await look.status({ ...known, things: 1 })).toMatchObject({ newer: [] })
    expect(await look.verify()).toMatchObject({ problems: [], tables: expect.arrayContaining([{ table: 'thing', rows: 1 }]) })
    const path = join(bench.folder, 'out.sqlite')
    expect(look.export(path)).toBeGreaterThan(0)
    expect(new DatabaseSync(path, { readOnly: true }).prepare('SELECT text FROM thing').all()).toEqual([{ text: 'x' }])
    expect(readdirSync(bench.storeDir).map((name) => [name, statSync(join(bench.storeDir, name)).mtimeMs])).toEqual(before)
  })

  it('[SK13] a folder without a store is NOT_FOUND, and is not made', () => {
    expect(() => inspectStore('/nonexistent/troupe')).toThrowError(expect.objectContaining({ code: 'NOT_FOUND' }))
    expect(existsSync('/nonexistent')).toBe(false)
  })
})
