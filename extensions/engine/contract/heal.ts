/** Health: breakers, retries that wait, what was healed and how, what was given up, proposals, safe mode. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { BREAKER_STATES, FAILURE_CLASSES, HEAL_CHANGES, HEAL_OUTCOMES, PROPOSAL_STATES } from './guard-words.ts'
import { LIMITS } from './limits.ts'
import { docChange, personaDoc } from './persona.ts'

const id = z.string().min(1).max(80)

export const breakerRow = z.object({
  /** `provider:anthropic`, `connector:github`, `persona:per_…` */
  key: z.string(),
  /** The name of a persona; otherwise what stands behind the colon. */
  label: z.string(),
  state: z.enum(BREAKER_STATES),
  /** Failures within the last minute while closed. */
  failures: z.int(),
  /** When a single call may try it again; null: it is closed. */
  tryAt: z.int().nullable(),
  since: z.int(),
  lastFailure: z.string(),
})
export type BreakerRow = z.infer<typeof breakerRow>

export const retryRow = z.object({
  runId: z.string(),
  personaId: z.string().nullable(),
  personaName: z.string(),
  class: z.enum(FAILURE_CLASSES),
  /** Which try it will be, from 2. */
  attempt: z.int(),
  dueAt: z.int(),
  change: z.enum(HEAL_CHANGES),
  /** The tool that is switched off, or empty. */
  about: z.string(),
  message: z.string(),
})
export type RetryRow = z.infer<typeof retryRow>

export const healEvent = z.object({
  id: z.string(),
  at: z.int(),
  runId: z.string(),
  personaId: z.string().nullable(),
  personaName: z.string(),
  class: z.enum(FAILURE_CLASSES),
  outcome: z.enum(HEAL_OUTCOMES),
  change: z.enum(HEAL_CHANGES),
  message: z.string(),
})
export type HealEvent = z.infer<typeof healEvent>

/** Runs of one revision, as far as they have ended. */
export const revisionMeasure = z.object({
  revision: z.int(),
  runs: z.int(),
  succeeded: z.int(),
  /** Of those whose cost is known; null: of none. */
  meanUsd: z.number().nullable(),
  meanMs: z.number().nullable(),
})
export type RevisionMeasure = z.infer<typeof revisionMeasure>

export const healProposal = z.object({
  id: z.string(),
  personaId: z.string(),
  personaName: z.string(),
  state: z.enum(PROPOSAL_STATES),
  createdAt: z.int(),
  /** provider/model that made it. */
  madeBy: z.string(),
  /** The run in which it was made. */
  runId: z.string(),
  baseRevision: z.int(),
  appliedRevision: z.int().nullable(),
  /** Why, in the model's words; or why there is none. */
  why: z.string(),
  before: personaDoc.nullable(),
  after: personaDoc.nullable(),
  changes: z.array(docChange),
  measuredBefore: revisionMeasure.nullable(),
  measuredAfter: revisionMeasure.nullable(),
})
export type HealProposal = z.infer<typeof healProposal>

export const safeMode = z.object({ on: z.boolean(), why: z.string(), crashes: z.array(z.object({ startedAt: z.int() })) })
export type SafeMode = z.infer<typeof safeMode>

export const healthStatus = z.object({
  safeMode,
  breakers: z.array(breakerRow),
  retries: z.array(retryRow),
  /** The newest first. */
  events: z.array(healEvent),
  proposals: z.array(healProposal),
  /** Counts of the last 24 hours. */
  today: z.object({ healed: z.int(), givenUp: z.int(), retries: z.int() }),
})
export type HealthStatus = z.infer<typeof healthStatus>

const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })
const done = z.object({ done: z.literal(true) })

export const healthMethods = {
  status: get('/health').input(z.strictObject({}).optional()).output(healthStatus),
  /** Tries a run that waits for its next attempt now. WRONG_STATE when it does not wait. */
  retryNow: post('/health/retries/{runId}/now')
    .input(z.strictObject({ runId: id }))
    .output(done),
  /** Closes a breaker by hand: the next call is made. NOT_FOUND. */
  closeBreaker: post('/health/breakers/close')
    .input(z.strictObject({ key: z.string().min(1).max(200) }))
    .output(done),
  /** Has the model that the settings name propose a change of a persona. WRONG_STATE when none may be asked, or one is asked already. */
  propose: post('/health/proposals')
    .input(z.strictObject({ personaId: id, hint: z.string().max(LIMITS.summaryChars).default('') }))
    .output(healProposal),
  proposal: get('/health/proposals/{id}').input(z.strictObject({ id })).output(healProposal),
  /** Makes it the next revision. CONFLICT when the persona has changed since; WRONG_STATE. */
  applyProposal: post('/health/proposals/{id}/apply').input(z.strictObject({ id })).output(healProposal),
  rejectProposal: post('/health/proposals/{id}/reject').input(z.strictObject({ id })).output(healProposal),
  /** Puts back the revision before it, as a new one. */
  revertProposal: post('/health/proposals/{id}/revert').input(z.strictObject({ id })).output(healProposal),
  /** Starts the engine anew, with everything. WRONG_STATE when it is not in safe mode. */
  leaveSafeMode: post('/health/safe-mode/leave').input(z.strictObject({}).optional()).output(done),
}
