/**
 * Ends a child with everything it started: SIGTERM to its group and to those of its descendants that left the group, a grace,
 * then SIGKILL until nothing is left. A descendant is found by its group, by its parents, or by TROUPE_RUN in its environment
 * (that also finds one that called setsid and whose parent is gone). One that does both and clears its environment before we
 * first look cannot be found without cgroups. Windows: `taskkill /T /F`, which walks the tree itself.
 */
import { execFile } from 'node:child_process'
import type { Clock } from '#core'
import { carries, listProcesses, lookAt, type ProcessRow, pacer } from './processes.ts'

export interface Tree {
  /** The child; it leads its own process group. null: only what carries the run's mark is looked for. */
  readonly pid: number | null
  readonly runId: string
}

export interface EndTreePorts {
  readonly clock: Clock
  /** Milliseconds between SIGTERM and SIGKILL; 0 kills at once. */
  readonly graceMs: number
  /** What it is asked to end by. Default SIGTERM. */
  readonly signal?: NodeJS.Signals
}

/** Members that would not end even after SIGKILL (stuck in the kernel): the caller says so. */
export interface TreeEnd {
  readonly ended: number
  readonly left: readonly number[]
}

const POLL_MS = 25
const KILL_ROUNDS = 40

type Members = Map<number, ProcessRow>

export async function endTree(tree: Tree, ports: EndTreePorts): Promise<TreeEnd> {
  if (process.platform === 'win32') return tree.pid === null ? { ended: 0, left: [] } : await endOnWindows(tree.pid)
  const known: Members = new Map()
  await look(tree, known)
  if (ports.graceMs > 0 && known.size > 0) {
    signalAll(tree, known, ports.signal ?? 'SIGTERM')
    await untilGone(tree, known, ports)
  }
  const before = known.size
  for (let round = 0; round < KILL_ROUNDS; round++) {
    // Looks again each time: what is dying may still fork.
    await look(tree, known)
    if (alive(known).length === 0) return { ended: before, left: [] }
    signalAll(tree, known, 'SIGKILL')
    await pause(ports.clock, POLL_MS)
  }
  return { ended: before, left: alive(known).map((row) => row.pid) }
}

/** Whether anything of a child's tree still lives, the child itself aside. */
export async function hasDescendants(tree: Tree): Promise<boolean> {
  if (process.platform === 'win32') return false
  const known: Members = new Map()
  await look(tree, known)
  if (tree.pid !== null) known.delete(tree.pid)
  return known.size > 0
}

/** Adds every member that lives now. Those that were found once stay known, though their trace may vanish. */
async function look(tree: Tree, known: Members): Promise<void> {
  const rows = (await listProcesses()).filter((row) => row.pid !== process.pid)
  const children = Map.groupBy(rows, (row) => row.parent)
  const add = (row: ProcessRow): void => {
    if (known.get(row.pid)?.startedTicks === row.startedTicks) return
    known.set(row.pid, row)
    for (const child of children.get(row.pid) ?? []) add(child)
  }
  const mark = `TROUPE_RUN=${tree.runId}`
  const breathe = pacer()
  for (const row of rows) {
    await breathe()
    if (row.pid === tree.pid || row.group === tree.pid || carries(row.pid, (variable) => variable === mark)) add(row)
    else if (known.has(row.parent) && lookAt(row.parent)) add(row)
  }
}

function alive(known: Members): readonly ProcessRow[] {
  // The start tells a member from a stranger that was given its pid.
  return [...known.values()].filter((row) => lookAt(row.pid)?.startedTicks === row.startedTicks)
}

function signalAll(tree: Tree, known: Members, signal: NodeJS.Signals): void {
  const members = alive(known)
  if (tree.pid !== null && members.some((row) => row.group === tree.pid)) send(-tree.pid, signal)
  for (const row of members) if (row.group !== tree.pid) send(row.pid, signal)
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in between, or (a program that changed its user) not ours to signal: the next look tells which.
  }
}

async function untilGone(tree: Tree, known: Members, ports: EndTreePorts): Promise<void> {
  const deadline = ports.clock.now() + ports.graceMs
  while (ports.clock.now() < deadline) {
    await pause(ports.clock, POLL_MS)
    if (alive(known).length > 0) continue
    await look(tree, known)
    if (alive(known).length === 0) return
    signalAll(tree, known, ports.signal ?? 'SIGTERM')
  }
}

const pause = (clock: Clock, delayMs: number): Promise<void> => new Promise((resolve) => void clock.after(delayMs, resolve))

function endOnWindows(pid: number): Promise<TreeEnd> {
  return new Promise((resolve) => {
    execFile('taskkill', ['/PID', String(pid), '/T', '/F'], { windowsHide: true }, () => resolve({ ended: 1, left: [] }))
  })
}
