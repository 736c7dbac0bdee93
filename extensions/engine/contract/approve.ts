/** Approvals, questions and the inbox. */
import { oc } from '@orpc/contract'
import { z } from 'zod'
import { APPROVAL_STATES, RULE_EFFECTS, RULE_STATES, WAIT_KINDS } from './guard-words.ts'
import { LIMITS } from './limits.ts'
import { STEP_SAFETY } from './words.ts'

const id = z.string().min(1).max(80)

/** Where a rule holds. */
export const ruleTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('everywhere') }),
  z.strictObject({ kind: z.literal('team'), id }),
  z.strictObject({ kind: z.literal('persona'), id }),
])
export type RuleTarget = z.infer<typeof ruleTarget>

/** How long a rule holds. A session is a run with all that is run again from it. */
export const ruleLifetime = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('always') }),
  z.strictObject({ kind: z.literal('once') }),
  z.strictObject({ kind: z.literal('run'), runId: id }),
  z.strictObject({ kind: z.literal('session'), sessionId: id }),
  /** Milliseconds since 1970. */
  z.strictObject({ kind: z.literal('until'), at: z.int().min(0) }),
])
export type RuleLifetime = z.infer<typeof ruleLifetime>

/** `tool(argument pattern)`, for example `run_command(git push *)`. `*` is anything, `?` one sign; `name: pattern` looks at one argument. */
export const rulePattern = z.string().trim().min(1).max(1000)

export const newRule = z.strictObject({
  effect: z.enum(RULE_EFFECTS),
  pattern: rulePattern,
  target: ruleTarget.default({ kind: 'everywhere' }),
  lifetime: ruleLifetime.default({ kind: 'always' }),
  note: z.string().max(LIMITS.summaryChars).default(''),
})
export type NewRule = z.infer<typeof newRule>

export const approvalRule = z.object({
  id: z.string(),
  effect: z.enum(RULE_EFFECTS),
  pattern: z.string(),
  target: ruleTarget,
  lifetime: ruleLifetime,
  note: z.string(),
  state: z.enum(RULE_STATES),
  createdAt: z.int(),
  createdBy: z.string(),
  endedAt: z.int().nullable(),
  /** How often it fitted a call, and the newest one. */
  matches: z.int(),
  lastMatch: z.object({ at: z.int(), runId: z.string(), call: z.string() }).nullable(),
})
export type ApprovalRule = z.infer<typeof approvalRule>

/** A file as it is and as the model would have it. */
export const proposedFile = z.object({ path: z.string().max(4000), before: z.string().max(400_000), after: z.string().max(400_000) })
export type ProposedFile = z.infer<typeof proposedFile>

/** What a model, or Troupe itself, asks a person. */
export const question = z.object({
  text: z.string(),
  /** `one` and `several` have options; with `text` beside them words of one's own are taken too. */
  answer: z.enum(['one', 'several', 'text']),
  options: z.array(z.object({ id: z.string(), label: z.string(), about: z.string() })),
  ownWords: z.boolean(),
  proposal: proposedFile.nullable(),
})
export type Question = z.infer<typeof question>

export const askedCall = z.object({
  tool: z.string(),
  args: z.unknown(),
  /** SHA-256 of the canonical JSON of `{ tool, args }`. */
  digest: z.string(),
  /** The call in one line, as rules see it. */
  line: z.string(),
  safety: z.enum(STEP_SAFETY),
})
export type AskedCall = z.infer<typeof askedCall>

export const inboxItem = z.object({
  id: z.string(),
  kind: z.enum(WAIT_KINDS),
  runId: z.string().nullable(),
  step: z.int().nullable(),
  personaId: z.string().nullable(),
  personaName: z.string(),
  title: z.string(),
  /** Why it waits. */
  why: z.string(),
  since: z.int(),
  call: askedCall.nullable(),
  question: question.nullable(),
  /** The rule that asks; null when none does. */
  ruleId: z.string().nullable(),
})
export type InboxItem = z.infer<typeof inboxItem>

/** An approval after it was decided, for the history. */
export const decidedItem = inboxItem.extend({
  state: z.enum(APPROVAL_STATES),
  decidedAt: z.int(),
  decidedBy: z.string(),
  /** What was said: a reason, an answer, or which arguments were changed. */
  said: z.string(),
})
export type DecidedItem = z.infer<typeof decidedItem>

export const decision = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('approve'),
    /** The arguments as the person wants them; left out: as they were asked for. */
    args: z.unknown().optional(),
    /** A rule that is made with it, so that the next such call is not asked for. */
    remember: z.strictObject({ pattern: rulePattern, target: ruleTarget, lifetime: ruleLifetime }).optional(),
  }),
  z.strictObject({ kind: z.literal('deny'), reason: z.string().max(2000).default('') }),
  z.strictObject({
    kind: z.literal('answer'),
    chosen: z.array(z.string().max(200)).max(50).default([]),
    text: z.string().max(LIMITS.sectionChars).default(''),
  }),
])
export type Decision = z.infer<typeof decision>

/** `answered`: somebody was first. `changed`: what waits is no longer what was shown. `gone`: its run has ended. `unfit`: the answer does not fit the question. */
export const decided = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), id: z.string() }),
  z.object({ ok: z.literal(false), id: z.string(), why: z.enum(['answered', 'changed', 'gone', 'unfit']), message: z.string() }),
])
export type Decided = z.infer<typeof decided>

export const ruleVerdict = z.object({ effect: z.enum(RULE_EFFECTS), why: z.string(), line: z.string(), rules: z.array(approvalRule) })
export type RuleVerdict = z.infer<typeof ruleVerdict>

const get = (path: `/${string}`) => oc.route({ method: 'GET', path })
const post = (path: `/${string}`) => oc.route({ method: 'POST', path })
const digest = z.string().regex(/^[0-9a-f]{64}$/)

export const inboxMethods = {
  /** Everything that waits for a person, the oldest first. */
  list: get('/inbox').input(z.strictObject({}).optional()).output(z.array(inboxItem)),
  count: get('/inbox/count')
    .input(z.strictObject({}).optional())
    .output(z.object({ waiting: z.int() })),
  /**
   * Decides one. `digest` is that of the call which the person saw: an approval never holds for another one. The first answer wins, and
   * the second is told so (`ok: false`).
   */
  decide: post('/inbox/decide')
    .input(z.strictObject({ id, digest: digest.optional(), decision }))
    .output(decided),
  /** The same decision for several; each is answered by itself. */
  decideMany: post('/inbox/decide-many')
    .input(
      z.strictObject({
        items: z
          .array(z.strictObject({ id, digest: digest.optional() }))
          .min(1)
          .max(500),
        decision,
      }),
    )
    .output(z.array(decided)),
  /** What was decided, the newest first. */
  history: post('/inbox/history')
    .input(z.strictObject({ runId: id.optional(), limit: z.int().min(1).max(LIMITS.pageRows).default(100) }).prefault({}))
    .output(z.array(decidedItem)),
}

export const ruleMethods = {
  /** Those that hold, then those that ended, the newest first. */
  list: post('/rules/list')
    .input(z.strictObject({ ended: z.boolean().default(false) }).prefault({}))
    .output(z.array(approvalRule)),
  /** INVALID: the pattern cannot be read, or would let more through than it looks. FULL: LIMITS.rules stand already. */
  add: post('/rules').input(newRule).output(approvalRule),
  /** WRONG_STATE when it has ended already. */
  revoke: post('/rules/{id}/revoke').input(z.strictObject({ id })).output(approvalRule),
  /** What the rules would say of a call, without making it. */
  test: post('/rules/test')
    .input(z.strictObject({ tool: z.string().min(1).max(200), args: z.unknown(), personaId: id.optional(), teamId: id.optional() }))
    .output(ruleVerdict),
}
