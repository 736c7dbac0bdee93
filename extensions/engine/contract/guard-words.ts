/** Closed word lists of approvals, budgets and healing. */

/** What a rule says of a call that it fits; the first of this list wins when several fit. */
export const RULE_EFFECTS = ['deny', 'ask', 'allow'] as const
export type RuleEffect = (typeof RULE_EFFECTS)[number]

export const RULE_STATES = ['active', 'used', 'expired', 'revoked'] as const
export type RuleState = (typeof RULE_STATES)[number]

/** What waits for a person. */
export const WAIT_KINDS = [
  'call', // a tool call that a rule wants to be asked for
  'question', // the model asks
  'unknown-outcome', // a step was begun, and nobody knows whether its effect happened
  'loop', // the same call with the same result, again and again
  'budget', // a limit was reached
  'healing', // every automatic way was tried, and none helped
  'sealed', // the vault is locked
] as const
export type WaitKind = (typeof WAIT_KINDS)[number]

/** `waiting` is left once; the other states are final. */
export const APPROVAL_STATES = ['waiting', 'approved', 'denied', 'answered', 'withdrawn'] as const
export type ApprovalState = (typeof APPROVAL_STATES)[number]

/** What a limit counts: US dollars, tokens in and out, model calls, milliseconds of model and tool calls. */
export const BUDGET_UNITS = ['usd', 'tokens', 'requests', 'ms'] as const
export type BudgetUnit = (typeof BUDGET_UNITS)[number]

/** Days and months are those of this machine's time zone. */
export const BUDGET_SPANS = ['run', 'day', 'month'] as const
export type BudgetSpan = (typeof BUDGET_SPANS)[number]

/** `hard` parks what would go beyond it; `soft` only tells. */
export const BUDGET_FIRMNESS = ['hard', 'soft'] as const
export type BudgetFirmness = (typeof BUDGET_FIRMNESS)[number]

/** Why an attempt ended, as far as healing tells them apart. */
export const FAILURE_CLASSES = [
  'rate-limit', // too many requests; the provider says when
  'usage-window', // the account's allowance is used up until a time that is said
  'timeout', // it took longer than its limit
  'provider-down', // 5xx
  'network', // no connection
  'context-overflow', // the conversation does not fit the model
  'credential', // a key is missing, sealed or not accepted
  'validation', // what the model said does not fit, again and again
  'tool-error', // a tool broke
  'missing-program', // a program is not there
  'crash', // a thread, a child or the engine ended beneath it
  'loop', // the same call with the same result
  'budget', // a limit was reached
  'unknown', // none of these
] as const
export type FailureClass = (typeof FAILURE_CLASSES)[number]

export const BREAKER_STATES = ['closed', 'open', 'half-open'] as const
export type BreakerState = (typeof BREAKER_STATES)[number]

/** Rungs of the ladder: what the next attempt does otherwise. */
export const HEAL_CHANGES = ['none', 'trim-context', 'switch-off-tool', 'next-model'] as const
export type HealChange = (typeof HEAL_CHANGES)[number]

export const HEAL_OUTCOMES = ['waiting', 'healed', 'failed-again', 'given-up', 'asked', 'cancelled'] as const
export type HealOutcome = (typeof HEAL_OUTCOMES)[number]

export const PROPOSAL_STATES = ['asked', 'proposed', 'applied', 'rejected', 'reverted', 'failed'] as const
export type ProposalState = (typeof PROPOSAL_STATES)[number]
