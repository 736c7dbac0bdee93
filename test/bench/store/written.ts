/** Bytes that a commit hands to write calls; everything counts: frames, the blank blocks laid out before them, and the peer's checkpoints. Linux only. */
import { existsSync, readFileSync } from 'node:fs'
import type { Figure } from '../figures.ts'
import { nativeSqlite } from './peers.ts'
import { byClients, byPeer, GROUP, type Turn } from './race.ts'
import { openHere, unsyncedDisk } from './sample.ts'

const written = (): number => Number(/^wchar: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0)

async function bytesOf(turn: Turn): Promise<number> {
  const before = written()
  const rows = await turn()
  return (written() - before) / rows
}

/** Syncs are left out here, which changes no byte. */
export async function bytesWritten(): Promise<Figure[]> {
  if (!existsSync('/proc/self/io')) return []
  const here = await openHere('bytes', unsyncedDisk('bytes'))
  const peer = nativeSqlite('bytes-better.db')
  const ours = await bytesOf(byClients(here, 1, 10_000))
  const grouped = await bytesOf(byClients(here, GROUP, 1000))
  const theirs = await bytesOf(byPeer(peer, 1500, 1))
  peer.close()
  await here.stop()
  return [
    { name: 'store alone, bytes written a commit', value: ours, unit: 'B', peer: { name: 'native SQLite', value: theirs } },
    { name: 'store, 32 clients, bytes written a commit', value: grouped, unit: 'B' },
  ]
}
