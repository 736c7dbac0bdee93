/**
 * Looks at the processes of this machine. Linux: /proc (proc(5): stat, environ). Elsewhere on POSIX: ps(1), without environments.
 * It reads in small portions and gives the event loop air between them: it is called on the main thread too.
 */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

export interface ProcessRow {
  readonly pid: number
  readonly parent: number
  readonly group: number
  /** Changes when a pid is used again; 0 where the system does not say. */
  readonly startedTicks: number
}

/** Processes read without a pause: about a millisecond. */
const PORTION = 32
const air = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** Every process that is alive. A zombie is not: it only waits to be counted by its parent. */
export async function listProcesses(): Promise<readonly ProcessRow[]> {
  return process.platform === 'linux' ? await listProc() : await listPs()
}

/** One process, or undefined when it is gone or a zombie. Linux only; elsewhere a signal 0 decides. */
export function lookAt(pid: number): ProcessRow | undefined {
  if (process.platform === 'linux') return readStat(pid)
  try {
    process.kill(pid, 0)
    return { pid, parent: 0, group: 0, startedTicks: 0 }
  } catch {
    return undefined
  }
}

/** Whether the process was started with this exact `NAME=value`; false when that cannot be read (another user's, or not Linux). */
export function carries(pid: number, test: (variable: string) => boolean): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').some(test)
  } catch {
    return false
  }
}

async function listProc(): Promise<readonly ProcessRow[]> {
  const rows: ProcessRow[] = []
  let read = 0
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    if (++read % PORTION === 0) await air()
    const row = readStat(pid)
    if (row) rows.push(row)
  }
  return rows
}

function readStat(pid: number): ProcessRow | undefined {
  let text: string
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  } catch {
    return undefined
  }
  // The name in brackets may itself hold blanks and brackets: fields count from the last closing one.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  if (state === 'Z' || state === 'X' || state === undefined) return undefined
  return { pid, parent: Number(fields[1]), group: Number(fields[2]), startedTicks: Number(fields[19]) }
}

async function listPs(): Promise<readonly ProcessRow[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { maxBuffer: 16 * 1024 * 1024 })
  const rows: ProcessRow[] = []
  for (const line of stdout.split('\n')) {
    const [pid, parent, group, state] = line.trim().split(/\s+/)
    if (!pid || state?.startsWith('Z')) continue
    rows.push({ pid: Number(pid), parent: Number(parent), group: Number(group), startedTicks: 0 })
  }
  return rows
}

/** Gives the event loop air every few calls, for loops over many processes. */
export function pacer(): () => Promise<void> | undefined {
  let count = 0
  return () => (++count % PORTION === 0 ? air() : undefined)
}
