/**
 * The states of a run, and the one place that changes them.
 *
 *   queued ──▶ running ──▶ succeeded | failed | cancelled | incomplete
 *     │           ▲ ▼
 *     │         parked (reserved: approvals, timers and budgets come with their own issue)
 *     └──────▶ cancelled
 *
 * queued      Durable, and waits for a slot. An engine that starts queues it again.
 * running     Durable before its body has any effect, so that nothing is ever done twice. An engine that starts finds it
 *             left behind and moves it to incomplete/engine-crashed.
 * succeeded   The body finished (done).
 * failed      The body, its program, its models or a limit said no.
 * cancelled   The person ended it.
 * incomplete  Something beneath it ended: its thread, or the engine, in order or not.
 *
 * A terminal state is never left, always has a reason, and its `state` event is the last one of the run's stream.
 */
import type { RunReason, RunRow, RunState } from '#contract'
import { isTerminal, TERMINAL_STATES } from '#contract/plain'
import { TroupeError } from '#core'

export const MOVES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'cancelled'],
  running: ['parked', ...TERMINAL_STATES],
  parked: ['running', ...TERMINAL_STATES],
  succeeded: [],
  failed: [],
  cancelled: [],
  incomplete: [],
}

/** The row in its new state, with the times that belong to it. INTERNAL for a move that the table does not allow. */
export function moveRun(row: RunRow, to: RunState, at: number, reason: RunReason | null): RunRow {
  if (!MOVES[row.state].includes(to)) {
    throw new TroupeError('INTERNAL', `Run ${row.id} cannot go from ${row.state} to ${to}.`, { facts: { from: row.state, to } })
  }
  if (isTerminal(to) !== (reason !== null)) {
    throw new TroupeError('INTERNAL', `Run ${row.id}: a terminal state needs a reason, and no other state has one (${to}).`)
  }
  return {
    ...row,
    state: to,
    reason,
    startedAt: to === 'running' ? (row.startedAt ?? at) : row.startedAt,
    // A clock that was set back must not make a run end before it began.
    endedAt: isTerminal(to) ? Math.max(at, row.startedAt ?? row.queuedAt) : null,
  }
}
