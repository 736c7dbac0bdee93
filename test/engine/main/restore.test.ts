import { rmSync } from 'node:fs'
import { afterEach, expect, it } from 'vitest'
import { everyMigration } from '../../../extensions/engine/doors.ts'
import { runAfterRestore } from '../../../extensions/engine/run/mod.ts'
import { serveAfterRestore } from '../../../extensions/engine/serve/mod.ts'
import { closeCareBenches, openCareBench } from '../store/care-room.ts'

afterEach(closeCareBenches)

const run = (id: string, state: string) => ({
  sql: `INSERT INTO run (id, persona_id, persona_name, persona_icon, persona_colour, body_kind, state, priority, concurrency, queued_at, cost_known,
    input_preview, result_preview, last_seq, cut_bytes) VALUES (?, 'p', 'P', 'bot', 'slate', 'command', ?, 'normal', 1, 1, 1, '', '', 1, 0)`,
  params: [id, state],
})
const client = (id: string) => ({
  sql: `INSERT INTO client (id, kind, name, token_sha256, scopes, created_at) VALUES (?, 'named', 'n', ?, '["*"]', 1)`,
  params: [id, `hash of ${id}`],
})

it('[RUN75] a restore starts no waiting run a second time, and lets nobody in who was shut out since', async () => {
  const migrations = await everyMigration()
  const bench = await openCareBench({ migrations, after: [...serveAfterRestore, ...runAfterRestore] })
  await bench.store.write([
    run('run_waits', 'queued'),
    run('run_parked', 'parked'),
    run('run_under_way', 'running'),
    run('run_done', 'succeeded'),
    client('revoked later'),
  ])
  const made = await bench.care.backup('person')
  await bench.store.write([{ sql: 'DELETE FROM client' }, client('made later'), { sql: 'DELETE FROM run' }])
  const plan = await bench.care.planRestore(made.name)
  expect(plan.tables.map(({ table }) => table)).toEqual(['run'])
  expect(plan.notes).toHaveLength(3)
  await bench.care.restore(made.name, plan.digest)
  await bench.care.stop()
  await bench.store.stop()
  const again = await openCareBench({ folder: bench.folder, migrations })
  expect(await again.store.read('SELECT id, state FROM run ORDER BY id')).toEqual([
    { id: 'run_done', state: 'succeeded' },
    { id: 'run_parked', state: 'cancelled' },
    { id: 'run_under_way', state: 'incomplete' },
    { id: 'run_waits', state: 'cancelled' },
  ])
  expect(await again.store.read('SELECT id FROM client')).toEqual([{ id: 'made later' }])
  await again.close()
  rmSync(bench.folder, { recursive: true, force: true })
})
