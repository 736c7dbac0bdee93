/**
 * Named places at which an engine may die, for tests that kill it just there (`test/faults/run-kill.test.ts`). Each stands between two commits, or
 * between a commit and its being told. A product's engine is given none, and nothing happens at any of them.
 */
export const FAULT_POINTS = [
  'step-asked', // nothing is written yet
  'step-begun', // the step is durable, its effect has not begun
  'step-ended', // the effect has happened, nothing of it is written
  'result-kept', // a long result's file is durable, its row is not
  'step-stored', // the result is durable, the thread does not know
  'guidance-taken', // guidance is durable as a step, the thread does not know
  'run-parking', // the body has ended, the parked state is not durable
  'run-parked', // the parked state is durable, its slot is still held
  'run-going-on', // queued again, durably, and in no queue yet
  'run-ending', // the body has ended, the terminal state is not durable
  'run-ended', // the terminal state is durable, the log has no end yet
] as const
export type FaultPoint = (typeof FAULT_POINTS)[number]

export const noFaults = (_point: FaultPoint): void => undefined
