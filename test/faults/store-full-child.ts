/** A child whose files may not grow beyond a limit: writes until it is refused, tells what it sees, and tries on until it is let. */
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { openStore } from '../../extensions/engine/store/mod.ts'
import { items } from './store-history.ts'

const say = (words: Readonly<Record<string, unknown>>): void => void process.stdout.write(`${JSON.stringify(words)}\n`)
const store = await openStore({
  folder: process.argv[2] as string,
  migrations: [items],
  clock: systemClock,
  log: makeLogger('store', () => undefined),
  snapshotAfterBytes: 1 << 30,
  journalBlockBytes: 64 * 1024,
})
const count = async (): Promise<unknown> => (await store.read('SELECT count(*) AS n, max(id) AS last FROM item'))[0]
const put = (id: number) => store.write([{ sql: 'INSERT INTO item (id, text) VALUES (?, ?)', params: [id, `text ${id} `.repeat(2000)] }])

/** Null when it was written. */
const refusal = (id: number): Promise<{ readonly code?: string; readonly message?: string } | null> =>
  put(id).then(
    () => null,
    (thrown) => thrown,
  )

let id = 0
while (id < 10) await put(++id)
say({ ready: true })
let refused = await refusal(++id)
while (refused === null && id < 5000) refused = await refusal(++id)
const { state } = await store.health()
say({ refused: { code: refused?.code, message: refused?.message }, state, rows: await count() })
for (let tries = 0; tries < 400 && (await refusal(10_000 + tries)) !== null; tries++)
  await new Promise((resolve) => setTimeout(resolve, 50))
say({ resumed: (await store.health()).state, rows: await count() })
// No stop: what was acknowledged must be in the journals alone.
process.exit(0)
