/**
 * The states of a run, and the one place that changes them.
 *
 *   queued ──▶ running ──▶ succeeded | failed | cancelled | incomplete
 *    │  ▲ ▲      │ │
 *    │  │ └──────┘ └──▶ parked ──▶ queued | cancelled | failed | incomplete
 *    │  └ what it waited for has come, or what broke beneath it is whole again
 *    └──────▶ cancelled
 *
 * queued      Durable, and waits for a slot. An engine that starts queues it again.
 * running     Durable before its body has any effect. What it has done stands in its journal, so that nothing is ever done twice: when its thread
 *             or its engine ends, it is queued again and goes on from there, parked when nobody knows what happened to a step, or incomplete.
 * parked      Waits for something outside, and says for what; holds no slot, no thread and no memory: it is a row. `sealed`, `approval`, `question`,
 *             `timer`, `input`, `budget`, `unknown-outcome`, `loop`, `retry`. It goes on through the queue, at its old place, when that has come
 *             (at `wakeAt` at the latest). An engine that starts leaves it parked.
 * succeeded   The body finished (done).
 * failed      The body, its program, its models or a limit said no.
 * cancelled   The person ended it.
 * incomplete  Something beneath it ended, and it was not gone on with; or a replay came to the end of the record.
 *
 * A terminal state is never left. It and parked always have a reason, no other state has one; a terminal state has its `state` event as the last one of the run's stream.
 */
import type { RunReason, RunRow, RunState } from '#contract'
import { isTerminal, TERMINAL_STATES } from '#contract/plain'
import { TroupeError } from '#core'

export const MOVES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'cancelled'],
  running: ['queued', 'parked', ...TERMINAL_STATES],
  parked: ['queued', ...TERMINAL_STATES],
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
  if ((isTerminal(to) || to === 'parked') !== (reason !== null)) {
    throw new TroupeError('INTERNAL', `Run ${row.id}: parked and every terminal state need a reason, and no other state has one (${to}).`)
  }
  return {
    ...row,
    state: to,
    reason,
    wakeAt: null,
    startedAt: to === 'running' ? (row.startedAt ?? at) : row.startedAt,
    // A clock that was set back must not make a run end before it began.
    endedAt: isTerminal(to) ? Math.max(at, row.startedAt ?? row.queuedAt) : null,
  }
}
