import { describe, expect, it } from 'vitest'
import type { ScheduleRule } from '#contract'
import { loadRrule, loadWords, nextDues, wallText } from '../../../extensions/engine/schedule/mod.ts'

const NOW = Date.parse('2026-11-25T10:00:00Z')
const { readWords, describeRule } = await loadWords()
await loadRrule()

const cron = (expression: string): ScheduleRule => ({ how: 'cron', expression })

describe('[SC31] a schedule in words', () => {
  it.each<[string, ScheduleRule]>([
    ['every weekday at 9', cron('0 9 * * 1-5')],
    ['Every Weekday at 9:30', cron('30 9 * * 1-5')],
    ['weekdays at 7pm', cron('0 19 * * 1-5')],
    ['every day at noon', cron('0 12 * * *')],
    ['daily at 12am', cron('0 0 * * *')],
    ['every monday and friday at 8', cron('0 8 * * 1,5')],
    ['mondays, wednesdays and fridays at 17:45', cron('45 17 * * 1,3,5')],
    ['tuesday to thursday at 6', cron('0 6 * * 2-4')],
    ['every day at 9 and 17', cron('0 9,17 * * *')],
    ['weekends at 10am', cron('0 10 * * 0,6')],
    ['every 15 minutes', cron('*/15 * * * *')],
    ['every 15 minutes between 9 and 17 on weekdays', cron('*/15 9-16 * * 1-5')],
    ['every 2 hours from 8 to 18', cron('0 8-18/2 * * *')],
    ['every hour', cron('0 * * * *')],
    ['every half hour', cron('*/30 * * * *')],
    ['every 7 minutes', { how: 'interval', everyMs: 420_000, anchor: 0 }],
    ['every 10 seconds', { how: 'interval', everyMs: 10_000, anchor: 0 }],
    ['first monday of the month at 8:30', cron('30 8 * * 1#1')],
    ['last friday of every month at 18:00', cron('0 18 * * 5L')],
    ['last day of the month at 23:00', cron('0 23 L * *')],
    ['last weekday of the month at 16', cron('0 16 LW * *')],
    ['on the 1st and 15th at 7', cron('0 7 1,15 * *')],
    ['monthly at 6', cron('0 6 1 * *')],
    ['every year on 24 december at 18', cron('0 18 24 12 *')],
    ['every other day at 9', { how: 'rrule', rule: 'FREQ=DAILY;INTERVAL=2;BYHOUR=9;BYMINUTE=0;BYSECOND=0' }],
    ['every 2 weeks on monday at 9', { how: 'rrule', rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0' }],
    ['in 20 minutes', { how: 'once', at: NOW + 1_200_000 }],
    ['tomorrow at 8', { how: 'once', at: Date.parse('2026-11-26T07:00:00Z') }],
    ['on 2026-12-24 at 18:00', { how: 'once', at: Date.parse('2026-12-24T17:00:00Z') }],
    ['*/5 * * * *', cron('*/5 * * * *')],
  ])('%s', (text, rule) => {
    expect(readWords(text, 'Europe/Vienna', NOW)).toEqual({ rule })
  })

  it.each([
    '',
    'now and then',
    'every weekday at 25',
    'every blue moon at 9',
    'today at 3',
    'every 7 minutes on mondays',
    'at 9:15 and 17:30 daily',
  ])('says what it does not understand: %s', (text) => {
    expect(readWords(text, 'Europe/Vienna', NOW)).toEqual({ problem: expect.stringMatching(/.{10}/) })
  })
})

describe('[SC30] every rule has a description', () => {
  it.each<[ScheduleRule, string]>([
    [cron('0 9 * * 1-5'), 'At 09:00, Monday through Friday'],
    [cron('@daily'), 'At 00:00'],
    [{ how: 'interval', everyMs: 5_400_000, anchor: 0 }, 'Every 90 minutes'],
    [{ how: 'once', at: Date.parse('2026-12-24T17:00:00Z') }, 'Once, on 2026-12-24 18:00'],
    [{ how: 'rrule', rule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=9' }, 'Every week on Monday at 9'],
  ])('%o', (rule, words) => expect(describeRule(rule, 'Europe/Vienna')).toBe(words))
})

describe('[SC6] rules of a calendar', () => {
  it('are asked on the wall clock', () => {
    const rule: ScheduleRule = { how: 'rrule', rule: 'FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0' }
    expect(
      nextDues(rule, 'Europe/Vienna', Date.parse('2026-10-12T00:00:00Z'), 3).map(
        ({ at, mark }) => `${wallText('Europe/Vienna', at)} ${mark}`,
      ),
    ).toEqual(['2026-10-19 09:00:00 none', '2026-11-02 09:00:00 shift', '2026-11-16 09:00:00 none'])
  })
})
