/** What the rules say of one call: a pure function of rules, call, place and time. */
import type { ApprovalRule, RuleEffect } from '#contract'
import { type Call, fits, type RulePattern, readPattern } from './pattern.ts'

/** Where a call is made. */
export interface CallPlace {
  readonly runId: string
  /** The first run of the chain that this one was run again from; its own id when there is none. */
  readonly sessionId: string
  readonly personaId: string | null
  readonly teamId: string | null
}

export interface HeldRule {
  readonly rule: ApprovalRule
  readonly pattern: RulePattern
}

export interface PolicyAnswer {
  readonly effect: RuleEffect
  /** Those of the effect that decided, the oldest first; empty when nothing fitted. */
  readonly by: readonly ApprovalRule[]
}

export const holdRule = (rule: ApprovalRule): HeldRule => ({ rule, pattern: readPattern(rule.pattern) })

/** deny before ask before allow; `otherwise` when no rule fits. */
export function decide(rules: readonly HeldRule[], call: Call, place: CallPlace, now: number, otherwise: RuleEffect): PolicyAnswer {
  const fitting = rules.filter(({ rule, pattern }) => holdsAt(rule, place, now) && fits(pattern, call, rule.effect === 'allow'))
  for (const effect of ['deny', 'ask', 'allow'] as const) {
    const by = fitting.filter(({ rule }) => rule.effect === effect).map(({ rule }) => rule)
    // A rule that lasts is taken before one that is used up by it.
    if (by.length > 0) return { effect, by: by.toSorted((a, b) => Number(isOnce(a)) - Number(isOnce(b)) || a.createdAt - b.createdAt) }
  }
  return { effect: otherwise, by: [] }
}

export const isOnce = (rule: ApprovalRule): boolean => rule.lifetime.kind === 'once'

function holdsAt(rule: ApprovalRule, place: CallPlace, now: number): boolean {
  return rule.state === 'active' && holdsFor(rule, place) && holdsUntil(rule, place, now)
}

function holdsFor({ target }: ApprovalRule, { personaId, teamId }: CallPlace): boolean {
  if (target.kind === 'everywhere') return true
  return target.kind === 'persona' ? target.id === personaId : target.id === teamId
}

function holdsUntil({ lifetime }: ApprovalRule, { runId, sessionId }: CallPlace, now: number): boolean {
  switch (lifetime.kind) {
    case 'always':
    case 'once':
      return true
    case 'run':
      return lifetime.runId === runId
    case 'session':
      return lifetime.sessionId === sessionId
    case 'until':
      return now < lifetime.at
  }
}
