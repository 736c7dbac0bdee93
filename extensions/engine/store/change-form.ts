/**
 * Seals or unseals the whole store, at an opening, before anything else reads it.
 *
 *   asked: `seal-wanted` or `unseal-wanted` is durable. Until the next opening nothing has changed.
 *   begun: a new journal in the wanted form was published. The older files, in the other form, are still the truth.
 *   written: the snapshot of everything, in the wanted form, was published and read back. The older files mean nothing from here on.
 *   done:  every other journal, snapshot and backup is gone, then the request.
 *
 * Each step is what the store does at any other time, and leaves what can be opened with the key; after a crash the next opening goes on.
 */
import { TroupeError } from '#core'
import type { RestoringParts } from './care/restoring.ts'
import { type Chain, readChain } from './chain.ts'
import { askedForm, forgetForm, formOf } from './form.ts'
import { draftJournal, journalName } from './journal.ts'
import type { Disk } from './ports.ts'
import { readSnapshot, snapshotName, writeSnapshot } from './snapshot.ts'

/** Called at each opening; there is nearly always nothing to do. SEALED: what is there, or what was asked for, needs the key. */
export function changeForm(parts: RestoringParts): void {
  const { disk, log } = parts
  const wanted = askedForm(disk)
  if (wanted === null) return
  if (wanted === 'sealed' && !disk.seal) {
    // Sealing was only asked for: without the key it does not begin. Where it had begun, the key is missed below.
    forgetForm(disk)
    log.error('The store was not sealed: its key was not there at the start.')
    return
  }
  const chain = readChain(disk)
  if (chain.newest !== null) {
    const generation = isWhole(disk, chain, wanted) ? (chain.base?.generation ?? 0) : rewrite(parts, chain)
    removeOthers(disk, generation)
  }
  forgetForm(disk)
  log.warn(wanted === 'sealed' ? 'The store was sealed.' : 'The store was unsealed.')
}

/** Everything that the next opening would read is in the wanted form. */
function isWhole(disk: Disk, { base, newest }: Chain, wanted: 'plain' | 'sealed'): boolean {
  if (base === null || newest === null || formOf(disk, snapshotName(base.generation)) !== wanted) return false
  for (let generation = base.generation; generation <= newest.generation; generation++)
    if (formOf(disk, journalName(generation)) !== wanted) return false
  return true
}

/** Answers the generation that holds everything. */
function rewrite({ disk, salt, now, journalBlockBytes }: RestoringParts, chain: Chain): number {
  const generation = (chain.newest?.generation ?? 0) + 1
  const header = { generation, firstSeq: chain.seq + 1, salt: salt(), createdAt: now() }
  draftJournal(disk, header, journalBlockBytes).publish().close()
  const name = snapshotName(generation)
  writeSnapshot(disk, name, { generation, seq: chain.seq, createdAt: now() }, chain.image)
  const { pages } = readSnapshot(disk, name)
  if (pages.length !== chain.image.byteLength) throw new TroupeError('INTERNAL', `${name} has not the pages that were written to it.`)
  return generation
}

/** Backups too, and whatever was kept of damaged or replaced files: in the other form nothing stays. */
function removeOthers(disk: Disk, generation: number): void {
  for (const name of disk.list()) {
    const [, , number] = /^(snapshot|journal)-(\d{8})$/.exec(name) ?? []
    if (number !== undefined && Number(number) >= generation) continue
    if (/^(?:snapshot|journal|backup|restore)-/.test(name)) disk.remove(name)
  }
  disk.syncFolder()
}
