/** How long the store takes to come up: empty, and after a crash with 100,000 commits in its journal. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { type Figure, median } from '../figures.ts'
import { insert, openHere, openInThread, root, row, timed, unsyncedDisk } from './sample.ts'

const COMMITS = 100_000
const TRIES = 5

/** A journal of that many frames, or of frames of 32 commits, as a crash leaves it; answers the median of its recoveries. */
async function recovery(name: string, perFrame: number): Promise<number> {
  const store = await openHere(name, unsyncedDisk(name))
  for (let n = 0; n < COMMITS; n += perFrame)
    await Promise.all(Array.from({ length: perFrame }, (_, at) => store.write([{ sql: insert, params: row(n + at) }])))
  const took: number[] = []
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const copy = `${name}-${attempt}`
    cpSync(join(root, name), join(root, copy), { recursive: true })
    const again = await openInThread(copy)
    const { recovered } = await again.health()
    if (recovered.frames !== COMMITS / perFrame + 1) throw new Error(`${recovered.frames} frames were recovered`)
    took.push(recovered.durationMs)
    await again.stop()
  }
  await store.stop()
  return median(took)
}

export async function startFigures(): Promise<Figure[]> {
  const empty: number[] = []
  for (let attempt = 0; attempt < TRIES; attempt++) empty.push(await timed(async () => (await openInThread(`empty-${attempt}`)).stop()))
  return [
    { name: 'store, open and stop, empty', value: median(empty), unit: 'ms' },
    { name: 'store, recovery of 100,000 commits', value: await recovery('single', 1), unit: 'ms' },
    { name: 'store, recovery of 100,000 commits in groups of 32', value: await recovery('grouped', 32), unit: 'ms' },
  ]
}
