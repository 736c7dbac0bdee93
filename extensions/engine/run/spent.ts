/** What a run has spent, added up from its steps. */
import type { StepRecord, TokenUsage } from '#contract'

export interface Spent {
  /** Model calls that it made itself. */
  readonly calls: number
  readonly usage: TokenUsage | null
  /** null: not known. */
  readonly costUsd: number | null
}

type Counted = Pick<StepRecord, 'kind' | 'state' | 'usage' | 'costUsd' | 'inherited'>

/** Only model calls cost, and nodes of a team that had personas make some. A call without a known price, or whose end nobody heard, makes the sum unknown (never zero in its place). */
export function spentBy(steps: readonly Counted[]): Spent {
  let calls = 0
  let usage: TokenUsage | null = null
  let costUsd: number | null = 0
  for (const step of steps) {
    // What another run paid for is not paid again.
    if (step.inherited || (step.kind !== 'model' && !(step.kind === 'node' && step.costUsd !== 0))) continue
    calls++
    usage = step.usage === null ? usage : usage === null ? step.usage : added(usage, step.usage)
    costUsd =
      costUsd === null || step.costUsd === null || step.state === 'running' || step.state === 'unknown' ? null : costUsd + step.costUsd
  }
  return { calls, usage, costUsd }
}

function added(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: sum(a.input, b.input),
    output: sum(a.output, b.output),
    cachedInput: sum(a.cachedInput, b.cachedInput),
    reasoning: sum(a.reasoning, b.reasoning),
  }
}

const sum = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : a + b)
