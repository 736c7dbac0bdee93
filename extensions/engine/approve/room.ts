/** The room itself: judges calls, keeps what waits, and takes decisions. */
import type { ApprovalRule, Decided, DecidedItem, Decision, InboxItem, NewRule, Question, RuleVerdict } from '#contract'
import type { StepSafety, WaitKind } from '#contract/plain'
import { asTroupeError, messageOf, newId, TroupeError } from '#core'
import { ASK_TOOL, questionOf } from './asked.ts'
import { callLine, shortLine } from './call-line.ts'
import { callDigest, judgeDecision, refuse, whoWasFirst } from './deciding.ts'
import { type CallPlace, isOnce } from './policy.ts'
import { type ApprovePorts, effectOfFallback } from './ports.ts'
import { insertRule } from './rule-table.ts'
import { Rules } from './rules.ts'
import {
  type Approval,
  approvalById,
  approvalsAt,
  decideApproval,
  decidedApprovals,
  decidedItemOf,
  insertApproval,
  itemOf,
  waitingApprovals,
  waitingCount,
  waitingRuns,
  withdrawApprovals,
} from './table.ts'

export interface CallAsk extends CallPlace {
  /** The number that the step has in its run, for people. */
  readonly step: number
  /** What the step is in its run, the same whenever the run is gone on with. */
  readonly key: string
  readonly personaName: string
  readonly tool: string
  readonly args: unknown
  readonly safety: StepSafety
  /** Why it is to be asked whatever the rules allow (a tool's schema changed …); null: it need not be. A deny holds all the same. */
  readonly mustAsk?: string | null
  /** A person wrote it down themselves (a command's line, a team's node): without a rule it may happen. */
  readonly chosen?: boolean
}

export type CallAnswer =
  /** `args` as they are to run; `edited` when a person changed them. `reply`: a person's answer to the `ask` tool, its whole result. */
  | { readonly kind: 'go'; readonly args: unknown; readonly edited: boolean; readonly reply: string | null }
  | { readonly kind: 'deny'; readonly reason: string }
  | { readonly kind: 'park'; readonly itemId: string; readonly message: string }

/** What Troupe itself asks about a run: whether a step happened, whether a loop goes on. */
export interface PersonAsk extends CallPlace {
  readonly kind: Exclude<WaitKind, 'call' | 'sealed'>
  readonly step: number
  readonly key: string
  readonly personaName: string
  readonly title: string
  readonly why: string
  readonly question: Question
  /** Tells one asking of this from the next one at the same step. */
  readonly about: unknown
}

export type PersonAnswer =
  | { readonly kind: 'answered'; readonly chosen: readonly string[]; readonly text: string; readonly by: string }
  | { readonly kind: 'denied'; readonly reason: string }
  | { readonly kind: 'park'; readonly itemId: string; readonly message: string }

export interface Approvals {
  /** What may become of a call. The same call at the same step is answered as it was decided. DISK when it cannot be kept: then nothing may run. */
  judge(ask: CallAsk): Promise<CallAnswer>
  /** Puts a question of Troupe's own; answered when it was decided before. */
  askPerson(ask: PersonAsk): Promise<PersonAnswer>
  inbox(): Promise<InboxItem[]>
  waiting(): Promise<number>
  decide(id: string, decision: Decision, seen: string | undefined, by: string): Promise<Decided>
  history(runId: string | undefined, limit: number): Promise<DecidedItem[]>
  rules(ended: boolean): Promise<ApprovalRule[]>
  addRule(rule: NewRule, by: string): Promise<ApprovalRule>
  revokeRule(id: string): Promise<ApprovalRule>
  test(tool: string, args: unknown, place: Partial<CallPlace>): RuleVerdict
  /** Withdraws what a run asked; its rules hold no more. */
  runEnded(runId: string): Promise<void>
  /** Runs with a question of this room that nobody has decided. */
  waitingRuns(): Promise<readonly string[]>
  /** Of these parked runs, those that wait for nothing here any more are resumed. */
  recover(parked: readonly string[]): Promise<void>
}

export async function openApprovals(ports: ApprovePorts): Promise<Approvals> {
  const room = new ApprovalRoom(ports)
  await room.open()
  return room
}

class ApprovalRoom implements Approvals {
  readonly #ports: ApprovePorts
  readonly #rules: Rules

  constructor(ports: ApprovePorts) {
    this.#ports = ports
    this.#rules = new Rules(ports)
  }

  open(): Promise<void> {
    return this.#rules.open()
  }

  async judge(ask: CallAsk): Promise<CallAnswer> {
    const { runId, key, tool, args } = ask
    const digest = callDigest(tool, args)
    const before = await approvalsAt(this.#ports.store, runId, key)
    const known = before.find((one) => one.digest === digest)
    if (known && known.state !== 'withdrawn') return answerOf(known)
    const line = callLine(tool, args)
    const safe = ask.safety !== 'unsafe'
    const { effect, by } = this.#rules.decide({ tool, args }, ask, ask.chosen ? 'allow' : effectOfFallback(this.#ports.fallback(), safe))
    const first = by[0]
    if (effect === 'deny') {
      this.#rules.matched(by, runId, line)
      return { kind: 'deny', reason: `A rule forbids this call: ${first?.pattern ?? tool}.${first?.note ? ` ${first.note}` : ''}` }
    }
    if (effect === 'allow' && !ask.mustAsk && tool !== ASK_TOOL) {
      if (first && isOnce(first)) return this.#useUp(first, ask, digest, line)
      this.#rules.matched(by, runId, line)
      return { kind: 'go', args, edited: false, reply: null }
    }
    this.#rules.matched(by, runId, line)
    return this.#park({ ...this.#newCall(ask, digest, line, first), ...(known ? { id: known.id } : {}) }, known !== undefined)
  }

  /** The rule and what it let through, in one transaction: [AP9]. */
  async #useUp(rule: ApprovalRule, ask: CallAsk, digest: string, line: string): Promise<CallAnswer> {
    const at = this.#ports.clock.now()
    const waiting = this.#newCall(ask, digest, line, rule)
    const approved: Approval = { ...waiting, state: 'approved', decidedAt: at, decidedBy: `the rule ${rule.pattern}` }
    await this.#rules.end(rule.id, 'used', [insertApproval(approved)])
    return answerOf(approved)
  }

  async askPerson(ask: PersonAsk): Promise<PersonAnswer> {
    const digest = callDigest(ask.kind, ask.about)
    const known = (await approvalsAt(this.#ports.store, ask.runId, ask.key)).find((one) => one.digest === digest)
    if (known?.state === 'answered') {
      const { chosen, text } = known.edited as { readonly chosen: readonly string[]; readonly text: string }
      return { kind: 'answered', chosen, text, by: known.decidedBy }
    }
    if (known?.state === 'denied') return { kind: 'denied', reason: known.said }
    if (known?.state === 'waiting') return { kind: 'park', itemId: known.id, message: known.why }
    const made = { ...this.#new(ask), kind: ask.kind, title: ask.title, why: ask.why, question: ask.question, digest }
    return this.#park({ ...made, ...(known ? { id: known.id } : {}) }, known !== undefined)
  }

  async #park(one: Approval, again: boolean): Promise<{ readonly kind: 'park'; readonly itemId: string; readonly message: string }> {
    const { store, clock, announce, needsPerson } = this.#ports
    const old = again ? [{ sql: 'DELETE FROM approval WHERE id = ?', params: [one.id] }] : []
    // Whatever else waits at this step is not what the run asks for any more.
    const rest = withdrawApprovals(one.runId, clock.now(), 'its run asks for something else now', one.key)
    await store.write([...old, rest, insertApproval(one)])
    announce('inbox', one.id, 'waiting')
    needsPerson({
      title: `${one.personaName} ${one.question ? 'asks' : 'waits for you'}`,
      text: one.title,
      runId: one.runId,
      itemId: one.id,
    })
    return { kind: 'park', itemId: one.id, message: one.why }
  }

  #new({ runId, step, key, personaId, personaName }: Pick<CallAsk, 'runId' | 'step' | 'key' | 'personaId' | 'personaName'>): Approval {
    const none = { call: null, question: null, ruleId: null, decidedAt: null, decidedBy: '', said: '', edited: null }
    const { clock, chance } = this.#ports
    const base = { id: newId(chance, 'apr'), kind: 'call', title: '', why: '', digest: '', state: 'waiting', askedAt: clock.now() } as const
    return { ...base, ...none, runId, step, key, personaId, personaName }
  }

  #newCall(ask: CallAsk, digest: string, line: string, rule: ApprovalRule | undefined): Approval {
    const { tool, args, safety, mustAsk } = ask
    const base = this.#new(ask)
    if (tool === ASK_TOOL) {
      const question = questionOf(args)
      return {
        ...base,
        kind: 'question',
        title: shortLine(question.text, 300),
        why: 'The model asks.',
        question,
        digest,
        ruleId: rule?.id ?? null,
      }
    }
    const why = mustAsk ?? (rule ? `The rule ${rule.pattern} asks for it.` : 'No rule allows it, and what no rule allows is asked.')
    const call = { tool, args, digest, line, safety }
    return { ...base, title: shortLine(`${tool} ${line}`.trim(), 300), why, call, digest, ruleId: rule?.id ?? null }
  }

  async inbox(): Promise<InboxItem[]> {
    const { store, sources, log } = this.#ports
    const own = waitingApprovals(store).then((rows) => rows.map(itemOf))
    const others = sources.map(async (source) => {
      try {
        return await source.list()
      } catch (thrown) {
        log.warn('A part of the inbox could not be read.', { part: source.name, problem: messageOf(thrown) })
        return [unreadable(source.name, this.#ports.clock.now())]
      }
    })
    return (await Promise.all([own, ...others])).flat().toSorted((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1))
  }

  async waiting(): Promise<number> {
    const others = await Promise.all(this.#ports.sources.map((source) => source.count().catch(() => 1)))
    return others.reduce((sum, n) => sum + n, await waitingCount(this.#ports.store))
  }

  async decide(id: string, decision: Decision, seen: string | undefined, by: string): Promise<Decided> {
    const { store, clock, announce } = this.#ports
    const one = await approvalById(store, id)
    if (!one) throw new TroupeError('NOT_FOUND', `Nothing of the id ${id} waits, or ever did.`)
    const judged = judgeDecision(one, decision, seen)
    if (!judged.ok) return judged.refusal
    const denied = this.#deniesEdited(one, judged.ending.edited)
    if (denied) return refuse(id, 'unfit', denied).refusal
    const rule = this.#remembered(one, decision, by)
    try {
      const decided = decideApproval(id, { ...judged.ending, at: clock.now(), by })
      await store.write(rule ? [decided, insertRule(rule)] : [decided])
    } catch (thrown) {
      if (asTroupeError(thrown).code !== 'CONFLICT') throw thrown
      // Somebody else decided between our look and our write.
      const now = await approvalById(store, id)
      return refuse(id, now?.state === 'withdrawn' ? 'gone' : 'answered', now ? whoWasFirst(now) : 'It is gone.').refusal
    }
    if (rule) this.#rules.holdWritten(rule)
    announce('inbox', id, judged.ending.state)
    this.#resume(one.runId)
    return { ok: true, id }
  }

  #deniesEdited({ call, runId, personaId }: Approval, edited: unknown): string | null {
    if (!call || edited === null) return null
    const place = { runId, sessionId: runId, personaId, teamId: null }
    const { effect, by } = this.#rules.decide({ tool: call.tool, args: edited }, place, 'allow')
    return effect === 'deny' ? `A rule forbids the call with these arguments: ${by[0]?.pattern ?? ''}.` : null
  }

  #remembered({ question }: Approval, decision: Decision, by: string): ApprovalRule | undefined {
    if (decision.kind !== 'approve' || !decision.remember || question) return undefined
    return this.#rules.make({ ...decision.remember, effect: 'allow', note: '' }, by)
  }

  #resume(runId: string): void {
    this.#ports.resume(runId).catch((thrown: unknown) => {
      this.#ports.log.warn('A run that may go on did not; the next start of the engine tries again.', {
        run: runId,
        problem: messageOf(thrown),
      })
    })
  }

  async history(runId: string | undefined, limit: number): Promise<DecidedItem[]> {
    return (await decidedApprovals(this.#ports.store, runId, limit)).map(decidedItemOf)
  }

  rules(ended: boolean): Promise<ApprovalRule[]> {
    return this.#rules.list(ended)
  }

  addRule(rule: NewRule, by: string): Promise<ApprovalRule> {
    return this.#rules.add(rule, by)
  }

  revokeRule(id: string): Promise<ApprovalRule> {
    return this.#rules.revoke(id)
  }

  test(tool: string, args: unknown, place: Partial<CallPlace>): RuleVerdict {
    const at = { runId: '', sessionId: '', personaId: null, teamId: null, ...place }
    const fallback = this.#ports.fallback()
    const { effect, by } = this.#rules.decide({ tool, args }, at, effectOfFallback(fallback, false))
    const why = by.length > 0 ? `${by.map(({ pattern }) => pattern).join(', ')} fits.` : `No rule fits; the setting says ${fallback}.`
    return { effect, why, line: callLine(tool, args), rules: [...by] }
  }

  async runEnded(runId: string): Promise<void> {
    const { store, clock, announce } = this.#ports
    await this.#rules.runEnded(runId)
    const [result] = await store.write([withdrawApprovals(runId, clock.now(), 'its run has ended')])
    if ((result?.changes ?? 0) > 0) announce('inbox', runId, 'withdrawn')
  }

  waitingRuns(): Promise<readonly string[]> {
    return waitingRuns(this.#ports.store)
  }

  async recover(parked: readonly string[]): Promise<void> {
    const waiting = new Set(await this.waitingRuns())
    for (const runId of parked) if (!waiting.has(runId)) this.#resume(runId)
  }
}

function answerOf(one: Approval): CallAnswer {
  switch (one.state) {
    case 'approved':
      return { kind: 'go', args: one.edited ?? one.call?.args, edited: one.edited !== null, reply: null }
    case 'answered':
      return { kind: 'go', args: one.call?.args ?? {}, edited: false, reply: one.said }
    case 'denied':
      return { kind: 'deny', reason: one.said === '' ? 'The person said no.' : `The person said no: ${one.said}` }
    case 'waiting':
    case 'withdrawn':
      return { kind: 'park', itemId: one.id, message: one.why }
  }
}

function unreadable(name: string, since: number): InboxItem {
  const nothing = { runId: null, step: null, personaId: null, call: null, question: null, ruleId: null }
  return {
    id: `unread:${name}`,
    kind: 'unknown-outcome',
    personaName: '',
    title: `What waits for ${name} could not be read.`,
    why: 'The log has the reason.',
    since,
    ...nothing,
  }
}
