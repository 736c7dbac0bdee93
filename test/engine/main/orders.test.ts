import { afterAll, beforeAll, expect, it } from 'vitest'
import { everyMigration } from '../../../extensions/engine/doors.ts'
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { openOn } from '../../faults/store-history.ts'

let store: Store
beforeAll(async () => {
  store = await openOn(new SimulatedDisk(seeded(1)), await everyMigration())
})
afterAll(() => store.stop())

/** The statements of the rooms, as they stand in their code; the run room's own are in test/engine/run/list.test.ts. */
it.each([
  ['personas', 'SELECT p.id, p.card FROM persona p WHERE p.archived_at IS NULL ORDER BY p.place, p.id', 'persona_by_place'],
  ['revisions', 'SELECT number FROM persona_revision WHERE persona_id = ? ORDER BY number DESC', 'sqlite_autoindex_persona_revision_1'],
  ['providers', 'SELECT doc FROM provider ORDER BY created_at, id', 'provider_by_age'],
  ['steps', 'SELECT * FROM run_step WHERE run_id = ? ORDER BY n', 'PRIMARY KEY'],
])('[ST19] the list of %s is read in the order of an index, and never sorted', async (_, sql, index) => {
  const plan = await store.read<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, sql.includes('?') ? ['x'] : [])
  const said = plan.map(({ detail }) => detail).join('\n')
  expect(said).toContain(index)
  expect(said).not.toContain('TEMP B-TREE')
})
