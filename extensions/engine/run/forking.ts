/** A new run that begins with what another one has done: a fork from a step, or a replay. */
import type { ForkChange, RunRow, TeamBody } from '#contract'
import { TroupeError } from '#core'
import type { Asked } from './asked.ts'
import { insertMessage } from './journal/guidance.ts'
import { copyAnswers, keepAnswer, type StepAnswered } from './journal/results.ts'
import { insertStep, type JournalStep } from './journal/rows.ts'
import { toBeTold } from './journal/unknown.ts'
import { newRow } from './new-row.ts'
import { failedSince } from './pausing.ts'
import type { Statement } from './ports.ts'
import type { RunFiles } from './stream/places.ts'

export interface Source {
  readonly row: RunRow
  readonly asked: Asked
  readonly steps: readonly JournalStep[]
  readonly files: RunFiles
}

/** How a new run comes of another. `resume`: everything that it did is kept but its last failures. */
export type Way =
  | { readonly kind: 'fork'; readonly step: number; readonly change: ForkChange; readonly body?: TeamBody | undefined }
  | { readonly kind: 'resume' }
  | { readonly kind: 'replay' }

export interface Branch {
  readonly row: RunRow
  readonly asked: Asked
  /** The steps that it keeps, as its own. */
  readonly steps: readonly JournalStep[]
  readonly statements: readonly Statement[]
}

/** Makes it; its files are durable when this resolves. INVALID: there is no such step, or it cannot be changed so. */
export async function branch(source: Source, way: Way, birth: { id: string; queuedAt: number; files: RunFiles }): Promise<Branch> {
  const { row, asked } = source
  const kept = keptSteps(source, way)
  const change: ForkChange = way.kind === 'fork' ? way.change : {}
  const { models } = change
  const body = way.kind === 'fork' ? way.body : undefined
  const doc =
    models && asked.doc.body.kind === 'model'
      ? { ...asked.doc, body: { ...asked.doc.body, models } }
      : body
        ? { ...asked.doc, body }
        : asked.doc
  const step = way.kind === 'fork' ? way.step : way.kind === 'resume' ? (kept.at(-1)?.record.n ?? 0) + 1 : undefined
  const origin = way.kind === 'replay' ? 'replay' : 'fork'
  const born = newRow({
    id: birth.id,
    queuedAt: birth.queuedAt,
    ask: { input: asked.input, priority: row.priority, againOf: row.id, origin, originStep: step },
    persona: undefined,
    doc,
  })
  await copyAnswers(source.files, birth.files, kept)
  const steps: JournalStep[] = []
  for (const one of kept) {
    const own: JournalStep = { ...one, reservation: null, record: { ...one.record, runId: birth.id, inherited: true } }
    const changed = change.result !== undefined && own.record.n === step
    steps.push(changed ? await withResult(own, change.result ?? '', birth.files) : own)
  }
  return {
    row: {
      ...born,
      personaId: row.personaId,
      revision: models || body ? null : row.revision,
      costUsd: way.kind === 'replay' ? 0 : born.costUsd,
    },
    asked: { ...asked, doc, prompt: change.prompt ?? asked.prompt },
    steps,
    statements: [...steps.map(insertStep), ...(change.guidance ? [insertMessage(birth.id, change.guidance, birth.queuedAt)] : [])],
  }
}

/** Of each key the newest try that counts: with an answer, or with an outcome that the person must tell. */
function keptSteps({ steps }: Source, way: Way): readonly JournalStep[] {
  const asked = new Set(toBeTold(steps))
  const newest = new Map<string, JournalStep>()
  for (const step of steps) if (step.record.key !== null) newest.set(step.record.key, step)
  const good = [...newest.values()].filter(
    (step) => asked.has(step) || (!step.record.aside && (step.record.state === 'done' || step.record.state === 'failed')),
  )
  if (way.kind === 'replay') return good.filter((step) => !asked.has(step))
  if (way.kind === 'resume') {
    const last = new Set(failedSince(steps))
    return good.filter((step) => !last.has(step))
  }
  const at = steps.find(({ record }) => record.n === way.step)
  if (!at && way.step <= (steps.at(-1)?.record.n ?? 0) + 1) return good.filter(({ record }) => record.n < way.step)
  if (!at) throw new TroupeError('INVALID', `There is no step ${way.step} in this run; its last one is ${steps.at(-1)?.record.n ?? 0}.`)
  if (at.record.key === null) throw new TroupeError('INVALID', 'This run is from before steps were journaled; it can only be run again.')
  if (way.change.result === undefined) return good.filter(({ record }) => record.n < way.step)
  if (at.record.kind === 'model') {
    throw new TroupeError('INVALID', `Step ${way.step} is a model's answer; another result can be given to a tool's step.`)
  }
  return [...good.filter(({ record }) => record.n < way.step), at]
}

async function withResult(step: JournalStep, text: string, files: RunFiles): Promise<JournalStep> {
  const instead: StepAnswered = { instead: { ok: true, text } }
  const detail = { ...step.record.detail, result: text, changed: true }
  return { ...step, record: { ...step.record, state: 'done', detail }, ...(await keepAnswer(files, JSON.stringify(instead))) }
}
