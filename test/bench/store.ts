/**
 * The store beside node:sqlite (WAL, synchronous=FULL), in one run on one disk. Prints ratios, because figures of a busy machine mean
 * nothing alone. `node test/bench/store.ts [--large]`; --large also measures a 100 MB database (snapshot, memory).
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { DatabaseSync } from 'node:sqlite'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { type Migration, openStore, type Store } from '../../extensions/engine/store/mod.ts'

const log = makeLogger('store', ({ level, message, facts }) => {
  if (level === 'warn' || level === 'error') console.error(level, message, facts)
})
const schema =
  'CREATE TABLE event (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, text TEXT NOT NULL); CREATE INDEX event_by_at ON event (at)'
const migrations: readonly Migration[] = [{ room: 'bench', number: 1, name: 'bench', sql: schema }]
const insert = 'INSERT INTO event (at, text) VALUES (?, ?)'
const row = (n: number): [number, string] => [n % 1000, `event number ${n} of this bench, with some text behind it`]

const root = mkdtempSync(join(tmpdir(), 'troupe-bench-'))
const perSecond = (count: number, ms: number): number => Math.round((count / ms) * 1000)
const quantile = (sorted: readonly number[], q: number): string =>
  `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] as number).toFixed(2)} ms`
const open = (name: string, options: { readonly snapshotAfterBytes?: number } = {}): Promise<Store> =>
  openStore({ folder: join(root, name), migrations, clock: systemClock, log, ...options })

async function timed(act: () => Promise<unknown> | unknown): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}

interface Native {
  commits(count: number, perCommit: number): Promise<number>
  close(): void
}

function openNative(name: string): Native {
  const db = new DatabaseSync(join(root, name))
  db.exec(`PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; ${schema}`)
  const prepared = db.prepare(insert)
  return {
    commits: (count, perCommit) =>
      timed(() => {
        for (let commit = 0; commit < count; commit++) {
          db.exec('BEGIN')
          for (let n = 0; n < perCommit; n++) prepared.run(...row(commit * perCommit + n))
          db.exec('COMMIT')
        }
      }),
    close: () => db.close(),
  }
}

async function ours(store: Store, clients: number, each: number): Promise<{ readonly ms: number; readonly latencies: readonly number[] }> {
  const latencies: number[] = []
  const client = async (): Promise<void> => {
    for (let n = 0; n < each; n++) latencies.push(await timed(() => store.write([{ sql: insert, params: row(n) }])))
  }
  const ms = await timed(() => Promise.all(Array.from({ length: clients }, client)))
  return { ms, latencies: latencies.sort((a, b) => a - b) }
}

/** Ours and the other's take turns, in short rounds, so that both meet the same disk; the median round counts. */
async function rounds(what: string, store: Store, clients: number, each: number): Promise<void> {
  const peer = openNative(`native-${clients}.db`)
  const figures: { readonly rate: number; readonly native: number; readonly latencies: readonly number[] }[] = []
  for (let round = 0; round < 9; round++) {
    const { ms, latencies } = await ours(store, clients, each)
    figures.push({ rate: perSecond(clients * each, ms), native: perSecond(clients * each, await peer.commits(each, clients)), latencies })
  }
  peer.close()
  const { rate, native, latencies } = figures.sort((a, b) => a.rate / a.native - b.rate / b.native)[4] as (typeof figures)[number]
  console.log(
    `${what} ${rate}/s, node:sqlite ${native}/s, ratio ${(rate / native).toFixed(2)}  (p50 ${quantile(latencies, 0.5)}, p99 ${quantile(latencies, 0.99)})`,
  )
}

async function commits(): Promise<void> {
  const store = await open('commits')
  await ours(store, 8, 200)
  await rounds('commits, one client   ', store, 1, 400)
  const before = (await store.health()).journalBytes
  await rounds('commits, 32 clients   ', store, 32, 60)
  console.log(`journal bytes a commit ${Math.round(((await store.health()).journalBytes - before) / (9 * 32 * 60))} in groups`)
  const reads = await timed(async () => {
    for (let id = 1; id <= 3000; id++) await store.read('SELECT * FROM event WHERE id = ?', [id])
  })
  console.log(`reads by id            ${perSecond(3000, reads)}/s, one after the other`)
  await store.stop()
}

async function starting(): Promise<void> {
  const fresh = await timed(async () => (await open('fresh')).stop())
  console.log(`open and stop, empty   ${fresh.toFixed(0)} ms`)
  const store = await open('replay', { snapshotAfterBytes: 1 << 30 })
  const health0 = await store.health()
  await ours(store, 1, 3000)
  await ours(store, 32, 3000)
  const health = await store.health()
  // The journal as a crash leaves it: copied while the store is open.
  cpSync(join(root, 'replay'), join(root, 'crashed'), { recursive: true, filter: (path) => !path.endsWith('owner') })
  await store.stop()
  const crashed = await open('crashed')
  const { recovered } = await crashed.health()
  console.log(
    `recovery               ${recovered.frames} frames of 99,000 commits, ${((health.journalBytes - health0.journalBytes) / 1e6).toFixed(1)} MB, in ${recovered.durationMs.toFixed(0)} ms`,
  )
  await crashed.stop()
}

async function large(): Promise<void> {
  const store = await open('large')
  const text = 'x'.repeat(4000)
  for (let done = 0; done < 24_000; done += 200) {
    await store.write(Array.from({ length: 200 }, (_, n) => ({ sql: insert, params: [done + n, text] })))
  }
  await store.stop()
  const again = await open('large', { snapshotAfterBytes: 1 })
  const size = (await again.health()).databaseBytes
  const stalls = monitorEventLoopDelay({ resolution: 1 })
  stalls.enable()
  // Rewrites rows all over until the journal is larger than the database: a snapshot is made meanwhile.
  const before = (await again.health()).lastSnapshotAt
  const latencies: number[] = []
  for (let round = 0; (await again.health()).lastSnapshotAt === before && round < 20_000; round++) {
    const from = (round * 37) % 24_000
    latencies.push(
      await timed(() =>
        again.write([
          { sql: 'UPDATE event SET text = ? WHERE id BETWEEN ? AND ?', params: [`${round}`.padEnd(4000, 'y'), from, from + 2] },
        ]),
      ),
    )
  }
  stalls.disable()
  latencies.sort((a, b) => a - b)
  console.log(
    `a ${(size / 1e6).toFixed(0)} MB database       ${latencies.length} commits of 12 kB until a snapshot was made: p50 ${quantile(latencies, 0.5)}, p99 ${quantile(latencies, 0.99)}, p99.9 ${quantile(latencies, 0.999)}, longest ${quantile(latencies, 1)}`,
  )
  console.log(
    `longest stall          ${(stalls.max / 1e6).toFixed(1)} ms of the main thread; memory ${(process.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  )
  await again.stop()
}

try {
  await commits()
  await starting()
  if (process.argv.includes('--large')) await large()
} finally {
  rmSync(root, { recursive: true, force: true })
}
