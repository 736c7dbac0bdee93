/** What others may read of a run's journal: its steps, and what one of them answered. */
import type { StepRecord } from '#contract'
import { TroupeError } from '#core'
import type { RunPorts } from '../ports.ts'
import { runFiles } from '../stream/places.ts'
import { answerOf } from './results.ts'
import { readJournal, readSteps } from './rows.ts'

export const stepsOf = ({ store }: Pick<RunPorts, 'store'>, id: string): Promise<readonly StepRecord[]> => readSteps(store, id)

/** What a step answered, whole; undefined: it has no answer. NOT_FOUND, DAMAGED. */
export async function answerOfStep({ store, folders }: Pick<RunPorts, 'store' | 'folders'>, id: string, step: number): Promise<unknown> {
  const found = (await readJournal(store, id)).find(({ record }) => record.n === step)
  if (!found) throw new TroupeError('NOT_FOUND', `There is no step ${step} in ${id}.`)
  const answer = await answerOf(runFiles(folders.runs, id), found)
  return answer === null ? undefined : (JSON.parse(answer) as { readonly result?: unknown }).result
}
