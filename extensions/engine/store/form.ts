/** In which form a store's files are, and in which they shall be. Looks at heads and footers only; a file that cannot be read counts as plain. */
import { type JournalHeader, readHeader } from './journal.ts'
import type { Disk } from './ports.ts'
import { readSnapshotInfo } from './snapshot.ts'

export type Form = 'plain' | 'sealed'

/** Empty files that ask the next opening to rewrite the store. They go when that is whole. */
const ASKED = { sealed: 'seal-wanted', plain: 'unseal-wanted' } as const

export interface StoreForm {
  /** Of the newest journal; of a folder without one: plain. */
  readonly now: Form
  /** What was asked for; otherwise as it is. */
  readonly wanted: Form
  /** A rewriting was asked for, and is not whole yet. */
  readonly changing: boolean
  /** Some journal or snapshot can only be read with the key. */
  readonly needsKey: boolean
}

export function storeForm(disk: Disk): StoreForm {
  const names = disk.list()
  const newest = names
    .filter((name) => /^journal-\d{8}$/.test(name))
    .sort()
    .at(-1)
  const now = newest === undefined ? 'plain' : formOf(disk, newest)
  const asked = askedForm(disk)
  const truth = names.filter((name) => /^(?:journal|snapshot)-\d{8}$|^restore-(?:ready|going)$/.test(name))
  return { now, wanted: asked ?? now, changing: asked !== null, needsKey: truth.some((name) => formOf(disk, name) === 'sealed') }
}

export function askedForm(disk: Disk): Form | null {
  const names = disk.list()
  return names.includes(ASKED.sealed) ? 'sealed' : names.includes(ASKED.plain) ? 'plain' : null
}

export function formOf(disk: Disk, name: string): Form {
  try {
    const sealed = name.startsWith('journal-') ? headerOrNull(disk, name)?.sealed != null : readSnapshotInfo(disk, name).sealed
    return sealed ? 'sealed' : 'plain'
  } catch {
    return 'plain'
  }
}

function headerOrNull(disk: Disk, name: string): JournalHeader | null {
  return /^journal-\d{8}$/.test(name) ? readHeader(disk, name) : null
}

/** Durable when it returns: the next opening rewrites the store. */
export function askForm(disk: Disk, form: Form): void {
  const file = disk.open(ASKED[form], 'create')
  try {
    file.sync()
  } finally {
    file.close()
  }
  disk.syncFolder()
}

/** Durable when it returns. */
export function forgetForm(disk: Disk): void {
  const names = disk.list()
  const asked = Object.values(ASKED).filter((name) => names.includes(name))
  if (asked.length === 0) return
  for (const name of asked) disk.remove(name)
  disk.syncFolder()
}
