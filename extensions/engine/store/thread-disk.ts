/** The disk of a thread: a real folder, and its seal when the store has one. The cryptography is loaded only then. */
import { randomBytes } from 'node:crypto'
import { folderDisk } from './folder-disk.ts'
import type { Disk } from './ports.ts'

export async function threadDisk(folder: string, key: Uint8Array | undefined): Promise<Disk> {
  const disk = folderDisk(folder)
  return key ? (await import('./seal.ts')).sealedDisk(disk, key, randomBytes) : disk
}
