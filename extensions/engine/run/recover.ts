/**
 * What a start finds of the engine before it: queued runs wait again, parked ones stay parked, runs that were running are incomplete, their begun steps
 * unknown, and their logs get an end. Runs before anything new is queued; safe to be cut short and run again.
 */
import { type RunEventBody, type RunRow, runRow } from '#contract'
import { type Clock, integer, type Logger, oneOf, readRows, text } from '#core'
import type { RunFolders, RunStore, Statement } from './ports.ts'
import type { QueueEntry } from './queue.ts'
import { forgetSteps, NO_PERSONA, RUN, RUN_COLUMNS, readSteps, runOf, updateRun } from './rows.ts'
import { spentBy } from './spent.ts'
import { moveRun } from './state.ts'
import { closeLog, lastSeqIn } from './stream/closed-log.ts'
import { runFiles } from './stream/places.ts'

export interface RecoverPorts {
  readonly store: RunStore
  readonly clock: Clock
  readonly log: Logger
  readonly folders: RunFolders
}

export interface Recovered {
  readonly queued: readonly QueueEntry[]
  readonly crashed: readonly string[]
}

const CRASHED = { code: 'engine-crashed', message: 'Troupe ended without a word while it ran.' } as const
const WAITING = { id: text, persona_id: text, priority: oneOf(runRow.shape.priority.options), queued_at: integer, concurrency: integer }
/** More than any setting allows to run or to wait. */
const MAX_ROWS = 200_000
/** Logs that are open at the same time. */
const AT_ONCE = 16

export async function recover(ports: RecoverPorts): Promise<Recovered> {
  const select = (state: string): string => `SELECT ${RUN_COLUMNS} FROM run WHERE state ${state} ORDER BY num`
  const left = (await readRows(ports.store, RUN, select(`= 'running'`), [], { maxRows: MAX_ROWS })).map(runOf)
  for (let at = 0; at < left.length; at += AT_ONCE) {
    await Promise.all(left.slice(at, at + AT_ONCE).map((row) => recoverOne(ports, row)))
  }
  if (left.length > 0) ports.log.warn('Runs were left behind by an engine that crashed.', { runs: left.length })
  const queued = await readRows(
    ports.store,
    WAITING,
    `SELECT id, persona_id, priority, queued_at, concurrency FROM run WHERE state = 'queued' ORDER BY num`,
    [],
    { maxRows: MAX_ROWS },
  )
  return {
    crashed: left.map((row) => row.id),
    queued: queued.map((row) => ({
      id: row.id,
      personaId: row.persona_id === NO_PERSONA ? row.id : row.persona_id,
      priority: row.priority,
      queuedAt: row.queued_at,
      concurrency: row.concurrency,
    })),
  }
}

async function recoverOne({ store, clock, log, folders }: RecoverPorts, row: RunRow): Promise<void> {
  const files = runFiles(folders.runs, row.id)
  const now = clock.now()
  const steps = await readSteps(store, row.id)
  const unknown = steps.filter((step) => step.state === 'running').map((step) => ({ ...step, state: 'unknown' as const, endedAt: now }))
  const before: readonly RunEventBody[] = unknown.map((step) => ({ kind: 'step', step }))
  const lastSeq = await lastSeqIn(files.log).catch((thrown: unknown) => {
    log.warn('The log of a run that was left behind cannot be read.', { run: row.id, problem: String(thrown) })
    return row.lastSeq
  })
  const { usage, costUsd } = spentBy(steps)
  const ended: RunRow = {
    ...moveRun(row, 'incomplete', now, CRASHED),
    usage,
    costUsd: row.bodyKind === 'command' ? 0 : costUsd,
    costKnown: row.bodyKind === 'command' || costUsd !== null,
    lastSeq: lastSeq + before.length + 1,
  }
  const statements: readonly Statement[] = [updateRun(ended, row.state), forgetSteps(row.id, now)]
  await store.write(statements)
  await closeLog(files.log, ended, before).catch((thrown: unknown) => {
    log.warn('The log of a run that was left behind cannot be written.', { run: row.id, problem: String(thrown) })
  })
}
