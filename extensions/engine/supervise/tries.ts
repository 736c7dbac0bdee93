/** When a service that ended by itself is tried again, and when no more. */
import { SERVICE_LIMITS } from '#contract/plain'

/** How long to wait after the `inRow`th end in a row (from 1). `chance`: 0 to 1; 0.5 is the middle. Never more than the most. */
export function backOffMs(inRow: number, chance: number): number {
  const { backOffFirstMs, backOffMostMs, backOffJitter } = SERVICE_LIMITS
  const plain = Math.min(backOffMostMs, backOffFirstMs * 2 ** Math.min(inRow - 1, 20))
  return Math.min(backOffMostMs, Math.round(plain * (1 + (chance - 0.5) * backOffJitter)))
}

/** Takes one more end into account. The budget decays: an end counts for SERVICE_LIMITS.budgetMs. */
export function countEnd(ends: readonly number[], now: number): { readonly ends: readonly number[]; readonly spent: boolean } {
  const counting = [...endsThatCount(ends, now), now]
  return { ends: counting, spent: counting.length > SERVICE_LIMITS.budgetEnds }
}

export const endsThatCount = (ends: readonly number[], now: number): readonly number[] =>
  ends.filter((at) => now - at < SERVICE_LIMITS.budgetMs)
