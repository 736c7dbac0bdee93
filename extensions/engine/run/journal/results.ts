/**
 * What steps answered. A short answer is in the step's row; a long one is a file named by its SHA-256, in the run's own folder, durable before the
 * row that names it. The same answer twice is one file. A file that no row names (the engine ended between the two) is harmless.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, TroupeError } from '#core'
import { writeDurable } from '../asked.ts'
import type { RunFiles } from '../stream/places.ts'
import type { JournalStep } from './rows.ts'

/** Rows live in memory, all of them. */
const ROW_CHARS = 2_048

/** What a step answered, as it is kept: `result`, or what stands for it when it was not done. */
export type StepAnswered = { readonly result: unknown } | { readonly instead: { readonly ok: boolean; readonly text: string } }

type Kept = Pick<JournalStep, 'answer' | 'sha256'>

/** Keeps an answer (JSON of a StepAnswered); the file is durable when this resolves. */
export async function keepAnswer(files: RunFiles, answer: string): Promise<Kept> {
  if (answer.length <= ROW_CHARS) return { answer, sha256: null }
  const sha256 = createHash('sha256').update(answer).digest('hex')
  await writeDurable(files.steps, join(files.steps, sha256), answer)
  return { answer: null, sha256 }
}

/** DAMAGED: the file is gone, or is not what it was. */
export async function answerOf(files: RunFiles, { answer, sha256 }: Kept): Promise<string | null> {
  if (sha256 === null) return answer
  const path = join(files.steps, sha256)
  const text = await readFile(path, 'utf8').catch((thrown: unknown) => {
    throw new TroupeError('DAMAGED', `The result of a step cannot be read: ${messageOf(thrown)}.`, { cause: thrown })
  })
  if (createHash('sha256').update(text).digest('hex') !== sha256) {
    throw new TroupeError(
      'DAMAGED',
      `The result of a step is not what was written: ${path}. Restore it from a backup, or fork before that step.`,
    )
  }
  return text
}

/** Another run's answers, for one that keeps these steps; durable when this resolves. */
export async function copyAnswers(from: RunFiles, to: RunFiles, steps: readonly JournalStep[]): Promise<void> {
  for (const { sha256, ...step } of steps) {
    const answer = sha256 === null ? null : await answerOf(from, { sha256, answer: step.answer })
    if (answer !== null) await keepAnswer(to, answer)
  }
}
