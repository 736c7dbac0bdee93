/**
 * A restore replaces the whole database, and is never half done.
 *
 *   asked: `restore-ready` is durable (a whole snapshot of how it shall be). Until the next opening of the store nothing has changed.
 *   saved: at that opening the state it replaces is backed up (`backup-<seq>-restore`), then `restore-going` is durable, which begins
 *          behind the old generations. From here on the old files mean nothing.
 *   done:  the old generations are gone, the new journal is there, and `restore-going` was renamed to the new snapshot.
 *
 * Each step is one rename; after a crash the next opening goes on from the last one. When the state to be replaced cannot be read (a
 * damaged store is what backups are for) its files are kept under `*.replaced` instead.
 */
import { type Logger, messageOf, TroupeError } from '#core'
import { readChain } from '../chain.ts'
import { PageImage } from '../image.ts'
import { draftJournal, journalName } from '../journal.ts'
import type { Disk } from '../ports.ts'
import { readSnapshot, readSnapshotInfo, snapshotName, writeSnapshot } from '../snapshot.ts'
import { backupName } from './kept.ts'

const READY = 'restore-ready'
const GOING = 'restore-going'
const GENERATION = /^(?:snapshot|journal)-(\d{8})$/

export interface RestoringParts {
  readonly disk: Disk
  readonly log: Logger
  readonly now: () => number
  readonly salt: () => Uint8Array
  readonly journalBlockBytes: number
}

/** Durable when it returns: the next opening of the store completes it. */
export function askRestore(disk: Disk, pages: Uint8Array, madeAt: number): void {
  writeSnapshot(disk, READY, { generation: 0, seq: 0, createdAt: madeAt }, new PageImage(pages))
}

/** Takes back what was asked and not begun. */
export function forgetRestore(disk: Disk): void {
  if (!disk.list().includes(READY)) return
  disk.remove(READY)
  disk.syncFolder()
}

/** Whether a restore waits for the next opening, or was cut short; what the folder says meanwhile is the file named. */
export function pendingRestore(disk: Disk): typeof READY | typeof GOING | null {
  const names = disk.list()
  return names.includes(GOING) ? GOING : names.includes(READY) ? READY : null
}

/** Called at each opening, before anything else is read. Answers when what was restored had been made; null when there was nothing to do. */
export function completeRestore(parts: RestoringParts): number | null {
  const { disk } = parts
  const pending = pendingRestore(disk)
  if (pending === null) return null
  if (pending === READY) saveAndBegin(parts)
  // Left over when the removal did not survive: its successor is there.
  if (disk.list().includes(READY)) disk.remove(READY)
  const { info } = readSnapshotInfo(disk, GOING)
  // Checked whole before the old files go.
  readSnapshot(disk, GOING)
  if (!info) throw new TroupeError('INTERNAL', 'A restore lost its own file between two looks.')
  const journal = journalName(info.generation)
  if (!disk.list().includes(journal)) {
    const header = { generation: info.generation, firstSeq: info.seq + 1, salt: parts.salt(), createdAt: parts.now() }
    // Closed again: the opening that follows reads it like any other.
    draftJournal(disk, header, parts.journalBlockBytes).publish().close()
  }
  for (const name of disk.list()) if (GENERATION.test(name) && name !== journal) disk.remove(name)
  disk.syncFolder()
  disk.rename(GOING, snapshotName(info.generation))
  disk.syncFolder()
  parts.log.warn('The database was restored.', { madeAt: new Date(info.createdAt).toISOString() })
  return info.createdAt
}

/** The state that will be replaced is safe under another name before `restore-going` exists. */
function saveAndBegin(parts: RestoringParts): void {
  const { disk } = parts
  const { info, pages } = readSnapshot(disk, READY)
  const generations = disk.list().flatMap((name) => Number(GENERATION.exec(name)?.[1] ?? []))
  const generation = Math.max(0, ...generations) + 1
  const seq = savePresent(parts, generation)
  writeSnapshot(disk, GOING, { generation, seq, createdAt: info.createdAt }, new PageImage(pages))
  disk.remove(READY)
  disk.syncFolder()
}

/** Answers a number behind that of every write so far, so that files go on being ordered by it. */
function savePresent({ disk, log, now }: RestoringParts, generation: number): number {
  const behind = Math.max(0, ...disk.list().map((name) => Number(/^backup-(\d{16})/.exec(name)?.[1] ?? 0))) + 1
  try {
    const chain = readChain(disk)
    if (chain.image.pageCount === 0) return Math.max(behind, chain.seq + 1)
    const info = { generation: chain.newest?.generation ?? 0, seq: chain.seq, createdAt: now() }
    writeSnapshot(disk, backupName(chain.seq, 'restore'), info, chain.image)
    return Math.max(behind, chain.seq + 1)
  } catch (thrown) {
    if (!(thrown instanceof TroupeError) || thrown.code !== 'DAMAGED') throw thrown
    log.error('What is replaced is damaged; its files are kept under other names.', { reason: messageOf(thrown) })
    for (const name of disk.list()) if (GENERATION.test(name)) disk.rename(name, `${name}.replaced`)
    disk.syncFolder()
    // No journal tells how far it went; a thousand million writes are beyond what one generation holds.
    return behind + generation * 1_000_000_000
  }
}
