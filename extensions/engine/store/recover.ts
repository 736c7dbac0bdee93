/** Start: read the truth from the disk, begin a clean journal, bring the schema to this build. In this order nothing can be lost. */
import { messageOf, TroupeError } from '#core'
import { completeRestore } from './care/restoring.ts'
import { type Chain, readChain } from './chain.ts'
import { changeForm } from './change-form.ts'
import { removeDrafts } from './compact.ts'
import { draftJournal, Journal } from './journal.ts'
import { Ledger, type LedgerParts } from './ledger.ts'
import { applyMigrations, checkMigrations, pendingMigrations, readApplied } from './migrate.ts'
import { isWritable } from './sectors.ts'
import type { Migration } from './shapes.ts'
import { writeSnapshot } from './snapshot.ts'

/** Backups made before migrations that are kept. */
const BACKUPS = 3

/** DAMAGED, DISK, or a migration's own error; the folder is then as it was, but for a new empty journal. */
export function openLedger(parts: LedgerParts, migrations: readonly Migration[]): Ledger {
  checkMigrations(migrations)
  try {
    return recover(parts, migrations)
  } catch (thrown) {
    if (thrown instanceof TroupeError) throw thrown
    throw new TroupeError('DISK', `The data folder cannot be used: ${messageOf(thrown)}.`, { cause: thrown, facts: { folder: parts.path } })
  }
}

function recover(parts: LedgerParts, migrations: readonly Migration[]): Ledger {
  const began = parts.monotonicMs()
  const restored = completeRestore(parts)
  changeForm(parts)
  const chain = readChain(parts.disk)
  removeDrafts(parts.disk)
  for (const line of chain.damagedSnapshots)
    parts.log.error('A snapshot is damaged; an older one and the journals since were read instead.', { damage: line })
  const journal = firstJournal(parts, chain)
  const ledger = new Ledger(parts, {
    image: chain.image,
    journal,
    olderFrameBytes: chain.frameBytes,
    lastSnapshotAt: chain.base?.createdAt ?? null,
    recovered: {
      generation: chain.base?.generation ?? 0,
      frames: chain.frames,
      cutBytes: chain.cutBytes,
      damagedSnapshots: chain.damagedSnapshots,
      restoredFrom: restored,
      durationMs: parts.monotonicMs() - began,
    },
  })
  try {
    migrate(parts, ledger, chain, migrations)
  } catch (thrown) {
    ledger.abandon()
    throw thrown
  }
  if (chain.frameBytes > 0 || chain.damagedSnapshots.length > 0) ledger.snapshot()
  return ledger
}

/** An untouched journal is written on; behind anything else, a torn frame included, a new one begins. */
function firstJournal(parts: LedgerParts, chain: Chain): Journal {
  const { disk, journalBlockBytes } = parts
  const { newest } = chain
  if (
    newest &&
    isWritable(newest, parts.disk.seal?.writes === true) &&
    chain.frameBytes === 0 &&
    chain.cutBytes === 0 &&
    chain.damagedSnapshots.length === 0
  ) {
    return new Journal(newest, disk, journalBlockBytes)
  }
  const header = { generation: (newest?.generation ?? 0) + 1, firstSeq: chain.seq + 1, salt: parts.salt(), createdAt: parts.now() }
  const draft = draftJournal(disk, header, journalBlockBytes)
  for (const line of chain.damagedSnapshots) {
    const name = line.split(' ')[0] as string
    disk.rename(name, `${name}.damaged`)
  }
  return draft.publish()
}

function migrate(parts: LedgerParts, ledger: Ledger, chain: Chain, migrations: readonly Migration[]): void {
  const applied = readApplied(ledger.executor)
  const pending = pendingMigrations(migrations, applied)
  if (pending.length === 0) return
  if (applied.length > 0) backUp(parts, chain)
  applyMigrations(ledger.executor, pending, parts.now)
  ledger.persist()
  parts.log.info('The database was brought to this build.', { migrations: pending.map((one) => `${one.room} ${one.number}`) })
}

function backUp(parts: LedgerParts, chain: Chain): void {
  const name = `backup-${String(chain.seq).padStart(16, '0')}`
  const generation = chain.newest?.generation ?? 0
  writeSnapshot(parts.disk, name, { generation, seq: chain.seq, createdAt: parts.now() }, chain.image)
  const backups = parts.disk.list().filter((one) => /^backup-\d{16}$/.test(one))
  for (const old of backups.sort().slice(0, -BACKUPS)) {
    try {
      parts.disk.remove(old)
    } catch (thrown) {
      parts.log.warn('An old backup could not be removed.', { file: old, reason: messageOf(thrown) })
    }
  }
}
