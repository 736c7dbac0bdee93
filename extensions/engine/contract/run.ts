/** Runs, steps and the live stream. */
import { z } from 'zod'
import { LIMITS } from './limits.ts'
import { modelRef, personaDoc } from './persona.ts'
import { teamBody } from './team.ts'
import { BODY_KINDS, COLOURS, ICONS, RUN_ORIGINS, RUN_REASONS, RUN_STATES, STEP_ANSWERS, STEP_KINDS, STEP_SAFETY } from './words.ts'

/** Tokens as the provider counts them. null: not reported. `cachedInput` and `reasoning` are parts of input and output. */
export const tokenUsage = z.object({
  input: z.int().nullable(),
  output: z.int().nullable(),
  cachedInput: z.int().nullable(),
  reasoning: z.int().nullable(),
})
export type TokenUsage = z.infer<typeof tokenUsage>

/** What ran: a persona's document, or a team's with a document around it. */
export const runDoc = personaDoc.extend({ body: z.discriminatedUnion('kind', [...personaDoc.shape.body.options, teamBody]) })
export type RunDoc = z.infer<typeof runDoc>

export const runReason = z.object({ code: z.enum(RUN_REASONS), message: z.string() })
export type RunReason = z.infer<typeof runReason>

export const runRow = z.object({
  id: z.string(),
  /** Of a team's run, the team's id. null: a draft that belongs to no persona was tried. Its name, icon and colour are the draft's own. */
  personaId: z.string().nullable(),
  personaName: z.string(),
  personaIcon: z.enum(ICONS),
  personaColour: z.enum(COLOURS),
  bodyKind: z.enum([...BODY_KINDS, 'team']),
  /** null: an unsaved draft was tried. */
  revision: z.int().nullable(),
  state: z.enum(RUN_STATES),
  reason: runReason.nullable(),
  priority: z.enum(['high', 'normal', 'low']),
  /** The run that this one repeats. */
  againOf: z.string().nullable(),
  origin: z.enum(RUN_ORIGINS),
  /** The step of `againOf` from which a fork went its own way; null for anything else. */
  originStep: z.int().nullable(),
  /** Which try this is, from 1; a failure or a crash that is gone on from makes the next one. */
  attempt: z.int(),
  /** When a parked run goes on by itself; null: when what it waits for has come. */
  wakeAt: z.int().nullable(),
  queuedAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  exitCode: z.int().nullable(),
  /** provider/model that answered. */
  model: z.string().nullable(),
  usage: tokenUsage.nullable(),
  /** US dollars. With `costKnown` false: unknown (never zero). A command costs nothing and is known. */
  costUsd: z.number().nullable(),
  costKnown: z.boolean(),
  inputPreview: z.string(),
  resultPreview: z.string(),
  /** The last sequence number of its stream. */
  lastSeq: z.int(),
  /** Bytes that were dropped by the output cap or the line cap; 0: nothing was cut. */
  cutBytes: z.int(),
})
export type RunRow = z.infer<typeof runRow>

export const stepRecord = z.object({
  runId: z.string(),
  /** From 1, in order of beginning. */
  n: z.int(),
  kind: z.enum(STEP_KINDS),
  title: z.string(),
  /** What it is in its run, the same whenever the run is gone on with; null: of a run from before there were keys. */
  key: z.string().nullable().default(null),
  /** From 1; a step that is done again after an unknown outcome or a failed try has the same key and the next number. */
  attempt: z.int().default(1),
  /** SHA-256 of the canonical JSON of its arguments, hexadecimal. */
  digest: z.string().nullable().default(null),
  safety: z.enum(STEP_SAFETY).default('unsafe'),
  /** Copied from the run that this one was forked from or replays: it was not paid for here. */
  inherited: z.boolean().default(false),
  /** Not counted when the run goes on: it is done again. */
  aside: z.boolean().default(false),
  /** `unknown`: begun, and nobody heard of its end. */
  state: z.enum(['running', 'done', 'failed', 'unknown']),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  /** What went in, what came out, bounded; a tool's `args` and `result`, a model's `text`, a command's `argv` and `exitCode`. */
  detail: z.record(z.string(), z.unknown()),
  usage: tokenUsage.nullable(),
  costUsd: z.number().nullable(),
  model: z.string().nullable(),
})
export type StepRecord = z.infer<typeof stepRecord>

/** Guidance: a message for a run that goes on, taken into its conversation at its next turn. */
export const runMessage = z.object({
  id: z.int(),
  text: z.string(),
  /** `waiting`: it may still be changed. `taken`: in the conversation, as step `step`. */
  state: z.enum(['waiting', 'taken']),
  step: z.int().nullable(),
  createdAt: z.int(),
})
export type RunMessage = z.infer<typeof runMessage>

/** What happened to a step whose outcome nobody knows. `skip`: leave it, and take `result` for its result. */
export const stepAnswer = z.enum(STEP_ANSWERS)

/** What is different in a fork. Nothing at all: the same again from that step on. */
export const forkChange = z.strictObject({
  /** The whole assembled prompt. */
  prompt: z.string().max(LIMITS.promptChars).optional(),
  /** Asked instead of the persona's chain from this step on. */
  models: z.array(modelRef).min(1).max(LIMITS.modelChain).optional(),
  /** The text that the step itself answered, in place of its own; for a tool's step. */
  result: z.string().max(LIMITS.toolResultBytes).optional(),
  /** Said to the model before it goes on. */
  guidance: z.string().min(1).max(LIMITS.guidanceChars).optional(),
})
export type ForkChange = z.infer<typeof forkChange>

/** What a body may emit; `seq` and `at` are added by the run room. */
export const runEventBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('output'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ kind: z.literal('text'), step: z.int(), delta: z.string() }),
  z.object({ kind: z.literal('reasoning'), step: z.int(), delta: z.string() }),
  z.object({ kind: z.literal('notice'), level: z.enum(['info', 'warning', 'error']), code: z.string(), message: z.string() }),
  z.object({ kind: z.literal('step'), step: stepRecord }),
  z.object({ kind: z.literal('state'), state: z.enum(RUN_STATES), reason: runReason.nullable() }),
])
export type RunEventBody = z.infer<typeof runEventBody>

const stamp = { seq: z.int(), at: z.int() }
export const runEvent = z.discriminatedUnion('kind', [
  z.object({ ...stamp, kind: z.literal('output'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({ ...stamp, kind: z.literal('text'), step: z.int(), delta: z.string() }),
  z.object({ ...stamp, kind: z.literal('reasoning'), step: z.int(), delta: z.string() }),
  z.object({ ...stamp, kind: z.literal('notice'), level: z.enum(['info', 'warning', 'error']), code: z.string(), message: z.string() }),
  z.object({ ...stamp, kind: z.literal('step'), step: stepRecord }),
  z.object({ ...stamp, kind: z.literal('state'), state: z.enum(RUN_STATES), reason: runReason.nullable() }),
])
export type RunEvent = z.infer<typeof runEvent>

/** One message of `run.follow`: dense, ascending sequence numbers. The stream ends after the terminal `state` event. */
export const runEventBatch = z.object({ events: z.array(runEvent).max(LIMITS.batchEvents) })
export type RunEventBatch = z.infer<typeof runEventBatch>

export const runDetail = z.object({
  run: runRow,
  /** The document that ran, whole. */
  doc: runDoc,
  input: z.string(),
  params: z.record(z.string(), z.string()),
  prompt: z.string(),
  /** The final text or the tail of the output. */
  result: z.string(),
  steps: z.array(stepRecord),
  guidance: z.array(runMessage),
})
export type RunDetail = z.infer<typeof runDetail>

export const runFilter = z.strictObject({
  /** null: only drafts that belong to no persona. */
  personaId: z.string().nullable().optional(),
  states: z.array(z.enum(RUN_STATES)).optional(),
  /** Queued at or after / before, milliseconds since 1970. */
  from: z.int().optional(),
  to: z.int().optional(),
  minCostUsd: z.number().min(0).optional(),
  /** Found in the persona's name, the input, the result, the reason or the run's id. */
  text: z.string().max(200).optional(),
})
export type RunFilter = z.infer<typeof runFilter>

/** The newest runs of a persona and what it has spent, for the list. */
export const runStrip = z.object({
  personaId: z.string(),
  last: z.array(z.object({ id: z.string(), state: z.enum(RUN_STATES), queuedAt: z.int(), durationMs: z.int().nullable() })),
  runs: z.int(),
  /** Known costs of the last 30 days, US dollars; `unknownCosts` runs are not in it. */
  spentUsd: z.number(),
  unknownCosts: z.int(),
})
export type RunStrip = z.infer<typeof runStrip>
