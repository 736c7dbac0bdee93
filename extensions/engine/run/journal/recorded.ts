/** What a run's journal holds, as a body needs it to go on: of each key the newest try, when that has an answer. */
import type { RunFiles } from '../stream/places.ts'
import { answerOf } from './results.ts'
import type { JournalStep } from './rows.ts'

/** One answer of the journal on its way to a thread. */
export interface RecordedStep {
  readonly key: string
  readonly n: number
  readonly state: 'done' | 'failed'
  /** null: not to be compared; what was asked has been changed on purpose (a fork). */
  readonly digest: string | null
  /** JSON of a StepAnswered. */
  readonly answer: string
}

export async function recordedSteps(files: RunFiles, steps: readonly JournalStep[]): Promise<RecordedStep[]> {
  const newest = new Map<string, JournalStep>()
  for (const step of steps) if (step.record.key !== null) newest.set(step.record.key, step)
  const recorded: RecordedStep[] = []
  for (const [key, step] of newest) {
    const { state, aside, inherited, kind, digest, n } = step.record
    if (aside || (state !== 'done' && state !== 'failed')) continue
    const answer = await answerOf(files, step)
    if (answer !== null) {
      // A program's only step is compared with nothing: this machine's folders are in its arguments, and may have moved since.
      recorded.push({ key, n, state, digest: inherited || kind === 'command' ? null : digest, answer })
    }
  }
  return recorded
}
