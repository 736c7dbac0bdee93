import { expect, test } from 'vitest'
import { everyMigration } from '../../../extensions/engine/doors.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { openOn } from '../../faults/store-history.ts'

/** A change of a table shows in this file, in the same commit as its migration: `npx vitest run --project engine test/engine/main/schema.test.ts -u`. */
test('[ST18] the schema that all migrations make is pinned as text', async () => {
  const store = await openOn(new SimulatedDisk(seeded(1)), await everyMigration())
  const made = await store.read<{ sql: string }>(
    `SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT IN (SELECT name FROM pragma_table_list WHERE type = 'shadow') ORDER BY tbl_name, type = 'table' DESC, name`,
  )
  await store.stop()
  const statements = made.map(({ sql }) => `${undent(sql)};\n`)
  await expect(
    `-- Made by the migrations of every room, and pinned by a test. Not read by any program.\n\n${statements.join('\n')}`,
  ).toMatchFileSnapshot('../../../extensions/engine/schema.sql')
})

/** As it reads alone: without the indentation of the module that it stands in. */
function undent(sql: string): string {
  const depth = Math.min(...[...sql.matchAll(/\n( *)(?=[^ \n])/g)].map((match) => (match[1] as string).length))
  return Number.isFinite(depth) ? sql.replaceAll(`\n${' '.repeat(depth)}`, '\n') : sql
}
