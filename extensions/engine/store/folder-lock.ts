/**
 * One folder, one owner: a file `owner` that names the process which has the store open. Node offers no lock that the system gives
 * back when a process dies, so a claim counts only while its process lives, and a process number that was given out again is told
 * from the owner by the time at which it started (Linux) or by the machine's start (elsewhere).
 */
import { chmodSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { join } from 'node:path'
import { type Clock, messageOf, TroupeError } from '#core'

interface Owner {
  readonly pid: number
  readonly host: string
  /** What tells this process from a later one with the same number. */
  readonly started: string
  readonly since: number
}

export interface FolderClaim {
  release(): void
}

let claims = 0

export function claimFolder(folder: string, clock: Clock): FolderClaim {
  const path = join(folder, 'owner')
  const mine: Owner = { pid: process.pid, host: hostname(), started: startOf(process.pid, clock) ?? '', since: clock.now() }
  const draft = `${path}.${process.pid}.${++claims}`
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if (process.platform !== 'win32') chmodSync(folder, 0o700)
    writeFileSync(draft, JSON.stringify(mine), { mode: 0o600 })
  } catch (thrown) {
    throw new TroupeError('DISK', `The data folder cannot be written: ${messageOf(thrown)}.`, { cause: thrown, facts: { folder } })
  }
  try {
    for (let attempt = 0; attempt < 5; attempt++) {
      if (tryLink(draft, path)) return { release: () => releaseClaim(path, mine) }
      const owner = readOwner(path)
      if (owner && lives(owner, clock)) throw taken(folder, owner)
      if (owner) removeDead(path, `${draft}.dead`, owner)
    }
    throw new TroupeError('CONFLICT', 'The store is being opened by another process at this moment.', { facts: { folder } })
  } finally {
    rmSync(draft, { force: true })
  }
}

/** What a disk without hard links answers to one (exFAT on a stick, some network folders). */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES'])

/** A hard link either makes the claim with its whole content, or fails because somebody has it. */
function tryLink(draft: string, path: string): boolean {
  try {
    linkSync(draft, path)
    return true
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    if (code !== undefined && NO_LINKS.has(code)) return tryCreate(draft, path)
    throw new TroupeError('DISK', `The data folder cannot be claimed: ${messageOf(thrown)}.`, { cause: thrown })
  }
}

function tryCreate(draft: string, path: string): boolean {
  try {
    writeFileSync(path, readFileSync(draft), { flag: 'wx', mode: 0o600 })
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw new TroupeError('DISK', `The data folder cannot be claimed: ${messageOf(thrown)}.`, { cause: thrown })
  }
}

function readOwner(path: string): Owner | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    // A claim is linked whole, so one that cannot be read was damaged afterwards: nobody can say whose it is.
    return { pid: 0, host: '', started: '', since: 0 }
  }
}

/** Moves a dead claim aside. If another starter was faster, what was moved is its living claim, and is put back. */
function removeDead(path: string, aside: string, dead: Owner): void {
  try {
    renameSync(path, aside)
  } catch {
    return // somebody else has moved it
  }
  const moved = readOwner(aside)
  if (moved && (moved.pid !== dead.pid || moved.since !== dead.since)) tryLink(aside, path)
  rmSync(aside, { force: true })
}

function releaseClaim(path: string, mine: Owner): void {
  const owner = readOwner(path)
  if (owner?.pid === mine.pid && owner.since === mine.since) rmSync(path, { force: true })
}

function lives(owner: Owner, clock: Clock): boolean {
  if (owner.pid === 0) return false
  // Another machine's processes cannot be asked: its claim is believed.
  if (owner.host !== hostname()) return true
  const started = startOf(owner.pid, clock)
  if (started === null) return false
  if (started.startsWith('ticks ') && owner.started.startsWith('ticks ')) return started === owner.started
  // Machine start in seconds; it wavers a little with clock corrections.
  return Math.abs(Number(started.slice(5)) - Number(owner.started.slice(5))) < 120
}

/** Null when there is no such process. */
function startOf(pid: number, clock: Clock): string | null {
  try {
    process.kill(pid, 0)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPERM') return null
  }
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // proc(5): the name in parentheses may hold blanks; field 22, the start in ticks, is the 20th after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // A zombie has ended; it only waits for its parent to look.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : `ticks ${boot} ${fields[19]}`
  } catch {
    return `boot ${Math.round(clock.now() / 1000 - uptime())}`
  }
}

function taken(folder: string, owner: Owner): TroupeError {
  const who = owner.pid === process.pid ? 'this process' : `process ${owner.pid} on ${owner.host}`
  return new TroupeError('CONFLICT', `The store is open already: ${who} has had it since ${new Date(owner.since).toISOString()}.`, {
    hint: `Stop that one first, or use its window. If it does not exist any more, remove ${join(folder, 'owner')}.`,
    facts: { folder, pid: owner.pid, host: owner.host },
  })
}
