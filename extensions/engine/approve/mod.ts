/**
 * APPROVE: what may happen without asking, what is asked first, and one inbox for everything that waits for a person.
 * It refuses: a rule that would let more through than it looks, a decision about a call that the person did not see, a second decision,
 * an answer that does not fit its question. It runs no call and moves no run: it answers, and asks for a run to go on.
 */
import type { ApprovePorts } from './ports.ts'

export type { ApprovalFallback, ApprovePorts, ApproveStore, InboxSource, Migration } from './ports.ts'
export type { Approvals, CallAnswer, CallAsk, PersonAnswer, PersonAsk } from './room.ts'

/** Loaded with the first call that is judged or looked at. */
export const openApprovals = async (ports: ApprovePorts) => (await import('./room.ts')).openApprovals(ports)
