/** Part of the composition root: answers the run room's gate from approvals, budgets and healing. */
import type { RunRow } from '#contract'
import { type FailureClass, LIMITS, type RunReasonCode } from '#contract/plain'
import { asTroupeError, type BodyFailure, type Clock } from '#core'
import type { Approvals, CallAsk } from './approve/mod.ts'
import type { Budgets } from './budget/mod.ts'
import type { Failure, Healing } from './heal/mod.ts'
import {
  type GateAnswer,
  type GateAsk,
  type GateSettle,
  type GateWrites,
  type HealAnswer,
  openGate,
  type RunGate,
  type TryEnd,
} from './run/mod.ts'

export interface GuardRooms {
  readonly clock: Clock
  readonly approvals: () => Promise<Approvals>
  readonly budgets: () => Promise<Budgets>
  readonly healing: () => Promise<Healing>
  /** The heading under which a persona stands; empty: none. */
  readonly groupOf: (personaId: string) => Promise<string>
  /** The first run of the chain that this one was run again from. */
  readonly sessionOf: (run: RunRow) => Promise<string>
  /** Whether failed runs are tried again by themselves. */
  readonly heals: () => boolean
}

/** A provider that asks to wait longer means the account's allowance, not its pace. */
const WINDOW_MS = 10 * 60_000

export function guardGate(rooms: GuardRooms): RunGate {
  /** Until when a breaker left a run's provider alone, for the decision that follows. */
  const leftAlone = new Map<string, number>()
  return {
    ask: (ask) => (ask.kind === 'model' ? askModel(rooms, ask, leftAlone) : askCall(rooms, ask)),
    settle: (settle) => settleStep(rooms, settle),
    async heal(end) {
      const until = leftAlone.get(end.run.id)
      leftAlone.delete(end.run.id)
      return healRun(rooms, end, until)
    },
  }
}

async function askModel(rooms: GuardRooms, ask: GateAsk, leftAlone: Map<string, number>): Promise<GateAnswer> {
  const { run, n, key, title, worstUsd, worstTokens, args } = ask
  const healing = await rooms.healing()
  const refusal = healing.refusal([providerKey(title)], callName(ask))
  if (refusal) {
    leftAlone.set(run.id, refusal.until)
    return { kind: 'deny', reason: refusal.message }
  }
  const budgets = await rooms.budgets()
  const group = run.personaId === null ? '' : await rooms.groupOf(run.personaId)
  const whose = { runId: run.id, rootId: run.id, personaId: run.personaId, personaName: run.personaName, group }
  try {
    const answer = await budgets.reserve({ ...whose, step: n, key, model: title, worstUsd, worstTokens: worstTokens ?? 0 })
    if (answer.kind === 'park') {
      healing.withdraw([providerKey(title)], callName(ask))
      return { kind: 'park', reason: { code: 'budget', message: answer.message } }
    }
    const { reservationId, write, stored } = answer
    // Without an output limit of its own it is given the one that was reserved for, so that its worst case is one.
    const bound = args.maxOutputTokens === null && budgets.bounds(run.personaId, group)
    const bounded = bound ? { args: { ...args, maxOutputTokens: LIMITS.reservedOutputTokens } } : {}
    return { kind: 'go', reservation: reservationId, write, stored, ...bounded }
  } catch (thrown) {
    healing.withdraw([providerKey(title)], callName(ask))
    // It left the line because its run ends.
    if (asTroupeError(thrown).code !== 'CANCELLED') throw thrown
    return { kind: 'park', reason: { code: 'budget', message: asTroupeError(thrown).message } }
  }
}

async function askCall(rooms: GuardRooms, ask: GateAsk): Promise<GateAnswer> {
  const { run, n, key, kind, title, args, safety } = ask
  const healing = await rooms.healing()
  const off = kind === 'tool' ? await healing.switchedOff(run.id, title) : null
  if (off !== null) return { kind: 'deny', reason: off }
  const sessionId = await rooms.sessionOf(run)
  const place = { runId: run.id, sessionId, personaId: run.personaId, teamId: null }
  // What a person wrote down (a command's line, a team's node) they have chosen: only a rule that names it asks.
  const chosen = kind !== 'tool'
  const call: CallAsk = { ...place, step: n, key, personaName: run.personaName, tool: title, args, safety, chosen }
  const answer = await (await rooms.approvals()).judge(call)
  switch (answer.kind) {
    case 'go':
      if (answer.reply !== null) return { kind: 'answer', ok: true, text: answer.reply }
      return answer.edited ? { kind: 'go', args: answer.args as Readonly<Record<string, unknown>> } : { kind: 'go' }
    case 'deny':
      return answer
    case 'park':
      return { kind: 'park', reason: { code: title === 'ask' ? 'question' : 'approval', message: answer.message } }
  }
}

async function settleStep(rooms: GuardRooms, settle: GateSettle): Promise<GateWrites> {
  if (settle.kind !== 'model') return {}
  const { outcome, reservation, usage, costUsd, title, failure } = settle
  const healing = await rooms.healing()
  if (outcome === 'unknown') healing.withdraw([providerKey(title)], callName(settle))
  else {
    const failed = failure ? { class: classOf(null, failure) ?? 'unknown', message: failure.message } : undefined
    healing.report(providerKey(title), callName(settle), outcome === 'done', failed)
  }
  if (reservation === null) return {}
  const budgets = await rooms.budgets()
  if (outcome === 'unknown') return { write: budgets.lose(reservation) }
  const told = usage !== null && (usage.input !== null || usage.output !== null)
  // Refused before an answer began: nothing is billed, and nothing was counted.
  const free = outcome === 'failed' && costUsd === 0 && !told
  const tokens = told ? (usage.input ?? 0) + (usage.output ?? 0) : free ? 0 : null
  return { write: budgets.settle(reservation, { usd: costUsd, tokens, made: true }) }
}

async function healRun(rooms: GuardRooms, end: TryEnd, leftAloneUntil: number | undefined): Promise<HealAnswer> {
  const { run, reason, stalled } = end
  const kind = leftAloneUntil === undefined ? classOf(reason.code, end.failure) : 'provider-down'
  // Something beneath it ended, and the run did nothing wrong: it goes on at once, as long as it gets anywhere.
  if (kind === 'crash') return openGate.heal(end)
  if (kind === null || !rooms.heals()) return { kind: 'give-up' }
  const now = rooms.clock.now()
  const retryAfterMs = leftAloneUntil === undefined ? (end.failure?.retryAfterMs ?? null) : Math.max(0, leftAloneUntil - now)
  const failure: Failure = {
    class: kind,
    message: end.failure?.message ?? reason.message,
    provider: null,
    tool: kind === 'tool-error' ? toolOf(reason.message) : null,
    retryAfterMs,
    resetAt: null,
    resumable: run.bodyKind === 'model',
  }
  const verdict = await (await rooms.healing()).attemptEnded({
    runId: run.id,
    personaId: run.personaId,
    personaName: run.personaName,
    failure,
    // Tries in a row without a finished step say what progress there was: none, or some since.
    progress: end.attempt - stalled,
    hasNextModel: false,
  })
  if (verdict.kind === 'retry') return { kind: 'park', reason: { code: 'retry', message: verdict.message } }
  if (verdict.kind === 'give-up') return { kind: 'give-up', message: reason.message }
  return { kind: 'park', reason: { code: 'input', message: `${verdict.message} ${verdict.advice}` } }
}

const providerKey = (title: string): string => `provider:${title.slice(0, Math.max(0, title.indexOf('/'))) || title}`
const callName = ({ run, key, attempt }: Pick<GateAsk, 'run' | 'key' | 'attempt'>): string => `${run.id} ${key} ${attempt}`
const toolOf = (message: string): string | null => /^([\w.-]+): /.exec(message)?.[1] ?? null

/** null: nothing that another try could mend. */
export function classOf(code: RunReasonCode | null, failure: BodyFailure | null): FailureClass | null {
  if (code === 'thread-died' || code === 'engine-crashed') return 'crash'
  if (code === 'timeout') return 'timeout'
  if (code === 'spawn') return 'missing-program'
  if (code === 'credential') return 'credential'
  if (code === 'tool') return 'tool-error'
  if (code !== null && code !== 'no-model') return null
  switch (failure?.kind) {
    case 'limited':
      return (failure.retryAfterMs ?? 0) > WINDOW_MS ? 'usage-window' : 'rate-limit'
    case 'server':
      return 'provider-down'
    case 'network':
    case 'cut':
      return 'network'
    case 'unauthorised':
      return 'credential'
    case 'too-long':
      return 'context-overflow'
    case 'refused':
    case 'missing':
      return 'validation'
    default:
      return null
  }
}
