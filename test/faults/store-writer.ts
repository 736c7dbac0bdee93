/** A child that writes as fast as it can with eight writers, and prints the number of each write once it was acknowledged. */
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openStore } from '../../extensions/engine/store/mod.ts'
import { items } from './store-history.ts'

const [folder, start] = process.argv.slice(2) as [string, string]
const log = makeLogger('store', ({ level, message, facts }) => {
  if (level === 'error') process.stderr.write(`${message} ${JSON.stringify(facts)}\n`)
})
const store = await openStore({
  folder,
  migrations: [items],
  clock: systemClock,
  log,
  snapshotAfterBytes: 128 * 1024,
  journalBlockBytes: 64 * 1024,
})
let next = Number(start)
process.stdout.write('open\n')
await Promise.all(
  Array.from({ length: 8 }, async () => {
    for (;;) {
      const id = next++
      await store.write([{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, `text ${id} `.repeat(1 + (id % 4))] }])
      process.stdout.write(`${id}\n`)
    }
  }),
)
