/**
 * The database in memory and its truth on the disk.
 *
 * States: ok ⇄ refusing → closed. `refusing`: the last group could not be made durable; memory was taken back to what is, reads go on,
 * and the next write or question about health tries a new journal first. Only `#setState` changes it.
 */

import { type Logger, messageOf, TroupeError } from '#core'
import type { Connection } from './connection.ts'
import { DeltaEncoder } from './delta.ts'
import { Executor, type Outcome } from './executor.ts'
import type { PageImage } from './image.ts'
import { draftJournal, type Journal, journalName } from './journal.ts'
import { LARGE_BYTES } from './large.ts'
import type { ReadRequest, RowsAnswer, WriteRequest } from './messages.ts'
import type { PageFile } from './page-file.ts'
import type { Compactor, Disk } from './ports.ts'
import type { StoreHealth, StoreRecovery } from './shapes.ts'
import { snapshotName, writeSnapshot } from './snapshot.ts'
import type { Sqlite } from './sqlite.ts'

export type PendingWrite = Pick<WriteRequest, 'statements' | 'durable'>

export interface LedgerParts {
  readonly path: string
  readonly disk: Disk
  readonly sqlite: Sqlite
  readonly compactor: Compactor
  readonly log: Logger
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Milliseconds that only grow, for time limits. */
  readonly monotonicMs: () => number
  /** Whether the asker of this read has gone. */
  readonly isCancelled: (readId: number) => boolean
  /** 16 fresh random bytes for each journal. */
  readonly salt: () => Uint8Array
  readonly snapshotAfterBytes: number
  /** How much a journal grows at a time. */
  readonly journalBlockBytes: number
}

/** What recovery hands over. */
export interface LedgerStart {
  readonly image: PageImage
  readonly journal: Journal
  /** Bytes of frames in older journals that no snapshot holds yet. */
  readonly olderFrameBytes: number
  readonly lastSnapshotAt: number | null
  readonly recovered: StoreRecovery
}

export class Ledger {
  readonly #parts: LedgerParts
  readonly #recovered: StoreRecovery
  readonly #encoder = new DeltaEncoder()
  #db: Connection
  #file: PageFile
  #executor: Executor
  #journal: Journal
  #olderFrameBytes: number
  #lastSnapshotAt: number | null
  /** Generation of the newest snapshot: the truth is that one and the journals from there on. */
  #base: number
  #compacting: Promise<void> | null = null
  /** Journal bytes below which a snapshot that failed, or a journal that could not be begun, is not tried again. */
  #patience = 0
  #unsaved = false
  #saidLarge = false
  #state: 'ok' | 'refusing' | 'closed' = 'ok'
  #reason: string | null = null

  constructor(parts: LedgerParts, start: LedgerStart) {
    this.#parts = parts
    this.#journal = start.journal
    this.#olderFrameBytes = start.olderFrameBytes
    this.#lastSnapshotAt = start.lastSnapshotAt
    this.#recovered = start.recovered
    this.#base = start.recovered.generation
    const { db, file } = parts.sqlite.open(start.image)
    this.#db = db
    this.#file = file
    this.#executor = new Executor(db)
  }

  /** Something was applied that is not durable yet. */
  get unsaved(): boolean {
    return this.#unsaved
  }

  get executor(): Executor {
    return this.#executor
  }

  read(request: ReadRequest): RowsAnswer {
    const until = this.#parts.monotonicMs() + request.timeoutMs
    const check = (): TroupeError | null => {
      if (this.#parts.isCancelled(request.id)) return new TroupeError('CANCELLED', 'The read was cancelled.')
      if (this.#parts.monotonicMs() <= until) return null
      return new TroupeError('TIMEOUT', `A read took longer than its ${request.timeoutMs} ms.`, {
        facts: { sql: request.sql.slice(0, 400) },
      })
    }
    this.#parts.sqlite.interruptReads(() => check() !== null)
    try {
      return this.#executor.read(request, check)
    } finally {
      this.#parts.sqlite.interruptReads(null)
    }
  }

  /**
   * Applies each write, all of it or nothing, then makes all of them durable with one frame and one sync. Writes that need not be
   * durable wait for the next group that must be, or for `persist`. Throws only when SQLite itself broke: the thread then ends, and
   * the next start reads what is durable.
   */
  commit(requests: readonly PendingWrite[]): readonly Outcome[] {
    try {
      this.#mend()
    } catch (error) {
      return requests.map(() => ({ error }))
    }
    const outcomes = this.#executor.transactEach(requests.map((request) => request.statements))
    try {
      if (requests.some((request) => request.durable)) this.persist()
      else this.#unsaved = true
      return outcomes
    } catch (error) {
      return outcomes.map((outcome) => ('error' in outcome ? outcome : { error }))
    }
  }

  /** Makes what was applied durable. When that fails, memory goes back to what is durable, and DISK is thrown. */
  persist(): void {
    try {
      const group = this.#file.group()
      const content = group && this.#encoder.encode(group)
      if (content) this.#journal.append(content)
      this.#file.settle()
      this.#unsaved = false
    } catch (thrown) {
      this.#takeBack()
      throw this.#refuse(thrown)
    }
    this.#snapshotWhenDue()
    if (this.#file.bytes > LARGE_BYTES && !this.#saidLarge) {
      this.#saidLarge = true
      this.#parts.log.warn('The database is large, and all of it is kept in memory.', { databaseBytes: this.#file.bytes })
    }
  }

  health(): StoreHealth {
    try {
      if (this.#state === 'ok' && !this.#journal.inPlace) this.#journal.giveUp()
      this.#mend()
    } catch {
      // It still refuses; that is what is reported.
    }
    return {
      path: this.#parts.path,
      state: this.#state === 'ok' ? 'ok' : 'refusing',
      reason: this.#reason,
      databaseBytes: this.#file.bytes,
      journalBytes: this.#olderFrameBytes + this.#journal.frameBytes,
      lastSnapshotAt: this.#lastSnapshotAt,
      recovered: this.#recovered,
    }
  }

  /** Ends with a snapshot, so that the next start has no journal to read. A snapshot that fails costs nothing but that. */
  async close(): Promise<void> {
    await this.#compacting
    try {
      if (this.#state === 'ok') this.persist()
    } catch (thrown) {
      this.#parts.log.error('What was only applied could not be made durable.', { reason: messageOf(thrown) })
    }
    if (this.#state === 'ok' && this.#olderFrameBytes + this.#journal.frameBytes > 0) {
      this.snapshot()
      await this.#compacting
    }
    this.abandon()
  }

  /** Frees what is held, and writes nothing more. */
  abandon(): void {
    this.#setState('closed', 'the store has stopped')
    this.#db.close()
    try {
      this.#journal.close()
    } catch (thrown) {
      this.#parts.log.warn('The journal could not be closed.', { reason: messageOf(thrown) })
    }
  }

  /** Begins a new journal and has everything before it made into a snapshot. */
  snapshot(): void {
    if (this.#compacting) return
    const frames = this.#olderFrameBytes + this.#journal.frameBytes
    try {
      if (this.#journal.frameBytes > 0 || this.#journal.broken) this.#nextJournal()
    } catch (thrown) {
      this.#patience = frames * 2
      this.#parts.log.warn('A new journal could not be begun.', { reason: messageOf(thrown) })
      return
    }
    const upTo = this.#journal.header.generation
    this.#compacting = this.#parts
      .compactor(upTo)
      .then(({ createdAt }) => {
        this.#base = Math.max(this.#base, upTo)
        this.#olderFrameBytes = Math.max(0, this.#olderFrameBytes - frames)
        this.#lastSnapshotAt = createdAt
        this.#patience = 0
      })
      .catch((thrown: unknown) => {
        this.#patience = frames * 2
        this.#parts.log.warn('A snapshot could not be made; the journal keeps everything.', { reason: messageOf(thrown) })
        // Unless a part of it was taken away: then the next write begins anew.
        if (this.#incomplete()) this.#journal.giveUp()
      })
      .finally(() => {
        this.#compacting = null
      })
  }

  /** Resolves when a snapshot holds everything that is durable now. DISK when none could be made. */
  async snapshotNow(): Promise<void> {
    await this.#compacting
    if (this.#unsaved) this.persist()
    this.#mend()
    if (this.#olderFrameBytes + this.#journal.frameBytes === 0 && this.#lastSnapshotAt !== null) return
    this.snapshot()
    await this.#compacting
    if (this.#olderFrameBytes === 0) return
    throw new TroupeError('DISK', 'A snapshot of the database could not be made; the journals keep everything.', {
      hint: 'Free space in the data folder; the log tells what the disk said.',
    })
  }

  #snapshotWhenDue(): void {
    const bytes = this.#olderFrameBytes + this.#journal.frameBytes
    if (bytes > Math.max(this.#parts.snapshotAfterBytes, this.#file.bytes, this.#patience)) this.snapshot()
  }

  /** A draft that fails changes nothing. From the moment of publishing the new name may be on the disk, so the old journal is closed for good. */
  #nextJournal(): void {
    const old = this.#journal
    const header = {
      generation: old.header.generation + 1,
      firstSeq: old.nextSeq,
      salt: this.#parts.salt(),
      createdAt: this.#parts.now(),
    }
    const draft = draftJournal(this.#parts.disk, header, this.#parts.journalBlockBytes)
    old.giveUp()
    this.#journal = draft.publish()
    this.#olderFrameBytes += old.frameBytes
    old.close()
  }

  /** Leaves `refusing`, or throws DISK. */
  #mend(): void {
    if (this.#state === 'closed') throw new TroupeError('STOPPING', 'The store has stopped.')
    if (!this.#journal.broken && this.#state === 'ok') return
    try {
      if (this.#journal.broken) this.#beginAnew()
    } catch (thrown) {
      throw this.#refuse(thrown)
    }
    this.#setState('ok', null)
  }

  /** When files that hold the truth were taken away, memory is all there is of it: it is written down before anything more is acknowledged. */
  #beginAnew(): void {
    const { disk, log, now } = this.#parts
    const lost = this.#missing()
    this.#nextJournal()
    if (lost.length === 0) return
    try {
      const { generation, firstSeq } = this.#journal.header
      const createdAt = now()
      writeSnapshot(disk, snapshotName(generation), { generation, seq: firstSeq - 1, createdAt }, this.#file.image)
      this.#base = generation
      this.#lastSnapshotAt = createdAt
      this.#olderFrameBytes = 0
    } catch (thrown) {
      this.#journal.giveUp()
      throw thrown
    }
    log.error('Files of the store were taken away; everything was written anew from memory.', { files: lost })
  }

  /** Also when the folder cannot be looked into. */
  #incomplete(): boolean {
    try {
      return this.#missing().length > 0
    } catch {
      return true
    }
  }

  /** Names of the files that hold the truth and are not there; the journal also when its place was taken by another file. */
  #missing(): readonly string[] {
    const there = new Set(this.#parts.disk.list())
    const needed = this.#base > 0 ? [snapshotName(this.#base)] : []
    for (let generation = Math.max(1, this.#base); generation <= this.#journal.header.generation; generation++)
      needed.push(journalName(generation))
    const own = this.#journal.inPlace ? null : journalName(this.#journal.header.generation)
    return needed.filter((name) => name === own || !there.has(name))
  }

  #refuse(thrown: unknown): TroupeError {
    const reason = messageOf(thrown)
    if (this.#state === 'ok') this.#parts.log.error('The disk refuses writes; reads go on.', { reason })
    this.#setState('refusing', reason)
    return new TroupeError('DISK', `The database could not be written: ${reason}.`, {
      cause: thrown,
      hint: 'Free space, or make the data folder writable; Troupe then goes on by itself.',
    })
  }

  #takeBack(): void {
    this.#unsaved = false
    this.#db.close()
    this.#file.takeBack()
    const { db, file } = this.#parts.sqlite.open(this.#file.image)
    this.#db = db
    this.#file = file
    this.#executor = new Executor(db)
  }

  #setState(state: 'ok' | 'refusing' | 'closed', reason: string | null): void {
    if (this.#state === 'refusing' && state === 'ok') this.#parts.log.info('The disk takes writes again.')
    this.#state = state
    this.#reason = reason
  }
}
