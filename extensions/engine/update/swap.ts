/** One executable in the place of another, and back. */
import { accessSync, closeSync, constants, copyFileSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export const previousOf = (program: string): string => `${program}.previous`
/** There from a swap until the new one has come up once; `core/node/first-start.ts` reads it. */
export const markOf = (program: string): string => `${program}.new-version`

/** Undefined: it can be replaced. Otherwise why not. */
export function whyFixed(program: string): string | undefined {
  try {
    accessSync(dirname(program), constants.W_OK)
    return undefined
  } catch {
    return `the folder ${dirname(program)} cannot be written; who put Troupe there (a package, a read-only medium) replaces it`
  }
}

/** The mark comes first: a new executable is never there without it. */
export function swap(program: string, fresh: string, version: string): void {
  const previous = previousOf(program)
  rmSync(previous, { force: true })
  try {
    linkSync(program, previous)
  } catch {
    copyFileSync(program, previous)
  }
  writeFileSync(markOf(program), JSON.stringify({ version, starts: 0 }))
  renameSync(fresh, program)
  syncFolder(dirname(program))
}

function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  fsyncSync(handle)
  closeSync(handle)
}
