/**
 * HEAL: what becomes of a run that failed, and what keeps trouble from spreading: retries with a due time, a ladder of changes,
 * breakers, proposals of a changed persona, safe mode.
 * It refuses: a retry beyond its budget or of what nobody knows the outcome of, a call through an open breaker, a change of a persona
 * that its person did not take. It runs nothing itself: it answers, and asks for a run to go on.
 */
import type { HealPorts } from './ports.ts'

export type { Failure } from './decide.ts'
export type { HealPersona, HealPorts, HealStore, Migration } from './ports.ts'
export type { Proposals } from './proposals.ts'
export type { AttemptEnd, Healing, Verdict } from './room.ts'
export { endedInOrder, judgeStart, readNote, SAFE_MODE, type StartNote, type StartVerdict } from './safe-mode.ts'

/** Loaded with the first failure, or when somebody looks. */
export const openHealing = async (ports: HealPorts) => (await import('./room.ts')).openHealing(ports)
