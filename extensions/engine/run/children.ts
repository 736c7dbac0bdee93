/** What a run's thread left running: none after an orderly end, all of it when the thread died or was given up. */
import { messageOf } from '#core'
import type { LiveRun } from './live-run.ts'
import type { RunPorts } from './ports.ts'
import { endTree } from './tree/end-tree.ts'

type Ports = Pick<RunPorts, 'clock' | 'log'>

export async function endChildren(ports: Ports, run: LiveRun, graceMs: number): Promise<void> {
  await Promise.all([...run.children].map((pid) => endTreeOf(ports, run.row.id, pid, graceMs)))
  run.children.clear()
  // A command looks after its own tree; a model's tools may have left something that went its own way.
  if (run.hadChildren && run.row.bodyKind !== 'command') await endTreeOf(ports, run.row.id, null, graceMs)
}

export async function endTreeOf({ clock, log }: Ports, runId: string, pid: number | null, graceMs: number): Promise<void> {
  try {
    const { left } = await endTree({ pid, runId }, { clock, graceMs })
    if (left.length > 0) log.error('Processes of a run could not be ended.', { run: runId, pids: left })
  } catch (thrown) {
    log.error('The processes of a run could not be looked for.', { run: runId, problem: messageOf(thrown) })
  }
}
