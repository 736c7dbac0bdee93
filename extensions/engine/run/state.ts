/**
 * The states of a run, and the one place that changes them.
 *
 *   queued ──▶ running ──▶ succeeded | failed | cancelled | incomplete
 *    │  ▲        ▲ ▼
 *    │  └────── parked ──▶ cancelled
 *    └──────▶ cancelled
 *
 * queued      Durable, and waits for a slot. An engine that starts queues it again.
 * parked      Waits for something outside, and says for what; holds no slot. `sealed`: it needs a secret, the vault is sealed, and its
 *             body was not begun, so after an unlock it is queued at its old place. An engine that starts leaves it parked.
 *             (running again without the queue, and ends other than a cancel: reserved for approvals, timers and budgets.)
 * running     Durable before its body has any effect, so that nothing is ever done twice. An engine that starts finds it
 *             left behind and moves it to incomplete/engine-crashed.
 * succeeded   The body finished (done).
 * failed      The body, its program, its models or a limit said no.
 * cancelled   The person ended it.
 * incomplete  Something beneath it ended: its thread, or the engine, in order or not.
 *
 * A terminal state is never left. It and parked always have a reason, no other state has one; a terminal state has its `state` event as the last one of the run's stream.
 */
import type { RunReason, RunRow, RunState } from '#contract'
import { isTerminal, TERMINAL_STATES } from '#contract/plain'
import { TroupeError } from '#core'

export const MOVES: Readonly<Record<RunState, readonly RunState[]>> = {
  queued: ['running', 'cancelled'],
  running: ['parked', ...TERMINAL_STATES],
  parked: ['queued', 'running', ...TERMINAL_STATES],
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
    startedAt: to === 'running' ? (row.startedAt ?? at) : row.startedAt,
    // A clock that was set back must not make a run end before it began.
    endedAt: isTerminal(to) ? Math.max(at, row.startedAt ?? row.queuedAt) : null,
  }
}
