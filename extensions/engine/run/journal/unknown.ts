/** Steps that may have happened: which of them must be put to the person before a run goes on, and how that is said. */
import type { RunReason } from '#contract'
import type { JournalStep } from './rows.ts'

/** What the person is to tell, oldest first: of each key the newest try, when nobody heard of its end and it is not safe to do it again. */
export function toBeTold(steps: readonly JournalStep[]): readonly JournalStep[] {
  const newest = new Map<string, JournalStep>()
  for (const step of steps) if (step.record.key !== null) newest.set(step.record.key, step)
  return [...newest.values()].filter(({ record }) => record.state === 'unknown' && record.safety === 'unsafe' && !record.aside)
}

/** Why the run cannot go on yet; undefined: it can. */
export function unknownSteps(steps: readonly JournalStep[]): RunReason | undefined {
  const [first, ...others] = toBeTold(steps)
  if (!first) return undefined
  const more = others.length === 0 ? '' : ` Nor of ${others.length} others.`
  const { n, title } = first.record
  const message = `Nobody knows whether step ${n} (${title}) happened: it was under way when something ended beneath it.${more} Look, and tell what happened.`
  return { code: 'unknown-outcome', message }
}
