import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PersonaCard, PrunePlan, RestorePlan, RunRow, StoreCheck, StoreFile, StoreStatus } from '#contract'
import { fixture, newPlace } from './troupe.ts'

const place = newPlace()
const names = async () => (await place.value<PersonaCard[]>(['persona', 'list'])).map(({ name }) => name)

beforeAll(async () => {
  await place.troupe(fixture('Alpha', 'say.mjs', 'a'))
  await place.troupe(['run', 'alpha', '--quiet'])
})

describe('troupe store', () => {
  it('[CLI100] tells health and files, looks through the database, makes a snapshot', async () => {
    const status = await place.value<StoreStatus & { files: StoreFile[] }>(['store', 'status'])
    expect(status).toMatchObject({ running: true, state: 'ok', job: null })
    const check = await place.value<StoreCheck>(['store', 'verify'])
    expect(check).toMatchObject({ ok: true, name: '' })
    expect(check.tables).toContainEqual({ table: 'persona', rows: 1 })
    const words = await place.troupe(['store', 'verify'])
    expect([words.code, words.out]).toEqual([0, expect.stringMatching(/^The database is whole: .*1 personas?/)])
    expect((await place.troupe(['store', 'compact'])).out).toMatch(/^A snapshot holds everything/)
    expect((await place.troupe(['store', 'events'])).out).toContain('found whole')
  })

  it('[CLI101] a backup, a plan of what its restore would change, the restore, and the engine that is back with the state of then', async () => {
    const made = await place.value<StoreFile>(['store', 'backup'])
    expect(made).toMatchObject({ kind: 'backup', reason: 'person', check: { ok: true } })
    await place.troupe(fixture('Beta', 'say.mjs', 'b'))
    const plan = await place.value<RestorePlan>(['store', 'restore', made.name, '--plan'])
    expect(plan.tables.find(({ table }) => table === 'persona')).toMatchObject({ rows: 2, rowsThen: 1, lost: 1 })
    const asked = await place.troupe(['store', 'restore', made.name])
    expect([asked.code, asked.err]).toEqual([2, expect.stringContaining('--yes')])
    expect(await names()).toEqual(['Alpha', 'Beta'])
    const restored = await place.troupe(['store', 'restore', made.name, '--yes'])
    expect([restored.err, restored.code]).toEqual(['', 0])
    expect(await names()).toEqual(['Alpha'])
    const { files, recovered } = await place.value<StoreStatus & { files: StoreFile[] }>(['store', 'status'])
    expect(recovered.restoredFrom).toBe(made.madeAt)
    const saved = files.find(({ reason }) => reason === 'restore') as StoreFile
    await place.troupe(['stop'])
    // Without an engine: prepared here, completed by the next start.
    const prepared = await place.troupe(['store', 'restore', saved.name, '--yes'])
    expect(prepared.out).toContain('the next start of the engine completes the restore')
    expect((await place.troupe(['store', 'status'])).out).toContain('waits for the next start')
    expect(await names()).toEqual(['Alpha', 'Beta'])
  })

  it('[CLI102] removes a backup only after a yes', async () => {
    const made = await place.value<StoreFile>(['store', 'backup'])
    expect((await place.troupe(['store', 'remove', made.name])).code).toBe(2)
    expect((await place.troupe(['store', 'remove', made.name, '--yes'])).code).toBe(0)
    expect((await place.troupe(['store', 'remove', made.name, '--yes'])).code).toBe(2)
  })

  it('[CLI103] prunes by age and size, told first; what runs is never touched', async () => {
    const run = await place.value<RunRow>(['run', 'alpha', '--detach'])
    await place.troupe(['logs', run.id, '--follow'])
    const plan = await place.value<PrunePlan>(['store', 'prune', '--days', '1', '--plan'])
    expect(plan).toMatchObject({ runs: 0, because: 'kept for 1 day' })
    const gone = await place.value<PrunePlan>(['store', 'prune', '--mb', '0', '--days', '0', '--yes'])
    expect(gone).toMatchObject({ runs: 0, kept: 2, because: 'everything is kept' })
    expect((await place.troupe(['settings', 'set', 'runsKeptDays', '30'])).code).toBe(0)
    expect(await place.value<PrunePlan>(['store', 'prune', '--plan'])).toMatchObject({ because: 'kept for 30 days' })
  })

  it('[CLI104] status, verify and export work without an engine, start none and change nothing', async () => {
    await place.troupe(['stop'])
    const before = readdirSync(join(place.data, 'store')).map((name) => [name, statSync(join(place.data, 'store', name)).mtimeMs])
    expect(await place.value(['store', 'status'])).toMatchObject({ running: false, newer: [] })
    expect(await place.value(['store', 'verify'])).toMatchObject({ ok: true })
    const file = join(place.folder, 'out.sqlite')
    const made = await place.troupe(['store', 'export', '-o', file])
    expect([made.code, made.out]).toEqual([0, expect.stringContaining(file)])
    expect(new DatabaseSync(file, { readOnly: true }).prepare('SELECT count(*) AS n FROM persona').get()).toEqual({ n: 2 })
    const again = await place.troupe(['store', 'export', '-o', file])
    expect(again.code).not.toBe(0)
    expect(readdirSync(join(place.data, 'store')).map((name) => [name, statSync(join(place.data, 'store', name)).mtimeMs])).toEqual(before)
    expect(existsSync(place.places.infoPath)).toBe(false)
  })
})
