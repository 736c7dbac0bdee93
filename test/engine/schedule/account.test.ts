/** The ledger's decision alone, against a list of due times: whatever the policy, sleeps and jumps, each is in exactly one line. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MissedPolicy, ScheduleRule } from '#contract'
import {
  type Account,
  type AccountAsk,
  account,
  type Cursor,
  type Line,
  nextDue,
  retract,
} from '../../../extensions/engine/schedule/mod.ts'

const LIMITS = { onTimeMs: 90_000, staggerMs: 5_000, countedDueTimes: 300 }
const HOUR = 3_600_000
const START = Date.UTC(2026, 2, 27)

function ask(rule: ScheduleRule, cursor: Cursor, now: number, policy: MissedPolicy, more: Partial<AccountAsk> = {}): Account {
  return account({
    rule,
    zone: 'Europe/Vienna',
    cursor,
    now,
    policy,
    standing: null,
    absence: { why: 'asleep', text: 'Asleep.' },
    expiresAt: null,
    limits: LIMITS,
    ...more,
  })
}

function dues(rule: ScheduleRule, after: number, upTo: number): number[] {
  const found: number[] = []
  for (let next = nextDue(rule, 'Europe/Vienna', after); next && next.at <= upTo; next = nextDue(rule, 'Europe/Vienna', next.at))
    found.push(next.at)
  return found
}

const every10: ScheduleRule = { how: 'cron', expression: '*/10 * * * *' }
const fresh: Cursor = { accountedTo: START, ahead: [], skipUntil: null }

describe('missed due times', () => {
  const asleep = START + 2 * HOUR + 30_000
  it('[SC11] skip: they are noted, and the one that is on time fires', () => {
    const { lines, cursor } = ask(every10, fresh, asleep, { policy: 'skip' })
    expect(lines.map(({ state, count, why, due }) => ({ state, count, why, due }))).toEqual([
      { state: 'missed', count: 11, why: 'asleep', due: START + 110 * 60_000 },
      { state: 'fire', count: 1, why: null, due: START + 2 * HOUR },
    ])
    expect(cursor.accountedTo).toBe(asleep)
  })
  it('[SC11] coalesce: one run stands for all', () => {
    expect(ask(every10, fresh, asleep, { policy: 'coalesce' }).lines).toMatchObject([
      {
        state: 'fire',
        cause: 'schedule',
        count: 12,
        dueFrom: START + 600_000,
        due: START + 2 * HOUR,
        text: 'Stands for 12 due times: Asleep.',
      },
    ])
  })
  it('[SC11] catch up: the newest, oldest first, apart from each other; the rest is noted', () => {
    const { lines } = ask(every10, fresh, asleep, { policy: 'catch-up', most: 3, windowMs: 24 * HOUR })
    expect(lines.map(({ state, count, cause, startAt }) => ({ state, count, cause, after: startAt - asleep }))).toEqual([
      { state: 'missed', count: 8, cause: 'schedule', after: 0 },
      { state: 'fire', count: 1, cause: 'catch-up', after: 0 },
      { state: 'fire', count: 1, cause: 'catch-up', after: 5_000 },
      { state: 'fire', count: 1, cause: 'catch-up', after: 10_000 },
      { state: 'fire', count: 1, cause: 'schedule', after: 0 },
    ])
  })
  it('[SC11] what is older than the window is not caught up', () => {
    const { lines } = ask(every10, fresh, asleep, { policy: 'catch-up', most: 100, windowMs: HOUR / 2 })
    expect(lines.filter(({ cause }) => cause === 'catch-up')).toHaveLength(2)
  })
  it('[SC13] a paused trigger, and a due time that was skipped, are lines', () => {
    const paused = ask(every10, fresh, asleep, { policy: 'coalesce' }, { standing: { why: 'paused', text: 'Paused.' } })
    expect(paused.lines).toMatchObject([{ state: 'skipped', why: 'paused', count: 12 }])
    const skipped = ask(every10, { ...fresh, skipUntil: START + 600_000 }, START + 601_000, { policy: 'coalesce' })
    expect(skipped.lines).toMatchObject([{ state: 'skipped', why: 'skip-next', count: 1 }])
    expect(skipped.cursor.skipUntil).toBeNull()
  })
  it('[SC14] more than are counted have no number, and true ends', () => {
    const second: ScheduleRule = { how: 'cron', expression: '*/20 * * * * *' }
    const { lines } = ask(second, fresh, START + 48 * HOUR + 5_000, { policy: 'coalesce' })
    expect(lines).toMatchObject([{ count: null, dueFrom: START + 20_000, due: START + 48 * HOUR }])
  })
  it('an interval of twenty years is counted at once', () => {
    const { lines } = ask({ how: 'interval', everyMs: 1000, anchor: 0 }, fresh, START + 20 * 365 * 24 * HOUR, { policy: 'skip' })
    expect(lines.reduce((sum, { count }) => sum + (count ?? Number.NaN), 0)).toBe(20 * 365 * 24 * 3600)
  })
  it('nothing is due after the end of the trigger', () => {
    expect(ask(every10, fresh, asleep, { policy: 'coalesce' }, { expiresAt: START + HOUR }).lines).toMatchObject([
      { due: START + HOUR, count: 6 },
    ])
  })
})

const policies: fc.Arbitrary<MissedPolicy> = fc.oneof(
  fc.constant<MissedPolicy>({ policy: 'skip' }),
  fc.constant<MissedPolicy>({ policy: 'coalesce' }),
  fc.record({
    policy: fc.constant('catch-up' as const),
    most: fc.integer({ min: 1, max: 20 }),
    windowMs: fc.integer({ min: 60_000, max: 48 * HOUR }),
  }),
)
const rules: fc.Arbitrary<ScheduleRule> = fc.oneof(
  fc
    .constantFrom('*/30 * * * *', '30 2 * * *', '0 * * * *', '15,45 1-3 * * *', '0 9 * * 1-5')
    .map((expression): ScheduleRule => ({ how: 'cron', expression })),
  fc.integer({ min: 20 * 60_000, max: 5 * HOUR }).map((everyMs): ScheduleRule => ({ how: 'interval', everyMs, anchor: 0 })),
  fc.integer({ min: 0, max: 5 * 24 * HOUR }).map((at): ScheduleRule => ({ how: 'once', at: START + at })),
)
/** Steps of the clock: a short wait, a long sleep, or back. */
const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 40 * 60_000 }) },
    { weight: 2, arbitrary: fc.integer({ min: HOUR, max: 30 * HOUR }) },
    { weight: 2, arbitrary: fc.integer({ min: -30 * HOUR, max: -1 }) },
  ),
  { minLength: 1, maxLength: 25 },
)

interface Kept extends Line {
  readonly only: boolean
}

describe('[SC10] [SC15] the ledger', () => {
  it('has each due time up to the cursor in exactly one line, and runs none twice, whatever the clock does', () => {
    fc.assert(
      fc.property(rules, policies, steps, (rule, policy, moves) => {
        let cursor = fresh
        let lines: Kept[] = []
        let now = START
        const ranFor = new Map<number, number>()
        for (const move of moves) {
          const before = now
          now = Math.max(START, now + move)
          if (now < before) {
            const ahead = [...cursor.ahead]
            lines = lines.flatMap((line) => {
              if (line.due <= now || line.only) return [line]
              const to = retract(rule, 'Europe/Vienna', { ...line, ran: line.state === 'fire' }, now, LIMITS.countedDueTimes)
              if (to.to === 'gone') return []
              if (to.to === 'cut') return [{ ...line, ...to.line }]
              ahead.push(to.ahead)
              const kept = { ...line, dueFrom: line.due, count: 1, only: true }
              return to.counted ? [kept, { ...line, ...to.counted, state: 'missed' as const, only: false }] : [kept]
            })
            cursor = { ...cursor, accountedTo: Math.min(cursor.accountedTo, now), ahead: [...new Set(ahead)].sort((a, b) => a - b) }
          }
          const done = ask(rule, cursor, now, policy)
          cursor = done.cursor
          for (const line of done.lines) {
            lines.push({ ...line, only: false })
            if (line.state === 'fire') ranFor.set(line.due, (ranFor.get(line.due) ?? 0) + 1)
          }
          lines = lines.map((line) => (line.only && line.due <= now ? { ...line, only: false } : line))
        }
        for (const [due, times] of ranFor) expect(times, `runs for ${new Date(due).toISOString()}`).toBe(1)
        const all = dues(rule, START, Math.max(now, ...cursor.ahead))
        const wanted = all.filter((due) => due <= now || cursor.ahead.includes(due))
        const within = (from: number, to: number) =>
          all.slice(
            all.findIndex((one) => one >= from),
            all.findLastIndex((one) => one <= to) + 1,
          )
        const covered = lines.flatMap(({ dueFrom, due }) => within(dueFrom, due)).sort((a, b) => a - b)
        expect(covered).toEqual(wanted)
        for (const { dueFrom, due, count } of lines) if (count !== null) expect(within(dueFrom, due)).toHaveLength(count)
      }),
      { numRuns: process.env.SLOW === '1' ? 5_000 : 150 },
    )
  })
})
