/**
 * What process trees take: memory and processor time of a process, its group and its descendants. Linux: /proc (proc(5): stat, status). Elsewhere on
 * POSIX: ps(1). Windows: nothing. Read in portions, with air for the event loop between them.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'

export interface TreeUsage {
  readonly memoryBytes: number
  /** Of all their life; of those that have ended, what their parent has counted is left out. */
  readonly cpuMs: number
  readonly processes: number
}

interface Row {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly cpuMs: number
  /** Not read yet on Linux: only those of members are. */
  readonly memoryBytes: number | undefined
}

const PORTION = 32
/** USER_HZ, which Linux shows to every program whatever its kernel counts with. */
const TICK_MS = 10
const air = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

/** By process; those that are gone are left out. */
export async function treeUsage(pids: readonly number[]): Promise<ReadonlyMap<number, TreeUsage>> {
  if (pids.length === 0 || process.platform === 'win32') return new Map()
  const rows = process.platform === 'linux' ? await procRows() : await psRows()
  const children = Map.groupBy(rows, ({ parent }) => parent)
  const groups = Map.groupBy(rows, ({ group }) => group)
  const usage = new Map<number, TreeUsage>()
  for (const pid of pids) {
    const members = new Map<number, Row>()
    const add = (row: Row): void => {
      if (members.has(row.pid)) return
      members.set(row.pid, row)
      for (const child of children.get(row.pid) ?? []) add(child)
    }
    for (const row of groups.get(pid) ?? []) add(row)
    if (members.size > 0) usage.set(pid, sumOf([...members.values()]))
  }
  return usage
}

function sumOf(rows: readonly Row[]): TreeUsage {
  let [memoryBytes, cpuMs] = [0, 0]
  for (const row of rows) {
    memoryBytes += row.memoryBytes ?? residentBytes(row.pid)
    cpuMs += row.cpuMs
  }
  return { memoryBytes, cpuMs, processes: rows.length }
}

function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s*(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024
  } catch {
    return 0
  }
}

async function procRows(): Promise<readonly Row[]> {
  const rows: Row[] = []
  let read = 0
  for (const name of readdirSync('/proc')) {
    const pid = Number(name)
    if (!Number.isInteger(pid)) continue
    if (++read % PORTION === 0) await air()
    const row = statOf(pid)
    if (row) rows.push(row)
  }
  return rows
}

function statOf(pid: number): Row | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    // The name in brackets may itself hold blanks and brackets: fields count from the last closing one.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * TICK_MS
    return { pid, parent: Number(fields[1]), group: Number(fields[2]), cpuMs, memoryBytes: undefined }
  } catch {
    return undefined
  }
}

async function psRows(): Promise<readonly Row[]> {
  const { execFile } = process.getBuiltinModule('node:child_process')
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,pgid=,rss=,time='], { maxBuffer: 16 * 1024 * 1024 })
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, group, kilobytes, time = ''] = line.trim().split(/\s+/)
    const seconds = time.split(/[:-]/).reduce((sum, part) => sum * 60 + Number(part), 0)
    return pid
      ? [{ pid: Number(pid), parent: Number(parent), group: Number(group), memoryBytes: Number(kilobytes) * 1024, cpuMs: seconds * 1000 }]
      : []
  })
}

/** Open TCP connections to these ports of this machine; null: the system does not say (it is not Linux). */
export async function openConnections(ports: readonly number[]): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const wanted = new Set(ports)
  let open = 0
  for (const file of ['/proc/net/tcp', '/proc/net/tcp6']) {
    await air()
    for (const line of readLines(file)) {
      const [, local, , state] = line.trim().split(/\s+/)
      // 01: established.
      if (state === '01' && wanted.has(Number.parseInt(local?.split(':')[1] ?? '', 16))) open += 1
    }
  }
  return open
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'latin1').split('\n')
  } catch {
    return []
  }
}
