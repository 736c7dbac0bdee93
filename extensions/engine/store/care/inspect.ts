/**
 * A look into a store without opening it: nothing is claimed, migrated or written. For a store that no engine has open, above all one that
 * this build refuses (a newer one, a damaged one).
 */
import { existsSync } from 'node:fs'
import type { StoreFile } from '#contract'
import { type AfterRestore, type Clock, TroupeError } from '#core'
import { type Chain, readChain } from '../chain.ts'
import { folderDisk } from '../folder-disk.ts'
import { claimFolder } from '../folder-lock.ts'
import type { PageImage } from '../image.ts'
import type { Disk } from '../ports.ts'
import { readSnapshot } from '../snapshot.ts'
import { defaultWasmPath } from '../wasm-path.ts'
import { type Job, type JobAnswer, type Known, type Planned, runJob } from './jobs.ts'
import { keptFiles } from './kept.ts'
import { type Looked, loadPlain, lookThrough, rowsOf } from './plain.ts'
import { pendingRestore } from './restoring.ts'
import { writeExport } from './write-export.ts'

export interface Inspected {
  readonly path: string
  readonly databaseBytes: number
  /** Journal frames behind the snapshot, and bytes of a write that was never acknowledged. */
  readonly frames: number
  readonly cutBytes: number
  readonly damagedSnapshots: readonly string[]
  /** A restore that the next start completes; what is told here is its state. */
  readonly restorePending: boolean
  /** Migrations that the database has and this build has not: the build refuses it. */
  readonly newer: readonly string[]
  readonly files: readonly StoreFile[]
}

export interface Inspection {
  status(known: Readonly<Record<string, number>>): Promise<Inspected>
  /** The database as the next start would read it, or one file. */
  verify(name?: string): Promise<Looked & { readonly name: string; readonly bytes: number }>
  /** Answers its bytes. */
  export(path: string): number
  /** As with the engine: `restore` leaves the restore to the next start. CONFLICT: an engine has the folder open. */
  planRestore(name: string, rooms: Rooms): Promise<Planned>
  restore(name: string, digest: string, rooms: Rooms): Promise<void>
}

/** What this build's rooms bring to a restore. */
export interface Rooms {
  readonly known: Known
  readonly after: readonly AfterRestore[]
  readonly clock: Clock
}

/** NOT_FOUND: there is no store. Its methods: DAMAGED names file and place. */
export function inspectStore(folder: string, wasmPath = defaultWasmPath()): Inspection {
  if (!existsSync(folder))
    throw new TroupeError('NOT_FOUND', `There is no store in ${folder}.`, { hint: 'Name its data folder with --data.' })
  const disk = folderDisk(folder)
  return {
    async status(known) {
      const pending = pendingRestore(disk)
      const chain = pending ? null : readChain(disk)
      const pages = chain ? pagesIn(chain.image) : pagesOf(disk)
      return {
        path: folder,
        databaseBytes: pages.length,
        frames: chain?.frames ?? 0,
        cutBytes: chain?.cutBytes ?? 0,
        damagedSnapshots: chain?.damagedSnapshots ?? [],
        restorePending: pending !== null,
        newer: await newerThan(known, pages, wasmPath),
        files: keptFiles(disk).map((file) => ({ ...file, check: null })),
      }
    },
    async verify(name) {
      const sql = await loadPlain(wasmPath)
      const pages = name === undefined ? pagesOf(disk) : readSnapshot(disk, name).pages
      return { name: name ?? '', bytes: pages.length, ...lookThrough(sql, pages) }
    },
    export: (path) => writeExport(path, pagesOf(disk)),
    planRestore: async (name, rooms) => (await alone(folder, disk, wasmPath, rooms, { kind: 'plan', name, ...rooms })) as Planned,
    restore: async (name, digest, rooms) => void (await alone(folder, disk, wasmPath, rooms, { kind: 'restore', name, digest, ...rooms })),
  }
}

/** Claimed meanwhile, so that no engine opens it in between. */
async function alone(folder: string, disk: Disk, wasmPath: string, { clock }: Rooms, job: Job): Promise<JobAnswer> {
  const claim = claimFolder(folder, clock)
  try {
    return await runJob(job, { disk, wasmPath, now: () => clock.now(), tell: () => undefined })
  } finally {
    claim.release()
  }
}

function pagesOf(disk: Disk): Uint8Array {
  const pending = pendingRestore(disk)
  if (pending) return readSnapshot(disk, pending).pages
  const chain: Chain = readChain(disk)
  if (chain.newest === null) throw new TroupeError('NOT_FOUND', 'The folder holds no database.')
  return pagesIn(chain.image)
}

function pagesIn(image: PageImage): Uint8Array {
  const pages = new Uint8Array(image.byteLength)
  let at = 0
  for (const piece of image.pieces()) {
    pages.set(piece, at)
    at += piece.length
  }
  return pages
}

async function newerThan(known: Readonly<Record<string, number>>, pages: Uint8Array, wasmPath: string): Promise<string[]> {
  const db = new (await loadPlain(wasmPath)).Database(pages)
  try {
    if (rowsOf(db, `SELECT 1 FROM sqlite_schema WHERE name = 'store_migration'`).length === 0) return []
    return rowsOf(db, 'SELECT room, number, name FROM store_migration ORDER BY room, number')
      .filter(([room, number]) => Number(number) > (known[String(room)] ?? 0))
      .map(([room, number, name]) => `${room} ${number} (${name})`)
  } finally {
    db.close()
  }
}
