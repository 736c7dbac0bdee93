// @vitest-environment node
import { describe, expect, it } from 'vitest'
import type { DueTime, FireRow, ScheduleRule, ScheduleSpan } from '#contract'
import { daysOf, entriesOf, hoursOf, turned } from '../../../src/screens/schedule/days.ts'
import { canMove, movedRule, stepped } from '../../../src/screens/schedule/move.ts'

const utc = (text: string) => Date.parse(`${text}Z`)
const local = (year: number, month: number, day: number, hour = 0, minute = 0) => new Date(year, month - 1, day, hour, minute).getTime()
const due = (at: number, triggerId = 't1'): DueTime => ({
  ...{ triggerId, triggerName: triggerId, personaId: 'p1', at, mark: 'none', durationMs: null, costUsd: null },
})
const fire = (at: number, state: FireRow['state']): FireRow => ({
  ...{ id: `f${at}`, seq: 1, triggerId: 't1', triggerName: 't1', personaId: 'p1', kind: 'schedule', cause: 'schedule', state },
  ...{ why: null, whyText: '', dueFrom: at, due: at, count: 1, notedAt: at, startedAt: null, endedAt: null, runId: null, runState: null },
  ...{ eventSeq: null, rootId: '', depth: 0, input: '' },
})
const span = (past: FireRow[], future: DueTime[], conflicts: ScheduleSpan['conflicts'] = []): ScheduleSpan => ({
  ...{ past, future, conflicts, forecast: { costUsd: 0, unknown: 0 }, cut: false },
})

describe('the days of the calendar', () => {
  it('a month is whole weeks from Monday, a week is seven days, and both end where the next begins', () => {
    const month = daysOf('month', local(2026, 11, 25))
    expect(month.starts).toHaveLength(42)
    expect(month.starts[0]).toBe(local(2026, 10, 26))
    expect(month.end).toBe(local(2026, 12, 7))
    const week = daysOf('week', local(2026, 11, 25, 13))
    expect(week.starts[0]).toBe(local(2026, 11, 23))
    expect(week.end).toBe(local(2026, 11, 30))
    expect(daysOf('month', local(2027, 2, 10)).starts).toHaveLength(28)
  })

  it('turns by months from their first day, so that the 31st does not leap over February', () => {
    expect(turned('month', local(2027, 1, 31), 1)).toBe(local(2027, 2, 1))
    expect(turned('week', local(2026, 11, 25), -1)).toBe(local(2026, 11, 18))
  })

  it('each fire and each due time is in one entry of one cell, by day and by hour', () => {
    const at = local(2026, 11, 25, 9)
    const days = daysOf('month', at)
    const past = [fire(at, 'ended'), fire(at + 60_000, 'ended'), fire(at + 120_000, 'missed')]
    const future = Array.from({ length: 300 }, (_, n) => due(at + n * 5 * 60_000, n % 2 ? 't1' : 't2'))
    for (const cells of [days.starts, hoursOf(days.starts).flat()]) {
      const all = [...entriesOf(span(past, future), cells, days.end).values()].flat()
      expect(all.flatMap(({ fires }) => fires)).toHaveLength(3)
      expect(all.flatMap(({ dues }) => dues)).toHaveLength(300)
    }
    const [today] = [entriesOf(span(past, []), days.starts, days.end).get(local(2026, 11, 25))]
    expect(today?.map(({ mark, fires }) => [mark, fires.length])).toEqual([
      ['ran', 2],
      ['missed', 1],
    ])
  })

  it('marks a due time that meets others of its persona', () => {
    const at = local(2026, 11, 25, 9)
    const conflicts = [{ personaId: 'p1', from: at, to: at + 60_000, triggerIds: ['t1', 't2'], most: 2 }]
    const { starts, end } = daysOf('week', at)
    const entries = entriesOf(span([], [due(at), due(at, 't2'), due(at + 3_600_000 * 24)], conflicts), starts, end)
    expect([...entries.values()].flat().map(({ conflict }) => conflict)).toEqual([true, true, false])
  })
})

describe('moving a due time', () => {
  const cron = (expression: string): ScheduleRule => ({ how: 'cron', expression })
  const from = utc('2026-11-25T09:00')
  const moved = (rule: ScheduleRule, to: string, zone = 'UTC') => movedRule(rule, from, utc(to), zone)

  it.each([
    ['0 9 * * 1-5', '2026-11-25T10:30', '30 10 * * 1-5'],
    ['0 9 * * *', '2026-11-26T10:00', '0 10 * * *'],
    ['0 9 * * 3', '2026-11-27T09:00', '0 9 * * 5'],
    ['0 9 * * WED', '2026-11-29T08:00', '0 8 * * 0'],
    ['0 9 25 * *', '2026-11-26T09:00', '0 9 26 * *'],
    ['0 9 25 11 *', '2026-12-31T09:00', '0 9 31 12 *'],
    ['0 0 9 * * 3', '2026-11-24T09:00', '0 9 * * 2'],
  ])('%s to %s is %s', (before, to, after) => {
    expect(moved(cron(before), to)).toEqual({ rule: cron(after), every: true })
  })

  it('reads the new time on the wall clock of the zone of the schedule', () => {
    expect(movedRule(cron('0 10 * * *'), from, utc('2026-11-25T11:00'), 'Europe/Vienna')).toEqual({ rule: cron('0 12 * * *'), every: true })
  })

  it.each([
    ['0 9 * * *', '2026-11-26T09:00', /only its time/],
    ['0 9 * * 1-5', '2026-11-26T09:00', /only its time/],
    ['0 9 25 * *', '2026-11-30T09:00', /up to the 28th/],
    ['*/5 * * * *', '2026-11-25T10:00', /more than one time/],
  ])('%s to %s is refused with a reason', (before, to, why) => {
    const answer = moved(cron(before), to)
    expect('why' in answer && answer.why).toMatch(why)
  })

  it('one time moves to the moment, an interval by its anchor, and what came from a calendar not at all', () => {
    const to = utc('2026-11-25T10:00')
    expect(movedRule({ how: 'once', at: from }, from, to, '')).toEqual({ rule: { how: 'once', at: to }, every: false })
    const interval = movedRule({ how: 'interval', everyMs: 86_400_000, anchor: 0 }, from, to, '')
    expect(interval).toEqual({ rule: { how: 'interval', everyMs: 86_400_000, anchor: 3_600_000 }, every: true })
    expect(canMove({ how: 'rrule', rule: 'FREQ=DAILY' })).toBe(false)
    expect(canMove({ how: 'interval', everyMs: 60_000, anchor: 0 })).toBe(false)
  })

  it('the arrow keys step by a day, a week, or an hour', () => {
    const at = local(2026, 11, 25, 9)
    expect(stepped(at, 'ArrowRight', 'month')).toBe(local(2026, 11, 26, 9))
    expect(stepped(at, 'ArrowUp', 'month')).toBe(local(2026, 11, 18, 9))
    expect(stepped(at, 'ArrowDown', 'week')).toBe(local(2026, 11, 25, 10))
    expect(stepped(at, 'Enter', 'week')).toBeUndefined()
  })
})
