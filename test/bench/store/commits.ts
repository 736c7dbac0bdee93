/**
 * Durable commits, ours and others' in turns of some ten milliseconds, so that all meet the same disk and the same load; a figure is
 * the median over the rounds, a ratio the median of each round's own ratio.
 */
import { existsSync, readFileSync } from 'node:fs'
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { type Figure, median, percentile } from '../figures.ts'
import { nativeSqlite, nodeSqlite, type Peer, wasmSqlite } from './peers.ts'
import { insert, openHere, openInThread, row, timed, unsyncedDisk } from './sample.ts'

const ROUNDS = 25
const ALONE = 60
const GROUPS = 16
const GROUP = 32

/** Commits in one turn; answers how many there were. */
type Turn = () => Promise<number> | number

function byClients(store: Store, clients: number, each: number, latencies: number[] = []): Turn {
  let n = 0
  const client = async (): Promise<void> => {
    for (let turn = 0; turn < each; turn++) latencies.push(await timed(() => store.write([{ sql: insert, params: row(n++) }])))
  }
  return async () => {
    await Promise.all(Array.from({ length: clients }, client))
    return clients * each
  }
}

function byBatch(store: Store, act: 'write' | 'batch'): Turn {
  let n = 0
  return async () => {
    for (let turn = 0; turn < GROUPS; turn++) {
      const statements = Array.from({ length: GROUP }, () => ({ sql: insert, params: row(n++) }))
      await (act === 'write' ? store.write(statements) : store.batch(statements.map((one) => [one])))
    }
    return GROUPS * GROUP
  }
}

const byPeer =
  (peer: Peer, count: number, perCommit: number): Turn =>
  () => {
    peer.commits(count, perCommit)
    return count * perCommit
  }

/** Rows a second of each, for each round. */
async function race<Name extends string>(turns: Readonly<Record<Name, Turn>>): Promise<Readonly<Record<Name, readonly number[]>>> {
  const names = Object.keys(turns) as Name[]
  const rates = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of names) {
      let rows = 0
      const ms = await timed(async () => {
        rows = await turns[name]()
      })
      // The first round only warms up.
      if (round > 0) rates[name].push((rows / ms) * 1000)
    }
  }
  return rates
}

const ratio = (ours: readonly number[], other: readonly number[]): number =>
  median(ours.map((rate, round) => rate / (other[round] as number)))

async function alone(door: Store, here: Store): Promise<Figure[]> {
  const peers = [nativeSqlite('alone-better.db'), nodeSqlite('alone-node.db'), wasmSqlite('alone-wasm.db')] as const
  const latencies: number[] = []
  const rates = await race({
    door: byClients(door, 1, ALONE, latencies),
    here: byClients(here, 1, ALONE),
    better: byPeer(peers[0], ALONE, 1),
    node: byPeer(peers[1], ALONE, 1),
    wasm: byPeer(peers[2], ALONE, 1),
  })
  for (const peer of peers) peer.close()
  const times = (name: string, ours: readonly number[], other: readonly number[]): Figure => ({
    name,
    value: ratio(ours, other),
    unit: '×',
  })
  return [
    {
      name: 'store alone, commits a second',
      value: median(rates.door),
      unit: '/s',
      peer: { name: 'native SQLite', value: median(rates.better) },
    },
    times('store alone, through the door, to native SQLite', rates.door, rates.better),
    times('store alone, without the thread hop, to native SQLite', rates.here, rates.better),
    times('store alone, without the thread hop, to node:sqlite', rates.here, rates.node),
    times('store alone, through the door, to node-sqlite3-wasm', rates.door, rates.wasm),
    { name: 'store alone, p99 of a commit', value: percentile(latencies, 0.99), unit: 'ms' },
  ]
}

async function groups(door: Store, here: Store): Promise<Figure[]> {
  const peers = [nativeSqlite('group-better.db'), nativeSqlite('group-each.db'), wasmSqlite('group-wasm.db')] as const
  const rates = await race({
    clients: byClients(door, GROUP, GROUPS),
    write: byBatch(door, 'write'),
    batch: byBatch(door, 'batch'),
    here: byBatch(here, 'write'),
    hereClients: byClients(here, GROUP, GROUPS),
    one: byPeer(peers[0], GROUPS, GROUP),
    each: byPeer(peers[1], GROUP, 1),
    wasm: byPeer(peers[2], 2, GROUP),
  })
  for (const peer of peers) peer.close()
  const to = (name: string, ours: readonly number[], other: readonly number[]): Figure => ({ name, value: ratio(ours, other), unit: '×' })
  return [
    {
      name: 'store, 32 clients, commits a second',
      value: median(rates.clients),
      unit: '/s',
      peer: { name: 'native SQLite, each its own commit', value: median(rates.each) },
    },
    to('store, 32 clients, to native SQLite, each its own commit', rates.clients, rates.each),
    to('store, 32 clients, to native SQLite, 32 rows a commit', rates.clients, rates.one),
    to('store, 32 rows a commit, to native SQLite', rates.write, rates.one),
    to('store, a batch of 32, to native SQLite, 32 rows a commit', rates.batch, rates.one),
    to('store, 32 clients, no thread hop, to native SQLite, 32 rows', rates.hereClients, rates.one),
    to('store, 32 rows a commit, no thread hop, to native SQLite', rates.here, rates.one),
    to('store, 32 rows a commit, to node-sqlite3-wasm', rates.write, rates.wasm),
  ]
}

/** Bytes that this process has handed to write calls; Linux only. */
function written(): number | null {
  if (!existsSync('/proc/self/io')) return null
  return Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0)
}

async function bytesOf(turn: Turn): Promise<number | null> {
  const before = written()
  const rows = await turn()
  const after = written()
  return before === null || after === null ? null : (after - before) / rows
}

/** Everything counts: frames, the blank blocks laid out before them, and the peer's checkpoints. Syncs are left out here, which changes no byte. */
async function bytes(): Promise<Figure[]> {
  const here = await openHere('bytes', unsyncedDisk('bytes'))
  const peer = nativeSqlite('bytes-better.db')
  const ours = await bytesOf(byClients(here, 1, 10_000))
  const grouped = await bytesOf(byClients(here, GROUP, 1000))
  const theirs = await bytesOf(byPeer(peer, 1500, 1))
  peer.close()
  await here.stop()
  if (ours === null || theirs === null || grouped === null) return []
  return [
    { name: 'store alone, bytes written a commit', value: ours, unit: 'B', peer: { name: 'native SQLite', value: theirs } },
    { name: 'store, 32 clients, bytes written a commit', value: grouped, unit: 'B' },
  ]
}

export async function commitFigures(): Promise<Figure[]> {
  const [door, here] = [await openInThread('door'), await openHere('here')]
  const native = nativeSqlite('which.db')
  console.log(
    `native SQLite is ${native.name} here (better-sqlite3 is used when it is installed: npm install --no-save better-sqlite3@13.2.0)`,
  )
  native.close()
  try {
    return [...(await alone(door, here)), ...(await groups(door, here)), ...(await bytes())]
  } finally {
    await door.stop()
    await here.stop()
  }
}
