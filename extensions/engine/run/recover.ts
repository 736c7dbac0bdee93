/**
 * What a start finds of the engine before it: queued runs wait again, parked ones stay parked (they are not even read), and runs that were running
 * are gone on with from their journals, parked when somebody must tell what happened, or ended. Runs before anything new is queued; safe to be cut
 * short and run again.
 */
import { runRow } from '#contract'
import { type Clock, integer, type Logger, messageOf, oneOf, readRows, text } from '#core'
import type { Conductor } from './conductor.ts'
import type { LiveRuns } from './live-runs.ts'
import type { RunStore } from './ports.ts'
import type { QueueEntry } from './queue.ts'
import { NO_PERSONA, RUN, RUN_COLUMNS, type RunRecord } from './rows.ts'

export interface RecoverPorts {
  readonly store: RunStore
  readonly clock: Clock
  readonly log: Logger
}

const CRASHED = { code: 'engine-crashed', message: 'Troupe ended without a word while it ran.' } as const
const WAITING = { id: text, persona_id: text, priority: oneOf(runRow.shape.priority.options), queued_at: integer, concurrency: integer }
/** More than any setting allows to run or to wait. */
const MAX_ROWS = 200_000
/** Logs that are open at the same time. */
const AT_ONCE = 16

/** Answers what waits for a slot. */
export async function recover(ports: RecoverPorts, live: LiveRuns, conductor: Conductor): Promise<readonly QueueEntry[]> {
  const running = `SELECT ${RUN_COLUMNS} FROM run WHERE state = 'running' ORDER BY num`
  const left = await readRows(ports.store, RUN, running, [], { maxRows: MAX_ROWS })
  for (let at = 0; at < left.length; at += AT_ONCE) {
    await Promise.all(left.slice(at, at + AT_ONCE).map((record) => recoverOne(ports, live, conductor, record)))
  }
  if (left.length > 0) ports.log.warn('Runs were left behind by an engine that crashed.', { runs: left.length })
  const queued = await readRows(
    ports.store,
    WAITING,
    `SELECT id, persona_id, priority, queued_at, concurrency FROM run WHERE state = 'queued' ORDER BY num`,
    [],
    { maxRows: MAX_ROWS },
  )
  return queued.map((row) => ({
    id: row.id,
    personaId: row.persona_id === NO_PERSONA ? row.id : row.persona_id,
    priority: row.priority,
    queuedAt: row.queued_at,
    concurrency: row.concurrency,
  }))
}

/** One that cannot be recovered is left as it is, and said: it must not keep the others, or the engine, from starting. */
async function recoverOne({ log }: RecoverPorts, live: LiveRuns, conductor: Conductor, record: RunRecord): Promise<void> {
  const run = await live.take(record)
  try {
    await conductor.recover(run, CRASHED)
    await run.stream.settled()
  } catch (thrown) {
    log.error('A run that was left behind could not be recovered; the next start tries again.', {
      run: record.id,
      problem: messageOf(thrown),
    })
  }
  live.remove(run)
  await run.stream.close()
}
