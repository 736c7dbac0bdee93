/** A child in a disk of its own that a backup does not fit on: tells how a backup, a write and a read end there, and how they end once there is room. */
import { readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asTroupeError } from '#core'
import { openCareBench } from '../engine/store/care-room.ts'

const say = (words: Readonly<Record<string, unknown>>): void => void process.stdout.write(`${JSON.stringify(words)}\n`)
const folder = process.argv[2] as string
const room = (): number => {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
const bench = await openCareBench({ folder })
for (let id = 1; id <= 300; id++) await bench.put(id, `text ${id} `.repeat(300))
await bench.store.compact()
const kept = () => readdirSync(bench.storeDir).filter((name) => name.startsWith('backup-'))
const drafts = () => readdirSync(bench.storeDir).filter((name) => name.endsWith('.new'))

// Room for half of the copy.
const { databaseBytes } = await bench.store.health()
const ballast = join(folder, 'ballast')
writeFileSync(ballast, new Uint8Array(Math.max(0, room() - databaseBytes / 2)))
const refused = await bench.care.backup('person').then(
  () => null,
  (thrown) => asTroupeError(thrown),
)
await bench.put(1000, 'while it is full')
say({
  refused: refused?.code,
  message: refused?.message,
  state: (await bench.store.health()).state,
  rows: (await bench.all()).length,
  kept: kept(),
  drafts: drafts(),
})
rmSync(ballast)
const { name } = await bench.care.backup('person')
say({ name, kept: kept(), rows: (await bench.all()).length, whole: (await bench.care.verify(name)).problems })
await bench.close()
