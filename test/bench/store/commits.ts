/**
 * Durable commits. The peer is asked in two ways: in the caller's own thread, which then waits for each sync, and in a thread behind the
 * same door as the store's (peer-thread.ts), which is what it would cost a main thread that never waits.
 */
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { type Figure, median, percentile } from '../figures.ts'
import { nativeSqlite, nodeSqlite, nodeSqliteBehindDoor, wasmSqlite } from './peers.ts'
import { byBatch, byClients, byPeer, GROUP, longer, race, type Turn, times, warmUp } from './race.ts'
import { openHere, openInThread, syncedWrites } from './sample.ts'

const ALONE = 60
const GROUPS = 16

interface Ours {
  /** In its own thread, as the engine has it. */
  readonly door: Store
  /** Without the thread. */
  readonly here: Store
  /** node:sqlite behind the same door. */
  readonly peerDoor: Store
}

/** What no store on this disk can do without: one write of 1 kB that is durable when it returns. */
function bareWrites(count: number): Turn {
  const write = syncedWrites('bare', 1024)
  return () => {
    for (let n = 0; n < count; n++) write()
    return count
  }
}

async function alone({ door, here, peerDoor }: Ours): Promise<Figure[]> {
  const peers = [nativeSqlite('alone-better.db'), nodeSqlite('alone-node.db'), wasmSqlite('alone-wasm.db')] as const
  const latencies: number[] = []
  const rates = await race({
    door: byClients(door, 1, ALONE, latencies),
    here: byClients(here, 1, ALONE),
    peerDoor: byClients(peerDoor, 1, ALONE),
    bare: bareWrites(ALONE),
    better: byPeer(peers[0], ALONE, 1),
    node: byPeer(peers[1], ALONE, 1),
    wasm: byPeer(peers[2], ALONE, 1),
  })
  for (const peer of peers) peer.close()
  return [
    {
      name: 'store alone, commits a second',
      value: median(rates.door),
      unit: '/s',
      peer: { name: 'native SQLite', value: median(rates.better) },
    },
    times('store alone, both behind the door, to node:sqlite', rates.door, rates.peerDoor),
    times('store alone, both in one thread, to node:sqlite', rates.here, rates.node),
    times('store alone, both in one thread, to native SQLite', rates.here, rates.better),
    times('store alone, behind the door, to native SQLite in one thread', rates.door, rates.better),
    times('node:sqlite alone, behind the door, to itself in one thread', rates.peerDoor, rates.node),
    times('store alone, behind the door, to node-sqlite3-wasm', rates.door, rates.wasm),
    { name: 'a commit alone: a synced write of 1 kB, nothing else', value: 1e6 / median(rates.bare), unit: 'µs' },
    longer('a commit alone: all else in its thread (SQL, delta, frame)', rates.here, rates.bare),
    longer('a commit alone: the way through the door and back', rates.door, rates.here),
    longer('node:sqlite alone: all else in its thread', rates.node, rates.bare),
    longer('node:sqlite alone: the way through the door and back', rates.peerDoor, rates.node),
    { name: 'store alone, p99 of a commit', value: percentile(latencies, 0.99), unit: 'ms' },
  ]
}

async function groups({ door, here, peerDoor }: Ours): Promise<Figure[]> {
  const peers = [nativeSqlite('group-better.db'), nativeSqlite('group-each.db'), wasmSqlite('group-wasm.db')] as const
  const rates = await race({
    clients: byClients(door, GROUP, GROUPS),
    write: byBatch(door, 'write', GROUPS),
    batch: byBatch(door, 'batch', GROUPS),
    here: byBatch(here, 'write', GROUPS),
    hereClients: byClients(here, GROUP, GROUPS),
    peerClients: byClients(peerDoor, GROUP, GROUPS),
    peerWrite: byBatch(peerDoor, 'write', GROUPS),
    one: byPeer(peers[0], GROUPS, GROUP),
    each: byPeer(peers[1], GROUP, 1),
    wasm: byPeer(peers[2], 2, GROUP),
  })
  for (const peer of peers) peer.close()
  return [
    {
      name: 'store, 32 clients, commits a second',
      value: median(rates.clients),
      unit: '/s',
      peer: { name: 'native SQLite, each its own commit', value: median(rates.each) },
    },
    times('store, 32 clients, to native SQLite, each its own commit', rates.clients, rates.each),
    times('store, 32 clients, both behind the door, to node:sqlite', rates.clients, rates.peerClients),
    times('store, 32 rows a commit, both behind the door, to node:sqlite', rates.write, rates.peerWrite),
    times('store, 32 rows a commit, both in one thread, to native SQLite', rates.here, rates.one),
    times('store, 32 clients in one thread, to native SQLite, 32 rows', rates.hereClients, rates.one),
    times('store, 32 clients, behind the door, to native SQLite in one thread', rates.clients, rates.one),
    times('store, a batch of 32, behind the door, to native SQLite in one thread', rates.batch, rates.one),
    times('node:sqlite, 32 clients, behind the door, to native SQLite in one thread', rates.peerClients, rates.one),
    times('store, 32 rows a commit, to node-sqlite3-wasm', rates.write, rates.wasm),
  ]
}

export async function commitFigures(): Promise<Figure[]> {
  const ours = { door: await openInThread('door'), here: await openHere('here'), peerDoor: nodeSqliteBehindDoor('door.db') }
  const native = nativeSqlite('which.db')
  console.log(
    `native SQLite is ${native.name} here (better-sqlite3 is used when it is installed: npm install --no-save better-sqlite3@13.2.0)`,
  )
  native.close()
  try {
    for (const store of Object.values(ours)) await warmUp(store)
    return [...(await alone(ours)), ...(await groups(ours))]
  } finally {
    for (const store of Object.values(ours)) await store.stop()
  }
}
