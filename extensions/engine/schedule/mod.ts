/**
 * SCHEDULE: when something is due, and what becomes of what was not done in time. Rules (cron, interval, once, RRULE) on the wall clock of
 * a zone, a heap of due times behind one timer, suspends and jumps of the clock, the policies for missed due times.
 * It refuses what it cannot read, and stores nothing: its caller keeps cursor and lines, in one transaction.
 */
export { type Account, type AccountAsk, account, type Cursor, type Line, type Reason } from './account.ts'
export { type Clockwork, type ClockworkPorts, clockwork } from './clockwork.ts'
export { type DueSpan, dueSpan } from './due.ts'
export { TimeHeap } from './heap.ts'
export { jitterOf } from './jitter.ts'
export { type NotedLine, type Retracted, retract } from './retract.ts'
export { loadRrule } from './rrule.ts'
export { checkRule, type DueTime, nextDue, nextDues, offsetText, wallText } from './rule.ts'
export { type Mark, momentOf, wallAt } from './wall.ts'
export { type Look, look, SLEPT_MS } from './watch.ts'
export { isZone, machineZone, offsetAt } from './zone.ts'

/** What only people need, loaded when they ask. */
export const loadWords = async () => ({ ...(await import('./describe.ts')), ...(await import('./words.ts')) })
