/** Random histories against a model: transactions that stand and that fail, crashes, restarts, migrations in the middle. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Migration, Statement, Store } from '../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../faults/store-disk.ts'
import { items, openOn } from '../faults/store-history.ts'

const later: readonly Migration[] = [1, 2, 3].map((n) => ({
  room: 'items',
  number: n + 1,
  name: `column ${n}`,
  sql: `ALTER TABLE item ADD COLUMN extra${n} TEXT; UPDATE item SET extra${n} = text || ${n}`,
}))

interface Row {
  readonly id: number
  readonly text: string
}
type Change = { readonly do: 'put'; readonly id: number; readonly text: string } | { readonly do: 'delete'; readonly id: number }
type Step =
  | { readonly do: 'write'; readonly changes: readonly Change[]; readonly fails: 'no' | 'expectation' | 'syntax' | 'unique' }
  | { readonly do: 'crash' }
  | { readonly do: 'restart' }
  | { readonly do: 'migrate' }
  | { readonly do: 'migrate under a power cut'; readonly after: number }

const id = fc.integer({ min: 1, max: 12 })
const text = fc.oneof(
  { weight: 5, arbitrary: fc.string({ maxLength: 40, unit: 'binary' }) },
  { weight: 1, arbitrary: fc.string({ minLength: 3000, maxLength: 9000 }) },
)
const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('put' as const), id, text }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('delete' as const), id }) },
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('write' as const),
      changes: fc.array(change, { minLength: 1, maxLength: 6 }),
      fails: fc.oneof(
        { weight: 5, arbitrary: fc.constant('no' as const) },
        { weight: 1, arbitrary: fc.constantFrom('expectation' as const, 'syntax' as const, 'unique' as const) },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ do: 'crash' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
  { weight: 1, arbitrary: fc.constant({ do: 'migrate' as const }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('migrate under a power cut' as const), after: fc.nat(30) }) },
)

const FAILURES: Record<'expectation' | 'syntax' | 'unique', readonly Statement[]> = {
  expectation: [{ sql: 'UPDATE item SET text = text WHERE id = -1', expectChanges: 1 }],
  syntax: [{ sql: 'INSERT INTO item (nonsense) VALUES (1)' }],
  unique: [{ sql: `INSERT INTO item (id, text) VALUES (99, 'x')` }, { sql: `INSERT INTO item (id, text) VALUES (99, 'y')` }],
}

function statementOf(one: Change): Statement {
  if (one.do === 'delete') return { sql: 'DELETE FROM item WHERE id = ?', params: [one.id] }
  return {
    sql: 'INSERT INTO item (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text',
    params: [one.id, one.text],
  }
}

async function check(store: Store, model: ReadonlyMap<number, string>, migrated: number): Promise<void> {
  const rows = await store.read<Row>('SELECT id, text FROM item ORDER BY id')
  expect(rows.map((row) => [row.id, row.text])).toEqual([...model].sort(([a], [b]) => a - b))
  expect(await store.read('SELECT * FROM pragma_integrity_check')).toEqual([{ integrity_check: 'ok' }])
  expect(await store.read('SELECT count(*) AS n FROM store_migration')).toEqual([{ n: 1 + migrated }])
}

async function runSteps(steps: readonly Step[], seed: number): Promise<void> {
  const disk = new SimulatedDisk(seeded(seed))
  const model = new Map<number, string>()
  let migrated = 0
  const open = (): Promise<Store> => openOn(disk, [items, ...later.slice(0, migrated)])
  let store = await open()
  for (const one of steps) {
    if (one.do === 'write') {
      const statements = [...one.changes.map(statementOf), ...(one.fails === 'no' ? [] : FAILURES[one.fails])]
      if (one.fails !== 'no') {
        await expect(store.write(statements)).rejects.toMatchObject({ code: one.fails === 'syntax' ? 'INTERNAL' : 'CONFLICT' })
        continue
      }
      await store.write(statements)
      for (const made of one.changes) {
        if (made.do === 'put') model.set(made.id, made.text)
        else model.delete(made.id)
      }
      continue
    }
    if (one.do === 'crash') disk.cutAfter(-1)
    if (one.do === 'migrate') migrated = Math.min(migrated + 1, later.length)
    await store.stop()
    if (one.do === 'crash') disk.restart()
    if (one.do === 'migrate under a power cut') {
      // Somewhere within recovery, backup, migration or the snapshot behind it; the next start knows no more than the disk does.
      migrated = Math.min(migrated + 1, later.length)
      disk.cutAfter(one.after)
      const cut = await open().catch(() => null)
      await cut?.stop()
      disk.restart()
    }
    store = await open()
    await check(store, model, migrated)
  }
  await check(store, model, migrated)
  await store.stop()
}

test('[SD13] any history of transactions, crashes, restarts and migrations ends in the state of a plain map', {
  timeout: 1_200_000,
}, async () => {
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), fc.integer({ min: 1, max: 1_000_000 }), runSteps), {
    numRuns: process.env.SLOW ? 2000 : 80,
    ...(process.env.SEED ? { seed: Number(process.env.SEED) } : {}),
  })
})
