/** The rules that hold, in memory; each change is durable before it holds, except an end, which holds at once. */
import type { ApprovalRule, NewRule, RuleEffect } from '#contract'
import { LIMITS, type RuleState } from '#contract/plain'
import { messageOf, newId, oneAtATime, type Statement, TroupeError } from '#core'
import { shortLine } from './call-line.ts'
import { type Call, readPattern, whyTooWide } from './pattern.ts'
import { type CallPlace, decide, type HeldRule, holdRule, type PolicyAnswer } from './policy.ts'
import type { ApprovePorts } from './ports.ts'
import { activeRules, countMatch, endedRules, endRule, insertRule } from './rule-table.ts'

const MATCH_CHARS = 300

export class Rules {
  readonly #ports: ApprovePorts
  readonly #turn = oneAtATime()
  #held: readonly HeldRule[] = []

  constructor(ports: ApprovePorts) {
    this.#ports = ports
  }

  async open(): Promise<void> {
    this.#held = (await activeRules(this.#ports.store)).map(holdRule)
  }

  async list(ended: boolean): Promise<ApprovalRule[]> {
    await this.#expire()
    const held = this.#held.map(({ rule }) => rule).reverse()
    return ended ? [...held, ...(await endedRules(this.#ports.store))] : held
  }

  find(id: string): ApprovalRule | undefined {
    return this.#held.find(({ rule }) => rule.id === id)?.rule
  }

  decide(call: Call, place: CallPlace, otherwise: RuleEffect): PolicyAnswer {
    return decide(this.#held, call, place, this.#ports.clock.now(), otherwise)
  }

  /** INVALID, FULL. */
  add(wanted: NewRule, by: string): Promise<ApprovalRule> {
    return this.#turn(async () => {
      const rule = this.make(wanted, by)
      await this.#ports.store.write([insertRule(rule)])
      this.holdWritten(rule)
      return rule
    })
  }

  /** Checked, and not yet held. */
  make(wanted: NewRule, by: string): ApprovalRule {
    const wide = wanted.effect === 'allow' ? whyTooWide(readPattern(wanted.pattern)) : null
    if (wide !== null) throw new TroupeError('INVALID', wide)
    if (this.#held.length >= LIMITS.rules) {
      throw new TroupeError('FULL', `${LIMITS.rules} rules hold already; this one was not added.`, { hint: 'Revoke some first.' })
    }
    const { clock, chance } = this.#ports
    const ended = { state: 'active', endedAt: null, matches: 0, lastMatch: null } as const
    const rule = { ...wanted, ...ended, id: newId(chance, 'rule'), createdAt: clock.now(), createdBy: by }
    readPattern(rule.pattern)
    if (rule.lifetime.kind === 'until' && rule.lifetime.at <= clock.now()) {
      throw new TroupeError('INVALID', 'The date until which the rule would hold has passed.')
    }
    return rule
  }

  /** WRONG_STATE when it has ended; NOT_FOUND when there never was one. */
  async revoke(id: string): Promise<ApprovalRule> {
    return this.end(id, 'revoked')
  }

  /** Takes it out of force at once, then writes that; `alongside` stands or falls with it, and a refusal puts it back. */
  async end(id: string, state: Exclude<RuleState, 'active'>, alongside: readonly Statement[] = []): Promise<ApprovalRule> {
    const held = this.#held.find(({ rule }) => rule.id === id)
    if (!held) throw new TroupeError('WRONG_STATE', 'This rule does not hold any more.', { facts: { id } })
    this.#held = this.#held.filter((one) => one !== held)
    const at = this.#ports.clock.now()
    try {
      await this.#ports.store.write([endRule(id, state, at), ...alongside])
    } catch (thrown) {
      this.#held = [...this.#held, held].toSorted((a, b) => a.rule.createdAt - b.rule.createdAt)
      throw thrown
    }
    this.#ports.announce('rule', id, state)
    return { ...held.rule, state, endedAt: at }
  }

  /** Counts a match of each; the newest second may be lost in a crash. */
  matched(rules: readonly ApprovalRule[], runId: string, line: string): void {
    if (rules.length === 0) return
    const lastMatch = { at: this.#ports.clock.now(), runId, call: shortLine(line, MATCH_CHARS) }
    const counted = new Map(rules.map((rule) => [rule.id, { ...rule, matches: rule.matches + 1, lastMatch }]))
    this.#held = this.#held.map((held) => ({ ...held, rule: counted.get(held.rule.id) ?? held.rule }))
    void this.#ports.store
      .write([...counted.values()].map(countMatch), { durability: 'applied' })
      .catch((thrown: unknown) => this.#ports.log.warn('A match of a rule was not counted.', { problem: messageOf(thrown) }))
    for (const id of counted.keys()) this.#ports.announce('rule', id, 'matched')
  }

  /** Rules of a run that has ended hold for nothing any more. */
  async runEnded(runId: string): Promise<void> {
    await this.#endAll(({ lifetime }) => lifetime.kind === 'run' && lifetime.runId === runId)
  }

  async #expire(): Promise<void> {
    const now = this.#ports.clock.now()
    await this.#endAll(({ lifetime }) => lifetime.kind === 'until' && lifetime.at <= now)
  }

  async #endAll(over: (rule: ApprovalRule) => boolean): Promise<void> {
    for (const { rule } of this.#held.filter((held) => over(held.rule))) {
      await this.end(rule.id, 'expired').catch((thrown: unknown) =>
        this.#ports.log.warn('That a rule expired was not written; it holds for nothing all the same.', { problem: messageOf(thrown) }),
      )
    }
  }

  /** It is durable: it holds from here on. */
  holdWritten(rule: ApprovalRule): void {
    this.#held = [...this.#held, holdRule(rule)]
    this.#ports.announce('rule', rule.id, 'added')
  }
}
