/**
 * The ledger's one decision: what becomes of every due time between the cursor and now. Pure; its caller stores the lines and the new
 * cursor in one transaction. [SC10] to [SC15]
 */
import type { MissedPolicy, ScheduleRule } from '#contract'
import type { FireWhy } from '#contract/plain'
import { type DueSpan, dueSpan } from './due.ts'

export interface Cursor {
  /** All due times up to here, included, are accounted for. */
  readonly accountedTo: number
  /** Due times beyond it that are accounted for all the same: they ran under a clock that was set back since. Ascending. */
  readonly ahead: readonly number[]
  /** Due times up to here are left out, as the person asked; null: none. */
  readonly skipUntil: number | null
}

export interface Line {
  readonly dueFrom: number
  readonly due: number
  readonly count: number | null
  /** `fire` is to start at `startAt`; the others have a reason and no run. */
  readonly state: 'fire' | 'missed' | 'skipped'
  readonly cause: 'schedule' | 'catch-up'
  readonly why: FireWhy | null
  readonly text: string
  readonly startAt: number
}

export interface Reason {
  readonly why: FireWhy
  readonly text: string
}

export interface AccountAsk {
  readonly rule: ScheduleRule
  readonly zone: string
  readonly cursor: Cursor
  readonly now: number
  readonly policy: MissedPolicy
  /** Why nothing fires at all: paused, disabled, stopped. null: it does. */
  readonly standing: Reason | null
  /** Why a due time that is late could not fire in time. */
  readonly absence: Reason
  /** No due time after this exists. */
  readonly expiresAt: number | null
  readonly limits: { readonly onTimeMs: number; readonly staggerMs: number; readonly countedDueTimes: number }
}

export interface Account {
  readonly lines: readonly Line[]
  readonly cursor: Cursor
}

export function account(ask: AccountAsk): Account {
  const { cursor, now, expiresAt } = ask
  if (now <= cursor.accountedTo) return { lines: [], cursor }
  const skipped = cursor.skipUntil !== null && cursor.skipUntil > cursor.accountedTo ? Math.min(cursor.skipUntil, now) : cursor.accountedTo
  const end = expiresAt === null ? now : Math.min(now, expiresAt)
  const lines = [...leftOut(ask, cursor.accountedTo, Math.min(skipped, end)), ...(end > skipped ? decide(ask, skipped, end) : [])]
  return {
    lines,
    cursor: {
      accountedTo: now,
      ahead: cursor.ahead.filter((due) => due > now),
      skipUntil: cursor.skipUntil !== null && cursor.skipUntil > now ? cursor.skipUntil : null,
    },
  }
}

function leftOut(ask: AccountAsk, after: number, upTo: number): Line[] {
  const reason = ask.standing ?? { why: 'skip-next' as const, text: 'Left out, as it was asked for.' }
  return spansOf(ask, after, upTo, 1).map((span) => note(ask, span, 'skipped', reason))
}

function decide(ask: AccountAsk, after: number, upTo: number): Line[] {
  const { standing, policy, now, limits, absence } = ask
  if (standing) return spansOf(ask, after, upTo, 1).map((span) => note(ask, span, 'skipped', standing))
  const lateUpTo = Math.min(upTo, now - limits.onTimeMs - 1)
  const missed = lateUpTo > after ? spansOf(ask, after, lateUpTo, policy.policy === 'catch-up' ? policy.most : 1) : []
  const onTime = spansOf(ask, Math.max(after, lateUpTo), upTo, 1)
  switch (policy.policy) {
    case 'skip':
      return [...missed.map((span) => note(ask, span, 'missed', absence)), ...stand(ask, onTime, 'schedule')]
    case 'coalesce':
      return stand(ask, [...missed, ...onTime], onTime.length > 0 ? 'schedule' : 'catch-up')
    case 'catch-up':
      return [...catchUp(ask, missed, now - policy.windowMs), ...stand(ask, onTime, 'schedule')]
  }
}

/** One fire, for the newest due time; the others are counted in its line, or in lines of their own where accounted ones lie between. */
function stand(ask: AccountAsk, spans: readonly DueSpan[], cause: Line['cause']): Line[] {
  const whole = joined(ask, spans)
  return whole.map((span, at) => {
    if (at < whole.length - 1) return note(ask, span, 'missed', { why: 'coalesced', text: 'A later run stands for it.' })
    const several = span.count === null ? 'many' : span.count
    const late = cause === 'catch-up' || ask.now - span.first > ask.limits.onTimeMs
    const text =
      span.count === 1 && !late
        ? ''
        : `Stands for ${several} due ${span.count === 1 ? 'time' : 'times'}${late ? `: ${ask.absence.text}` : '.'}`
    return { dueFrom: span.first, due: span.last, count: span.count, state: 'fire', cause, why: null, text, startAt: ask.now }
  })
}

function catchUp(ask: AccountAsk, spans: readonly DueSpan[], from: number): Line[] {
  if (ask.policy.policy !== 'catch-up') return []
  const wanted = spans
    .flatMap(({ newest }) => newest)
    .filter((due) => due >= from)
    .slice(-ask.policy.most)
  const first = wanted[0]
  const rest = spans.flatMap((span) => (first === undefined ? [span] : cutBefore(ask, span, first)))
  const beyond = { why: 'catch-up-limit' as const, text: `${ask.absence.text} More than is made up for.` }
  return [
    ...rest.map((span) => note(ask, span, 'missed', beyond)),
    ...wanted.map(
      (due, at): Line => ({
        dueFrom: due,
        due,
        count: 1,
        state: 'fire',
        cause: 'catch-up',
        why: null,
        text: ask.absence.text,
        startAt: ask.now + at * ask.limits.staggerMs,
      }),
    ),
  ]
}

/** The part of a span before `first`; nothing when there is none. */
function cutBefore(ask: AccountAsk, span: DueSpan, first: number): DueSpan[] {
  if (span.last < first) return [span]
  if (span.first >= first) return []
  const { rule, zone, limits } = ask
  const kept = span.newest.filter((due) => due >= first).length
  if (span.count !== null && span.count > span.newest.length) {
    const before = dueSpan(rule, zone, span.first - 1, first - 1, 1, limits.countedDueTimes)
    return before ? [{ ...before, count: span.count - kept }] : []
  }
  const before = dueSpan(rule, zone, span.first - 1, first - 1, 1, limits.countedDueTimes)
  return before ? [before] : []
}

/** The due times of a part, without those that are accounted already: one span, or several where such ones lie between. */
function spansOf(ask: AccountAsk, after: number, upTo: number, keep: number): DueSpan[] {
  if (upTo <= after) return []
  const { rule, zone, limits, cursor } = ask
  const stops = cursor.ahead.filter((due) => due > after && due <= upTo)
  const spans: DueSpan[] = []
  let from = after
  for (const stop of [...stops, null]) {
    const span = dueSpan(rule, zone, from, stop === null ? upTo : stop - 1, keep, limits.countedDueTimes)
    if (span) spans.push(span)
    if (stop !== null) from = stop
  }
  return spans
}

/** Neighbours become one span, unless an accounted due time lies between. */
function joined(ask: AccountAsk, spans: readonly DueSpan[]): DueSpan[] {
  const whole: DueSpan[] = []
  for (const span of spans) {
    const before = whole.at(-1)
    if (!before || ask.cursor.ahead.some((due) => due > before.last && due < span.first)) whole.push(span)
    else {
      const count = before.count === null || span.count === null ? null : before.count + span.count
      whole[whole.length - 1] = { first: before.first, last: span.last, count, newest: span.newest }
    }
  }
  return whole
}

function note(ask: AccountAsk, { first, last, count }: DueSpan, state: 'missed' | 'skipped', { why, text }: Reason): Line {
  return { dueFrom: first, due: last, count, state, cause: 'schedule', why, text, startAt: ask.now }
}
