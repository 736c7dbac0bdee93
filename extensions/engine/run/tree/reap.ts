/**
 * Finds and ends what an engine that crashed left behind: every process whose TROUPE_ENGINE names this data folder and another
 * instance of the engine. Linux only (it reads /proc/<pid>/environ); elsewhere it finds nothing, and says so by answering null.
 */
import { createHash } from 'node:crypto'
import type { Chance, Clock } from '#core'
import { carries, listProcesses, lookAt, type ProcessRow, pacer } from './processes.ts'

export const ENGINE_VARIABLE = 'TROUPE_ENGINE'
export const RUN_VARIABLE = 'TROUPE_RUN'

/** Who started a child: the data folder, then this one start of the engine. Neither is a secret. */
export interface EngineMark {
  readonly owner: string
  readonly instance: string
}

export function engineMark(runsFolder: string, chance: Chance): EngineMark {
  const owner = createHash('sha256').update(runsFolder).digest('hex').slice(0, 16)
  return { owner, instance: Buffer.from(chance.bytes(8)).toString('hex') }
}

/** What every child of a run carries in its environment. */
export function childMarks(runId: string, engine: string): Readonly<Record<string, string>> {
  return { [RUN_VARIABLE]: runId, [ENGINE_VARIABLE]: engine }
}

export const markText = (mark: EngineMark): string => `${mark.owner}:${mark.instance}`

/** Ends orphans: SIGTERM, a grace, SIGKILL. Answers how many there were; null where they cannot be found. */
export async function reapOrphans(mark: EngineMark, ports: { readonly clock: Clock; readonly graceMs: number }): Promise<number | null> {
  if (process.platform !== 'linux') return null
  const orphans = await findOrphans(mark)
  signal(orphans, 'SIGTERM')
  const deadline = ports.clock.now() + ports.graceMs
  while (living(orphans).length > 0 && ports.clock.now() < deadline) {
    await new Promise<void>((resolve) => void ports.clock.after(50, resolve))
  }
  signal(orphans, 'SIGKILL')
  return orphans.length
}

async function findOrphans(mark: EngineMark): Promise<readonly ProcessRow[]> {
  const rows = await listProcesses()
  const spared = ancestors(rows)
  const own = markText(mark)
  const isOrphan = (variable: string): boolean =>
    variable.startsWith(`${ENGINE_VARIABLE}=${mark.owner}:`) && variable !== `${ENGINE_VARIABLE}=${own}`
  const found: ProcessRow[] = []
  const breathe = pacer()
  for (const row of rows) {
    await breathe()
    if (!spared.has(row.pid) && carries(row.pid, isOrphan)) found.push(row)
  }
  return found
}

/** This process and those above it: an engine that was started from within a run must not end itself. */
function ancestors(rows: readonly ProcessRow[]): ReadonlySet<number> {
  const parents = new Map(rows.map((row) => [row.pid, row.parent]))
  const line = new Set<number>()
  for (let pid: number | undefined = process.pid; pid !== undefined && pid > 0 && !line.has(pid); pid = parents.get(pid)) line.add(pid)
  return line
}

const living = (rows: readonly ProcessRow[]): readonly ProcessRow[] =>
  rows.filter((row) => lookAt(row.pid)?.startedTicks === row.startedTicks)

function signal(rows: readonly ProcessRow[], name: 'SIGTERM' | 'SIGKILL'): void {
  for (const row of living(rows)) {
    try {
      process.kill(row.pid, name)
    } catch {
      // Gone in between.
    }
  }
}
