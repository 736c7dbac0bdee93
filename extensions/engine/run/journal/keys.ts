/** A step's idempotency key: the same for every try of it, in this run alone, and nothing can be read from it. */
import { createHash } from 'node:crypto'

export function keyOfStep(runId: string, key: string): string {
  return createHash('sha256').update(`${runId}\n${key}`).digest('hex').slice(0, 32)
}
