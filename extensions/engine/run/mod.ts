/**
 * RUN: everything between "run this" and "it ended, because". Queues runs within their limits, hosts them on run threads, numbers and
 * keeps their live output, journals their steps, ends them (cancel, timeout, stop) with their whole process trees, and answers about
 * all runs there ever were.
 * It refuses: a run of an archived or sleeping persona, parameters that do not fit, one run more than the queue holds, a cancel of a
 * run that has ended. It knows no model and no provider; personas, prompts and models come in through ports.
 */

export type { Runs, StartAsk } from './door.ts'
export { FAULT_POINTS, type FaultPoint } from './fault-points.ts'
export {
  BROKEN_BENEATH,
  type GateAnswer,
  type GateAsk,
  type GateSettle,
  type GateWrites,
  type HealAnswer,
  openGate,
  type RunGate,
  type TryEnd,
} from './gate.ts'
export type { BorrowAsk, Borrowed, KeyPlace, RunLease, RunLending } from './lending.ts'
export { runAfterRestore, runMigrations } from './migrations.ts'
export type { Migration, PreparedRun, RunFolders, RunPersona, RunPorts, RunStore, RunTimings } from './ports.ts'
export { type QueueEntry, type QueueLimits, RunQueue } from './queue.ts'
export { type KeepingRuns, runRetention } from './retention.ts'
export { openRuns } from './runs.ts'
export { endTree } from './tree/end-tree.ts'
