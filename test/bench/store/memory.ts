/** A child of the bench: opens the store in a folder that was stopped in order, and prints how much memory it then has, in bytes. */
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openStore } from '../../../extensions/engine/store/mod.ts'
import { schema } from './sample-schema.ts'

const store = await openStore({
  folder: process.argv[2] as string,
  migrations: [{ room: 'bench', number: 1, name: 'bench', sql: schema }],
  clock: systemClock,
  log: makeLogger('store', () => undefined),
})
await store.read('SELECT count(*) FROM event')
await new Promise((resolve) => setTimeout(resolve, 1000))
process.stdout.write(String(process.memoryUsage().rss))
await store.stop()
