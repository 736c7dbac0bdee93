/** What every part of the store's bench writes, and where. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeLogger } from '#core'
import { systemClock } from '#core/node'
import { type Disk, folderDisk, type Migration, openStore, openStoreHere, type Store } from '../../../extensions/engine/store/mod.ts'
import { schema } from './sample-schema.ts'

const log = makeLogger('store', ({ level, message, facts }) => {
  if (level === 'warn' || level === 'error') console.error(level, message, facts)
})

export const insert = 'INSERT INTO event (at, text) VALUES (?, ?)'
export const row = (n: number): [number, string] => [n % 1000, `event number ${n} of this bench, with some text behind it`]
const migrations: readonly Migration[] = [{ room: 'bench', number: 1, name: 'bench', sql: schema }]

const BLANK = new Uint8Array(64 * 1024)

/** TMPDIR decides which disk is measured. */
export const root = mkdtempSync(join(tmpdir(), 'troupe-bench-'))

/** The store as the engine has it: in its own thread. */
export function openInThread(name: string, options: { readonly snapshotAfterBytes?: number } = {}): Promise<Store> {
  return openStore({ folder: join(root, name), migrations, clock: systemClock, log, ...options })
}

/** The same store without the hop between threads. */
export function openHere(name: string, disk: Disk = folderDisk(join(root, name))): Promise<Store> {
  return openStoreHere({ disk, path: name, migrations, clock: systemClock, log, snapshotAfterBytes: 1 << 30 })
}

/** A real folder whose syncs are left out: only for making large samples quickly. */
export function unsyncedDisk(name: string): Disk {
  const disk = folderDisk(join(root, name))
  return {
    ...disk,
    open: (file, mode) => ({ ...disk.open(file, mode === 'log' ? 'write' : mode), sync: () => undefined }),
    syncFolder: () => undefined,
  }
}

/** Writes so many bytes, each durable when it returns, behind each other in a file that was laid out before. */
export function syncedWrites(name: string, bytes: number): () => void {
  const disk = folderDisk(join(root, name))
  const room = 8 << 20
  const made = disk.open('file', 'create')
  for (let at = 0; at < room; at += BLANK.length) made.write(at, BLANK)
  made.sync()
  made.close()
  const file = disk.open('file', 'log')
  const content = new Uint8Array(bytes)
  let at = 0
  return () => {
    file.write(at, content.fill((at / bytes) % 256))
    at = (at + bytes) % room
  }
}

export async function timed(act: () => Promise<unknown> | unknown): Promise<number> {
  const began = performance.now()
  await act()
  return performance.now() - began
}
