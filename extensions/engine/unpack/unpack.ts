/** The packed program as files: found whole in the cache, or put there whole. */
import { randomBytes } from 'node:crypto'
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { brotliDecompressSync } from 'node:zlib'
import type { CachePlace } from './cache-places.ts'
import { type AppIndex, indexDigest, readIndex, sha256 } from './index-file.ts'

/** Older versions that nobody started for so long are removed when a new one is unpacked. */
const KEEP_MS = 30 * 24 * 3_600_000
/** What an unpacking left that was killed. */
const LEFTOVER_MS = 3_600_000

export interface Packed {
  readonly index: Uint8Array
  /** All files after one another, in the order of the index, as one Brotli stream. Read only when it is needed. */
  pack(): Uint8Array
}

/** The folder with the program's files, each compared with the index. Throws, with every place's reason, when none can hold them. */
export function unpack(packed: Packed, places: readonly CachePlace[], now: number): string {
  const index = readIndex(packed.index)
  const name = `app-${indexDigest(packed.index).slice(0, 32)}`
  const failures: string[] = []
  for (const { folder: cache } of places) {
    try {
      makePrivate(cache)
      const folder = join(cache, name)
      if (!isWhole(folder, index)) place(folder, index, packed.pack(), now)
      touch(folder, now)
      return folder
    } catch (thrown) {
      failures.push(`${cache}: ${(thrown as Error).message}`)
    }
  }
  throw new Error(
    `Troupe found no folder to unpack itself to.\n  ${failures.join('\n  ')}\n` +
      'Free some space, or point XDG_CACHE_HOME (TMPDIR) to a folder that you can write.',
  )
}

/** Nobody else may be able to put code there. A link is refused: it could lead to somebody else's folder later. */
function makePrivate(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  if (process.platform === 'win32') return
  const found = lstatSync(folder)
  if (!found.isDirectory()) throw new Error('it is not a folder')
  if (found.uid !== userInfo().uid) throw new Error(`it belongs to user ${found.uid}, not to ${userInfo().uid}`)
  if ((found.mode & 0o077) !== 0) throw new Error(`others may enter it (mode ${(found.mode & 0o777).toString(8)}, expected 700)`)
}

function isWhole(folder: string, index: AppIndex): boolean {
  return index.files.every(({ path, bytes, sha256: expected }) => {
    try {
      const full = join(folder, path)
      const found = lstatSync(full)
      return found.isFile() && found.size === bytes && sha256(readFileSync(full)) === expected
    } catch {
      return false
    }
  })
}

/**
 * Into a folder of its own first, and then under its name by one rename: two that start at once both have a whole one, and the second
 * leaves the first one's in place. Nothing is synced to the disk, since every start compares all of it.
 */
function place(folder: string, index: AppIndex, pack: Uint8Array, now: number): void {
  const cache = dirname(folder)
  const mark = randomBytes(6).toString('hex')
  const fresh = join(cache, `.new-${mark}`)
  const old = join(cache, `.old-${mark}`)
  try {
    writeFiles(fresh, index, pack)
    if (lstatSync(folder, { throwIfNoEntry: false })) renameSync(folder, old)
    try {
      renameSync(fresh, folder)
    } catch (thrown) {
      if (!isWhole(folder, index)) throw thrown
    }
  } finally {
    for (const path of [fresh, old]) rmSync(path, { recursive: true, force: true })
  }
  sweep(cache, folder, now)
}

function writeFiles(folder: string, { files }: AppIndex, pack: Uint8Array): void {
  const all = brotliDecompressSync(pack, { maxOutputLength: files.reduce((sum, { bytes }) => sum + bytes, 0) + 1 })
  let at = 0
  for (const { path, bytes, sha256: expected, runs } of files) {
    const content = all.subarray(at, at + bytes)
    at += bytes
    if (sha256(content) !== expected) throw new Error(`${path} is damaged inside the program file; get Troupe again`)
    const full = join(folder, path)
    mkdirSync(dirname(full), { recursive: true, mode: 0o700 })
    writeFileSync(full, content, { flag: 'wx', mode: runs ? 0o700 : 0o600 })
  }
}

function touch(folder: string, now: number): void {
  utimesSync(folder, now / 1000, now / 1000)
}

function sweep(cache: string, kept: string, now: number): void {
  for (const name of readdirSync(cache)) {
    const path = join(cache, name)
    const age = /^app-[0-9a-f]{32}$/.test(name) ? KEEP_MS : /^\.(new|old)-/.test(name) ? LEFTOVER_MS : undefined
    if (age === undefined || path === kept) continue
    const found = statSync(path, { throwIfNoEntry: false })
    if (found && now - found.mtimeMs > age) rmSync(path, { recursive: true, force: true })
  }
}
