/** The `run` methods of the journal: going on, answering, forking, replaying, guiding. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { forkChange, runMessage, runRow, stepAnswer } from './run.ts'

const post = (path: `/${string}`) => oc.route({ method: 'POST', path })
const id = z.string().min(1).max(80)
const message = z.int().min(1)
const text = z.string().trim().min(1).max(LIMITS.guidanceChars)

export const runJournalMethods = {
  /**
   * Goes on with a run that waits (whatever for: it asks again for what it still lacks). Of one that has ended and did not succeed, a fork is
   * made that keeps every result. WRONG_STATE: it runs, is queued, succeeded, or waits for the outcome of a step to be told (`answer`).
   */
  resume: post('/runs/{id}/resume').input(z.strictObject({ id })).output(runRow),
  /** Tells what happened to a step whose outcome nobody knows. WRONG_STATE: it is known. The run goes on after the last such step. */
  answer: post('/runs/{id}/answer')
    .input(
      z.strictObject({
        id,
        step: z.int().min(1),
        answer: stepAnswer,
        /** What the model is told the step answered; for `happened` and `skip`. Default: a sentence that says so. */
        result: z.string().max(LIMITS.toolResultBytes).optional(),
      }),
    )
    .output(runRow),
  /** A new run that keeps the results before this step (with `change.result`: this one too, changed) and goes on from there. */
  fork: post('/runs/{id}/fork')
    .input(z.strictObject({ id, step: z.int().min(1), change: forkChange.prefault({}) }))
    .output(runRow),
  /** A new run of the same inputs over the recorded steps: nothing is called, nothing is paid. It ends where the record ends. */
  replay: post('/runs/{id}/replay').input(z.strictObject({ id })).output(runRow),
  /** Queues a message for the run's next turn. WRONG_STATE: it has ended, or its body is no model. FULL: too many wait. */
  guide: post('/runs/{id}/guidance').input(z.strictObject({ id, text })).output(runMessage),
  /** Changes a message that waits; an empty text takes it back. WRONG_STATE: it was taken. Answers those that are left. */
  editGuidance: post('/runs/{id}/guidance/{message}')
    .input(z.strictObject({ id, message: z.coerce.number().pipe(message), text: z.string().trim().max(LIMITS.guidanceChars) }))
    .output(z.array(runMessage)),
} as const
