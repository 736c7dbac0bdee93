/** Whether an event may go on: how deep, how many, at what cost, and whether it comes back to its own cause. [BU8] */
import { TRIGGER_LIMITS } from '#contract/plain'

export interface Cascade {
  readonly depth: number
  /** Events under the same root, this one included. */
  readonly events: number
  readonly costUsd: number
  /** Triggers among its causes. */
  readonly path: readonly string[]
}

/** Why a delivery to this subscription is not made; undefined: it is. */
export function whyStopped(
  { depth, events, costUsd, path }: Cascade,
  subscriptionId: string,
  nameOf: (id: string) => string,
): string | undefined {
  const { cascadeDepth, cascadeEvents, cascadeCostUsd } = TRIGGER_LIMITS
  if (depth === 0) return undefined
  const again = path.indexOf(subscriptionId)
  if (again >= 0) return `loop: ${[...path.slice(again), subscriptionId].map(nameOf).join(' → ')}`
  if (depth > cascadeDepth) return `depth: ${depth} runs have caused each other, and ${cascadeDepth} is the most.`
  if (events > cascadeEvents) return `count: ${events} events come from one, and ${cascadeEvents} is the most.`
  if (costUsd > cascadeCostUsd)
    return `cost: runs from one event have cost ${costUsd.toFixed(2)} US dollars, and ${cascadeCostUsd} is the most.`
  return undefined
}
