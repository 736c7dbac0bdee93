/** A database of 100 MB: what a commit waits for while its snapshot is made, what the main thread waits for, and what it takes in memory. */
import { spawn, spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { type Figure, percentile } from '../figures.ts'
import { insert, openInThread, root, row, timed } from './sample.ts'

const ROWS = 24_000
const TEXT = 4000

async function fill(): Promise<void> {
  const store = await openInThread('large')
  const text = 'x'.repeat(TEXT)
  for (let done = 0; done < ROWS; done += 200)
    await store.write(Array.from({ length: 200 }, (_, n) => ({ sql: insert, params: [done + n, text] })))
  await store.stop()
}

const journals = (): number => readdirSync(join(root, 'large')).filter((name) => /^journal-\d+$/.test(name)).length

/** Rewrites rows until the journal is larger than the database, which calls for a snapshot; answers when its journal has begun. */
async function untilSnapshotBegins(store: Store): Promise<void> {
  const before = journals()
  for (let round = 0; journals() === before && round < 2000; round++) {
    const from = (round * 230) % ROWS
    const text = `${round}`.padEnd(TEXT, 'y')
    await store.write([{ sql: 'UPDATE event SET text = ? WHERE id BETWEEN ? AND ?', params: [text, from, from + 230] }])
  }
}

/** What the machine itself makes a process wait for, which on a busy one is most of it. */
function idleProcess(): { longestMs(): Promise<number> } {
  const script = `const stalls = require('node:perf_hooks').monitorEventLoopDelay({ resolution: 1 }); stalls.enable()
    process.stdin.on('end', () => console.log(stalls.max / 1e6 - 1)).resume()`
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return {
    longestMs: () =>
      new Promise((resolve) => {
        child.once('close', () => resolve(Number(text)))
        child.stdin.end()
      }),
  }
}

async function duringSnapshot(store: Store): Promise<Figure[]> {
  const { lastSnapshotAt } = await store.health()
  await untilSnapshotBegins(store)
  const idle = idleProcess()
  const stalls = monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  const latencies: number[] = []
  for (let n = 0; n % 20 !== 0 || (await store.health()).lastSnapshotAt === lastSnapshotAt; n++)
    latencies.push(await timed(() => store.write([{ sql: insert, params: row(n) }])))
  stalls.disable()
  // The monitor counts from one sample to the next, a millisecond apart by itself.
  const stallMs = stalls.max / 1e6 - 1
  const idleMs = await idle.longestMs()
  return [
    { name: 'store, p99 of a commit during a 100 MB snapshot', value: percentile(latencies, 0.99), unit: 'ms' },
    { name: 'store, p99.9 of a commit during a 100 MB snapshot', value: percentile(latencies, 0.999), unit: 'ms' },
    {
      name: 'store, longest stall of the main thread meanwhile',
      value: stallMs,
      unit: 'ms',
      peer: { name: 'a process that does nothing', value: idleMs },
    },
    { name: 'store, of that stall, more than the idle process had', value: Math.max(0, stallMs - idleMs), unit: 'ms' },
    { name: 'store, commits during a 100 MB snapshot', value: latencies.length, unit: '' },
  ]
}

/** In a process of its own: private memory with the database open, less that with an empty one, to the database's size. */
function memory(databaseBytes: number): Figure[] {
  const of = (name: string): number => {
    const { stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'memory.ts'), join(root, name)], { encoding: 'utf8' })
    if (!/^\d/.test(stdout)) throw new Error(`the memory of ${name} was not told: ${stderr}`)
    return Number(stdout)
  }
  const grown = of('large') - of('empty-0')
  return [{ name: 'store, memory to database size, at 100 MB', value: grown / databaseBytes, unit: '×' }]
}

export async function largeFigures(): Promise<Figure[]> {
  await fill()
  const store = await openInThread('large', { snapshotAfterBytes: 1 })
  const figures = await duringSnapshot(store)
  const { databaseBytes } = await store.health()
  await store.stop()
  return [...figures, ...memory(databaseBytes)]
}
