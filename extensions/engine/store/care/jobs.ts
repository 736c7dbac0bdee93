/** Long work on a store's folder, each a plain function over the disk: done in the care thread while the engine runs, and in the command line without it. */
import { createHash } from 'node:crypto'
import type { SqlJsStatic } from 'sql.js'
import type { BackupReason } from '#contract/plain'
import { type AfterRestore, TroupeError } from '#core'
import { damaged } from '../damage.ts'
import { PageImage } from '../image.ts'
import type { Disk } from '../ports.ts'
import { readSnapshot, writeSnapshot } from '../snapshot.ts'
import { differences, type TableDifference } from './differences.ts'
import { backupName, type Kept, keptFiles } from './kept.ts'
import { attach, type Looked, loadPlain, lookThrough, rowsOf, tablesOf } from './plain.ts'
import { askRestore } from './restoring.ts'
import { writeExport } from './write-export.ts'

export type Job =
  /** Without a name: the newest snapshot. */
  | { readonly kind: 'verify'; readonly name?: string | undefined }
  /** Of the newest snapshot, or of the one that is named. */
  | { readonly kind: 'backup'; readonly reason: Exclude<BackupReason, 'migration' | 'restore'>; readonly from?: string }
  | { readonly kind: 'plan'; readonly name: string; readonly after: readonly AfterRestore[]; readonly known: Known }
  | {
      readonly kind: 'restore'
      readonly name: string
      readonly digest: string
      readonly after: readonly AfterRestore[]
      readonly known: Known
    }
  /** The pages alone: a plain SQLite file. It must not be there yet. */
  | { readonly kind: 'export'; readonly path: string }

/** How many migrations of each room this build has: a file with more is newer than the build. */
export type Known = Readonly<Record<string, number>>

export interface Checked extends Looked {
  readonly name: string
  readonly madeAt: number
  readonly bytes: number
  readonly seq: number
}

export interface Planned {
  readonly name: string
  readonly madeAt: number
  readonly bytes: number
  readonly tables: readonly TableDifference[]
  readonly digest: string
}

export interface Exported {
  readonly path: string
  readonly bytes: number
}
export type JobAnswer = Checked | Planned | Exported

export interface JobParts {
  readonly disk: Disk
  readonly wasmPath: string
  readonly now: () => number
  readonly tell: (step: string) => void
}

/** DAMAGED names file and place; DISK as the disk says; NOT_FOUND: no such file. */
export async function runJob(job: Job, parts: JobParts): Promise<JobAnswer> {
  try {
    return await doJob(job, parts)
  } catch (thrown) {
    if (thrown instanceof TroupeError || !(thrown instanceof Error && 'code' in thrown)) throw thrown
    throw new TroupeError('DISK', `The disk did not allow it: ${thrown.message}.`, {
      cause: thrown,
      hint: 'Free space, or make the data folder writable, and try again.',
    })
  }
}

async function doJob(job: Job, parts: JobParts): Promise<JobAnswer> {
  if (job.kind === 'export') {
    parts.tell('Writing the file')
    return { path: job.path, bytes: writeExport(job.path, readSnapshot(parts.disk, newestSnapshot(parts.disk)).pages) }
  }
  const sql = await loadPlain(parts.wasmPath)
  switch (job.kind) {
    case 'verify':
      return check(sql, parts, job.name ?? newestSnapshot(parts.disk))
    case 'backup':
      return backUp(sql, parts, job.reason, job.from)
    case 'plan':
      return withRestored(sql, parts, job, (planned) => planned)
    case 'restore':
      return withRestored(sql, parts, job, (planned, pages) => {
        if (planned.digest !== job.digest)
          throw new TroupeError('CONFLICT', `${job.name} is not the file that the plan was made for.`, {
            hint: 'Look at a new plan first.',
          })
        parts.tell('Writing what will be restored')
        askRestore(parts.disk, pages(), planned.madeAt)
        return planned
      })
  }
}

function check(sql: SqlJsStatic, { disk, tell }: JobParts, name: string): Checked {
  tell(`Reading ${name}`)
  const { info, pages } = readKept(disk, name)
  tell(`Looking through ${name}`)
  return { name, madeAt: info.createdAt, seq: info.seq, bytes: pages.length, ...lookThrough(sql, pages) }
}

/** A copy of the newest snapshot; it counts only once it was read back and found whole, and is removed otherwise. */
function backUp(sql: SqlJsStatic, parts: JobParts, reason: 'schedule' | 'person', named: string | undefined): Checked {
  const { disk, tell } = parts
  const from = named ?? newestSnapshot(disk)
  tell(`Copying ${from}`)
  const { info, pages } = readKept(disk, from)
  const name = backupName(info.seq, reason)
  writeSnapshot(disk, name, { ...info, createdAt: named === undefined ? parts.now() : info.createdAt }, new PageImage(pages))
  try {
    const checked = check(sql, parts, name)
    if (checked.problems.length > 0)
      throw damaged(name, 0, `SQLite found ${checked.problems.length} problems; the first: ${checked.problems[0]}`)
    return checked
  } catch (thrown) {
    disk.remove(name)
    throw thrown
  }
}

/** The file as it would stand after the restore, compared with the newest snapshot (when that can be read). */
function withRestored<T>(
  sql: SqlJsStatic,
  { disk, tell, now }: JobParts,
  job: { readonly name: string; readonly after: readonly AfterRestore[]; readonly known: Known },
  use: (planned: Planned, pages: () => Uint8Array) => T,
): T {
  tell(`Reading ${job.name}`)
  const target = readKept(disk, job.name)
  const looked = lookThrough(sql, target.pages)
  if (looked.problems.length > 0)
    throw damaged(job.name, 0, `SQLite found ${looked.problems.length} problems; the first: ${looked.problems[0]}`)
  const db = new sql.Database(target.pages)
  const present = new sql.Database(presentPages(disk))
  try {
    refuseNewer(rowsOf(db, `SELECT room, max(number) FROM store_migration GROUP BY room`), job.known)
    attach(db, present, 'present')
    const both = new Set(tablesOf(present).filter((table) => tablesOf(db).includes(table)))
    for (const { room, tables, sql: text } of job.after) {
      tell(`Putting the tables of ${room} right`)
      if (tables.every((table) => both.has(table))) db.exec(text, { ':now': now() })
    }
    const planned: Planned = {
      name: job.name,
      madeAt: target.info.createdAt,
      bytes: target.pages.length,
      tables: differences(db, tell),
      digest: digestOf(job.name, target),
    }
    return use(planned, () => {
      db.run('DETACH present')
      return db.export()
    })
  } finally {
    present.close()
    db.close()
  }
}

function presentPages(disk: Disk): Uint8Array | null {
  try {
    return readSnapshot(disk, newestSnapshot(disk)).pages
  } catch (thrown) {
    // A restore is the way out of a damaged store: everything then counts as coming back.
    if (thrown instanceof TroupeError && (thrown.code === 'DAMAGED' || thrown.code === 'NOT_FOUND')) return null
    throw thrown
  }
}

function refuseNewer(applied: readonly (readonly unknown[])[], known: Known): void {
  for (const [room, number] of applied) {
    if (Number(number) <= (known[String(room)] ?? 0)) continue
    throw new TroupeError('DAMAGED', `That file is newer than this build: it has migration ${number} of ${room}.`, {
      hint: 'Restore it with the build that made it, or export it and look into it with any SQLite tool.',
    })
  }
}

function readKept(disk: Disk, name: string): ReturnType<typeof readSnapshot> {
  if (!disk.list().includes(name))
    throw new TroupeError('NOT_FOUND', `There is no ${name} in the store's folder.`, { hint: 'troupe store status lists what is there.' })
  return readSnapshot(disk, name)
}

export function newestSnapshot(disk: Disk): string {
  const newest: Kept | undefined = keptFiles(disk).find(({ kind }) => kind === 'snapshot')
  if (newest) return newest.name
  throw new TroupeError('NOT_FOUND', 'The store has no snapshot yet.', { hint: 'troupe store compact makes one.' })
}

function digestOf(name: string, { info, pages }: ReturnType<typeof readSnapshot>): string {
  return createHash('sha256').update(`${name} ${info.seq} ${info.createdAt} ${pages.length}`).update(pages).digest('hex').slice(0, 32)
}
