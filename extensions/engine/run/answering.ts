/** What a person says of a step whose outcome nobody knows, as rows. */
import type { StepAnswer } from '#contract/plain'
import { TroupeError } from '#core'
import { keepAnswer, type StepAnswered } from './journal/results.ts'
import { completeStep, type JournalStep, setAside } from './journal/rows.ts'
import { toBeTold } from './journal/unknown.ts'
import type { Statement } from './ports.ts'
import type { RunFiles } from './stream/places.ts'

export interface AnswerAsk {
  readonly id: string
  readonly step: number
  readonly answer: StepAnswer
  /** What the step answered, for who reads its result next. */
  readonly result?: string | undefined
}

const HAPPENED = 'A person looked: this was done. What it answered is not known.'
const SKIPPED = 'A person decided to leave this out: it was not done.'

export interface Told {
  readonly statements: readonly Statement[]
  /** The journal with the answer in it. */
  readonly steps: readonly JournalStep[]
  readonly step: JournalStep
}

/** WRONG_STATE: this step's outcome is known, or it is not asked about. */
export async function tell(files: RunFiles, steps: readonly JournalStep[], ask: AnswerAsk, at: number): Promise<Told> {
  const step = toBeTold(steps).find(({ record }) => record.n === ask.step)
  if (!step) {
    const open = toBeTold(steps).map(({ record }) => record.n)
    const which = open.length === 0 ? 'None is asked about.' : `Asked about: ${open.join(', ')}.`
    throw new TroupeError('WRONG_STATE', `What happened to step ${ask.step} is known. ${which}`, { facts: { step: ask.step } })
  }
  const { record } = step
  if (ask.answer === 'did-not-happen') {
    const told = { ...step, record: { ...record, aside: true } }
    return { statements: [setAside(record.runId, record.n)], steps: steps.map((one) => (one === step ? told : one)), step: told }
  }
  const happened = ask.answer === 'happened'
  const text = ask.result ?? (happened ? HAPPENED : SKIPPED)
  const instead: StepAnswered = { instead: { ok: happened || ask.result !== undefined, text } }
  const detail = { ...record.detail, told: ask.answer, result: text }
  const told: JournalStep = {
    ...step,
    record: { ...record, state: 'done', endedAt: at, detail, costUsd: 0 },
    ...(await keepAnswer(files, JSON.stringify(instead))),
  }
  return { statements: [completeStep(told)], steps: steps.map((one) => (one === step ? told : one)), step: told }
}
