/** The care of the store: checks, backups, restores, exports and retention, on request and (rounds.ts) on schedule. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { PrunePlan, RestorePlan, StoreCheck, StoreEvent, StoreFile, StoreStatus } from '#contract'
import { messageOf, TroupeError } from '#core'
import { folderDisk } from '../folder-disk.ts'
import { askForm, type Form, storeForm } from '../form.ts'
import { LARGE_BYTES } from '../large.ts'
import { defaultWasmPath } from '../wasm-path.ts'
import type { Checked, Exported, Job, JobAnswer, Known, Planned } from './jobs.ts'
import { keptFiles, superfluous } from './kept.ts'
import { OneJob, type Work } from './one-job.ts'
import type { CarePorts, Keeping } from './ports.ts'
import { addEvent, allChecks, dropCheck, lastEventAt, putCheck, recentEvents } from './records.ts'
import { forgetRestore } from './restoring.ts'
import { startRounds } from './rounds.ts'
import { nextBackupAt } from './schedule.ts'
import { bytesWords } from './words.ts'
import { runInThread } from './worker.ts'

/** What is left out is as the settings say. */
type AskedKeeping = { readonly [Name in keyof Keeping]?: Keeping[Name] | undefined }

/** The check of the database itself, by the name that it has no file for. */
export const DATABASE = ''

export interface Care {
  status(): Promise<StoreStatus>
  files(): Promise<StoreFile[]>
  events(): Promise<StoreEvent[]>
  compact(): Promise<void>
  /** Without a name: the database as it stands. A file that cannot be read is an answer (`ok: false`), not an error. */
  verify(name?: string): Promise<StoreCheck>
  /** DAMAGED: it was not found whole, and was removed. */
  backup(reason: 'person' | 'schedule'): Promise<StoreFile>
  /** NOT_FOUND. */
  removeBackup(name: string): Promise<void>
  /** A snapshot is kept as a backup first: the plan, and its restore, name that. */
  planRestore(name: string): Promise<RestorePlan>
  /** Answers when the restart has been asked for. CONFLICT: another file than the planned one. */
  restore(name: string, digest: string): Promise<void>
  export(): Promise<Exported>
  planPrune(keeping?: AskedKeeping): Promise<PrunePlan>
  /** `at`: the time that ages are counted with; default: now. */
  prune(keeping?: AskedKeeping, at?: number): Promise<PrunePlan>
  /** Answers when the restart that rewrites everything has been asked for. WRONG_STATE: it is in that form, or the key could not be had. */
  seal(start: 'keyring' | 'passphrase'): Promise<void>
  unseal(): Promise<void>
  cancel(): Promise<void>
  stop(): Promise<void>
}

export function openCare(ports: CarePorts): Care {
  const care = new CareRoom(ports)
  const stopRounds = startRounds(ports, care)
  return Object.assign(care, {
    stop: async () => {
      stopRounds()
      await care.end()
    },
  })
}

class CareRoom {
  readonly #ports: CarePorts
  readonly #jobs: OneJob
  readonly #disk: ReturnType<typeof folderDisk>
  readonly #known: Known

  constructor(ports: CarePorts) {
    this.#ports = ports
    this.#jobs = new OneJob(ports.clock, () => ports.announce('store', '', 'work'))
    this.#disk = folderDisk(ports.folder)
    this.#known = Object.fromEntries(ports.migrations.map(({ room, number }) => [room, number]))
  }

  async status(): Promise<StoreStatus> {
    const { store, clock, settings } = this.#ports
    const [health, checks] = await Promise.all([store.health(), allChecks(store)])
    const files = await this.files()
    const lastCheck = checks.get(DATABASE) ?? null
    const backups = files.filter(({ kind, check }) => kind === 'backup' && check?.ok)
    const lastBackup = backups[0]?.madeAt != null ? { name: backups[0].name, at: backups[0].madeAt } : null
    const { frames, cutBytes, damagedSnapshots, durationMs, restoredFrom } = health.recovered
    const { path, state, reason, databaseBytes, journalBytes, lastSnapshotAt } = health
    return {
      ...{ path, state, reason, databaseBytes, journalBytes, lastSnapshotAt, lastCheck, lastBackup },
      warnBytes: LARGE_BYTES,
      sealed: storeForm(this.#disk).now === 'sealed',
      nextBackupAt: nextBackupAt({ now: clock.now(), lastBackupAt: lastBackup?.at ?? null, backupHours: settings().backupHours }),
      recovered: { frames, cutBytes, damagedSnapshots: [...damagedSnapshots], durationMs, restoredFrom },
      job: this.#jobs.current,
      warnings: [
        ...(databaseBytes > LARGE_BYTES
          ? [`The database takes ${bytesWords(databaseBytes)}, and all of it is kept in memory: set how long runs are kept.`]
          : []),
        ...(lastCheck?.ok === false
          ? [`The last check found ${lastCheck.problems.length} problems; the first: ${lastCheck.problems[0]}`]
          : []),
        ...damagedSnapshots.map(
          (line) => `A snapshot was damaged at the last start, and an older one was read with all journals since: ${line}`,
        ),
        ...(lastBackup === null ? ['There is no backup that was found whole.'] : []),
      ],
    }
  }

  async files(): Promise<StoreFile[]> {
    const checks = await allChecks(this.#ports.store)
    return keptFiles(this.#disk).map((file) => {
      const check = checks.get(file.name)
      return { ...file, check: check ? { at: check.at, ok: check.ok, problems: check.problems } : null }
    })
  }

  events(): Promise<StoreEvent[]> {
    return recentEvents(this.#ports.store)
  }

  compact(): Promise<void> {
    return this.#ports.store.compact()
  }

  verify(name?: string): Promise<StoreCheck> {
    return this.#jobs.do('verify', async (work) => {
      if (name === undefined) await this.#ports.store.compact()
      return this.#verified(work, { kind: 'verify', name }, name ?? DATABASE)
    })
  }

  backup(reason: 'person' | 'schedule'): Promise<StoreFile> {
    return this.#jobs.do('backup', async (work) => {
      work.tell('Making a snapshot')
      await this.#ports.store.compact()
      const begun = this.#ports.clock.now()
      const made = (await this.#thread(work, { kind: 'backup', reason })) as Checked
      const check = this.#checkOf(made.name, made, begun)
      // It was read back whole, so what it is a copy of is whole too.
      await this.#ports.store.write([
        putCheck(check),
        putCheck({ ...check, name: DATABASE }),
        ...this.#event('backup', `A backup was made and found whole: ${made.name}, ${bytesWords(made.bytes)}.`),
      ])
      await this.#removeSuperfluous()
      const file = (await this.files()).find((one) => one.name === made.name)
      if (!file) throw new TroupeError('NOT_FOUND', `The backup ${made.name} was made, and is gone already.`)
      return file
    })
  }

  async removeBackup(name: string): Promise<void> {
    const file = keptFiles(this.#disk).find((one) => one.name === name && one.kind === 'backup')
    if (!file) throw new TroupeError('NOT_FOUND', `There is no backup ${name}.`)
    this.#disk.remove(name)
    this.#disk.syncFolder()
    await this.#ports.store.write([dropCheck(name), ...this.#event('backup', `The backup ${name} was removed.`)])
    this.#ports.announce('store', name, 'removed')
  }

  planRestore(name: string): Promise<RestorePlan> {
    return this.#jobs.do('plan', async (work) => {
      const kept = await this.#outOfTheWay(work, name)
      await this.#ports.store.compact()
      const planned = (await this.#thread(work, {
        kind: 'plan',
        name: kept,
        after: this.#ports.afterRestore,
        known: this.#known,
      })) as Planned
      return { ...planned, tables: [...planned.tables], notes: this.#notes() }
    })
  }

  restore(name: string, digest: string): Promise<void> {
    return this.#jobs.do('restore', async (work) => {
      // The record is carried over into what is restored, so it is written first; a restore that fails says so behind it.
      await this.#ports.store.write(this.#event('restore', `A restore of ${name} was asked for; what it replaces is kept as a backup.`))
      await this.#ports.store.compact()
      try {
        await this.#thread(work, { kind: 'restore', name, digest, after: this.#ports.afterRestore, known: this.#known })
        work.hold()
      } catch (thrown) {
        forgetRestore(this.#disk)
        await this.#ports.store.write(this.#event('failed', `The restore of ${name} was not begun: ${messageOf(thrown)}`))
        throw thrown
      }
      this.#jobs.leave()
      this.#ports.restart(`${name} is being restored`)
    })
  }

  export(): Promise<Exported> {
    return this.#jobs.do('export', async (work) => {
      work.tell('Making a snapshot')
      await this.#ports.store.compact()
      mkdirSync(this.#ports.exportsDir, { recursive: true, mode: 0o700 })
      const at = new Date(this.#ports.clock.now()).toISOString().slice(0, 19).replaceAll(':', '-')
      return (await this.#thread(work, { kind: 'export', path: join(this.#ports.exportsDir, `troupe-${at}.sqlite`) })) as Exported
    })
  }

  planPrune(keeping: AskedKeeping = {}): Promise<PrunePlan> {
    const { prunable, clock } = this.#ports
    return this.#jobs.do('prune', (work) => {
      work.tell('Measuring what is kept')
      return prunable.plan(this.#keeping(keeping), clock.now(), work.signal)
    })
  }

  prune(keeping: AskedKeeping = {}, at = this.#ports.clock.now()): Promise<PrunePlan> {
    const { prunable, store } = this.#ports
    return this.#jobs.do('prune', async (work) => {
      const gone = await prunable.prune(this.#keeping(keeping), at, (step) => work.tell(step), work.signal)
      const what = `${gone.runs} ended ${gone.runs === 1 ? 'run was' : 'runs were'} removed with ${bytesWords(gone.fileBytes)} of files (${gone.because}).`
      await store.write(this.#event('prune', gone.runs > 0 ? what : `Nothing had to be removed (${gone.because}).`))
      return gone
    })
  }

  seal(start: 'keyring' | 'passphrase'): Promise<void> {
    const said = 'The store is to be sealed: the plain files and backups are removed.'
    return this.#change('sealed', said, async () => {
      if (!this.#ports.prepareSealing) throw new TroupeError('WRONG_STATE', 'There is no vault that could seal the store.')
      await this.#ports.prepareSealing(start)
    })
  }

  unseal(): Promise<void> {
    return this.#change('plain', 'The store is to be unsealed: the sealed files and backups are removed.', async () => undefined)
  }

  /** The opening of the restarted engine does it: only then does nothing else read or write. */
  #change(form: Form, said: string, prepare: () => Promise<void>): Promise<void> {
    return this.#jobs.do('seal', async (work) => {
      if (storeForm(this.#disk).now === form)
        throw new TroupeError('WRONG_STATE', form === 'sealed' ? 'The store is sealed already.' : 'The store is not sealed.')
      await prepare()
      work.hold()
      await this.#ports.store.write(this.#event('seal', said))
      askForm(this.#disk, form)
      this.#jobs.leave()
      this.#ports.restart(form === 'sealed' ? 'the store is being sealed' : 'the store is being unsealed')
    })
  }

  async cancel(): Promise<void> {
    await this.#jobs.cancel()
  }

  end(): Promise<void> {
    return this.#jobs.stop()
  }

  get busy(): boolean {
    return this.#jobs.current !== null
  }

  /** For the rounds: what failed is told where a person looks. */
  async failed(what: string, thrown: unknown): Promise<void> {
    await this.#ports.store.write(this.#event('failed', `${what}: ${messageOf(thrown)}`))
    this.#ports.announce('store', '', 'failed')
  }

  lastAt(kind: StoreEvent['kind']): Promise<number | null> {
    return lastEventAt(this.#ports.store, kind)
  }

  async #verified(work: Work, job: Job, name: string): Promise<StoreCheck> {
    const begun = this.#ports.clock.now()
    let looked: Pick<Checked, 'problems' | 'tables' | 'bytes'>
    try {
      looked = (await this.#thread(work, job)) as Checked
    } catch (thrown) {
      if (!(thrown instanceof TroupeError) || thrown.code !== 'DAMAGED') throw thrown
      looked = { problems: [thrown.message], tables: [], bytes: 0 }
    }
    const check = this.#checkOf(name, looked, begun)
    const what = name === DATABASE ? 'The database' : name
    const found = check.ok ? `${what} was looked through and found whole.` : `${what} was looked through: ${check.problems[0]}`
    await this.#ports.store.write([putCheck(check), ...this.#event('check', found)])
    return check
  }

  /** The next snapshot removes the one before the last: one that shall be restored is kept as a backup first. Answers its name. */
  async #outOfTheWay(work: Work, name: string): Promise<string> {
    if (!name.startsWith('snapshot-')) return name
    const begun = this.#ports.clock.now()
    const made = (await this.#thread(work, { kind: 'backup', reason: 'person', from: name })) as Checked
    const said = `${name} was kept as the backup ${made.name}, so that it can be restored.`
    await this.#ports.store.write([putCheck(this.#checkOf(made.name, made, begun)), ...this.#event('backup', said)])
    return made.name
  }

  #checkOf(name: string, { problems, tables, bytes }: Pick<Checked, 'problems' | 'tables' | 'bytes'>, begun: number): StoreCheck {
    const at = this.#ports.clock.now()
    return { name, at, ok: problems.length === 0, problems: [...problems], bytes, durationMs: Math.max(0, at - begun), tables: [...tables] }
  }

  #event(kind: StoreEvent['kind'], message: string): ReturnType<typeof addEvent> {
    return addEvent({ at: this.#ports.clock.now(), kind, message })
  }

  #thread(work: Work, job: Job): Promise<JobAnswer> {
    const { folder, wasmPath = defaultWasmPath(), careThreadUrl = new URL('../care-thread.ts', import.meta.url) } = this.#ports
    return runInThread(
      careThreadUrl,
      { folder, wasmPath, job, at: this.#ports.clock.now(), key: this.#ports.key },
      (step) => work.tell(step),
      work.signal,
    )
  }

  async #removeSuperfluous(): Promise<void> {
    for (const { name } of superfluous(keptFiles(this.#disk), this.#ports.settings().backupsKept)) {
      try {
        this.#disk.remove(name)
        await this.#ports.store.write([dropCheck(name), ...this.#event('backup', `The old backup ${name} made room.`)])
      } catch (thrown) {
        this.#ports.log.warn('An old backup could not be removed.', { file: name, reason: messageOf(thrown) })
      }
    }
  }

  #keeping({ days, mb }: AskedKeeping): Keeping {
    const { runsKeptDays, runsKeptMb } = this.#ports.settings()
    return { days: days ?? runsKeptDays, mb: mb ?? runsKeptMb }
  }

  #notes(): string[] {
    return this.#ports.afterRestore.flatMap(({ note }) => (note === '' ? [] : [note]))
  }
}

export type { CareRoom }
