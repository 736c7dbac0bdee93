/** Makes a snapshot from the one before it and the journals between, without SQLite, and removes what it makes superfluous. */
import { readChain } from './chain.ts'
import type { Disk } from './ports.ts'
import { snapshotName, writeSnapshot } from './snapshot.ts'

/**
 * Journal `upTo` exists, so everything before it is final. The snapshot before, and the journals since, stay until the next time:
 * should the new one ever be found damaged, they say the same.
 */
export function compact(disk: Disk, upTo: number, now: () => number): { readonly createdAt: number } {
  const chain = readChain(disk, upTo)
  // It was made before, and only the removal behind it failed: what is left over waits for the next one.
  if (chain.base?.generation === upTo) return { createdAt: chain.base.createdAt }
  const createdAt = now()
  writeSnapshot(disk, snapshotName(upTo), { generation: upTo, seq: chain.seq, createdAt }, chain.image)
  const keep = chain.base?.generation ?? 1
  for (const name of disk.list()) {
    const match = /^(?:snapshot|journal)-(\d{8})$/.exec(name)
    if (match && Number(match[1]) < keep) disk.remove(name)
  }
  return { createdAt }
}

/** Names that mean nothing: drafts that were never published. */
export function removeDrafts(disk: Disk): void {
  for (const name of disk.list()) if (/^(?:snapshot|journal|backup|restore)-.*\.new$/.test(name)) disk.remove(name)
}
