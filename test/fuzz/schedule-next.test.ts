/**
 * Due times against a walk over every minute of five years in ten zones. The walk knows nothing of the room: offsets are asked of Intl
 * every quarter of an hour, expressions are matched field by field. With SLOW=1 it takes more expressions for each zone, dense ones too.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextDue } from '../../extensions/engine/schedule/mod.ts'

const MINUTE = 60_000
const QUARTER = 15 * MINUTE
const FROM = Date.UTC(2024, 0, 1)
const TO = Date.UTC(2029, 0, 1)
const SLOW = process.env.SLOW === '1'
const ZONES = [
  'Europe/Vienna',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'America/Havana',
  'Africa/Casablanca',
  'Asia/Beirut',
  'UTC',
]

interface Span {
  readonly from: number
  readonly to: number
  readonly offset: number
}

function spansOf(zone: string): Span[] {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', hour: 'numeric' })
  const offset = (at: number): number => {
    const found = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(format.format(at))
    return found?.[1] ? (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * MINUTE : 0
  }
  const spans: Span[] = []
  let span = { from: FROM, to: TO, offset: offset(FROM) }
  for (let at = FROM; at < TO; at += QUARTER) {
    const now = offset(at)
    if (now === span.offset) continue
    spans.push({ ...span, to: at })
    span = { from: at, to: TO, offset: now }
  }
  return [...spans, span]
}

/** One field as a set. L, W and # are left to the examples below. */
function field(text: string, min: number, max: number): Set<number> {
  const all = new Set<number>()
  for (const part of text.split(',')) {
    const [range = '*', step = '1'] = part.split('/')
    const [low, high] =
      range === '*'
        ? [min, max]
        : range.includes('-')
          ? range.split('-').map(Number)
          : [Number(range), part.includes('/') ? max : Number(range)]
    for (let value = low ?? min; value <= (high ?? max); value += Number(step)) all.add(value)
  }
  return all
}

function matcher(expression: string): (wall: number) => boolean {
  const [minute = '', hour = '', day = '', month = '', weekday = ''] = expression.split(' ')
  const [minutes, hours, days, months] = [field(minute, 0, 59), field(hour, 0, 23), field(day, 1, 31), field(month, 1, 12)]
  const weekdays = new Set([...field(weekday, 0, 7)].map((one) => one % 7))
  const date = new Date(0)
  return (wall) => {
    if (!minutes.has(Math.floor(wall / MINUTE) % 60) || !hours.has(Math.floor(wall / (60 * MINUTE)) % 24)) return false
    date.setTime(wall)
    if (!months.has(date.getUTCMonth() + 1)) return false
    const byDay = days.has(date.getUTCDate())
    const byWeekday = weekdays.has(date.getUTCDay())
    return day !== '*' && weekday !== '*' ? byDay || byWeekday : byDay && byWeekday
  }
}

/** Each wall-clock minute fires the first time that it is shown; one that is never shown, right after the gap. */
function walk(spans: readonly Span[], expression: string, from: number, to: number): number[] {
  const matches = matcher(expression)
  const due: number[] = []
  let shownTo = Number.NEGATIVE_INFINITY
  for (const span of spans) {
    const begin = span.from + span.offset
    let inGap = false
    if (shownTo !== Number.NEGATIVE_INFINITY)
      for (let wall = shownTo; wall < begin; wall += MINUTE) inGap ||= span.from >= from && span.from < to && matches(wall)
    for (let at = Math.max(span.from, from); at < Math.min(span.to, to); at += MINUTE) {
      const wall = at + span.offset
      if (wall < shownTo) continue
      if ((at === span.from && inGap) || matches(wall)) due.push(at)
    }
    shownTo = Math.max(shownTo, span.to + span.offset)
  }
  return due
}

function asked(expression: string, zone: string, from: number, to: number): number[] {
  const due: number[] = []
  for (
    let next = nextDue({ how: 'cron', expression }, zone, from - 1);
    next && next.at < to;
    next = nextDue({ how: 'cron', expression }, zone, next.at)
  )
    due.push(next.at)
  return due
}

const EVERY_DAY = ['30 2 * * *', '15,45 2 * * 0', '0 0 * * *', '10 1,2,3 29 2,3,10 6', '59 23 31 * *', '20 4 1-7 * 1']
const DENSE = ['* * * * *', '*/7 * * * *', '13,43 1-3 * * *', '0 */5 * * *']
const expressions = fc
  .tuple(
    fc.constantFrom('0', '30', '7', '*/20', '59'),
    fc.constantFrom('0', '1', '2', '3', '2,3', '23'),
    fc.constantFrom('*', '*', '1', '29', '31', '28-30', '*/9'),
    fc.constantFrom('*', '*', '2', '3,10', '4-9'),
    fc.constantFrom('*', '*', '0', '1-5', '7', '6'),
  )
  .map((fields) => fields.join(' '))

describe.each(ZONES)('[SC1] [SC2] [SC3] [SC5] due times in %s are those of a walk over every minute', (zone) => {
  const spans = spansOf(zone)
  it('of five years, for what is due now and then', { timeout: 600_000 }, () => {
    for (const expression of SLOW ? [...EVERY_DAY, '0 */5 * * *', '13,43 1-3 * * *'] : EVERY_DAY.slice(0, 4))
      expect(asked(expression, zone, FROM, TO), expression).toEqual(walk(spans, expression, FROM, TO))
  })
  it('of the days around each change of clocks, for what is due all the time', () => {
    for (const { to } of spans.slice(0, SLOW ? undefined : 6)) {
      if (to === TO) continue
      for (const expression of DENSE)
        expect(asked(expression, zone, to - 4 * 3_600_000, to + 4 * 3_600_000), `${expression} ${new Date(to).toISOString()}`).toEqual(
          walk(spans, expression, to - 4 * 3_600_000, to + 4 * 3_600_000),
        )
    }
  })
  it('[SC4] asked from anywhere, the next one is the first of the list after it', { timeout: 600_000 }, () => {
    fc.assert(
      fc.property(
        expressions,
        fc.array(fc.integer({ min: 0, max: 59_999_999 }), { minLength: 5, maxLength: 10 }),
        (expression, offsets) => {
          const changes = spans.filter(({ from }) => from > FROM).map(({ from }) => from)
          const list = walk(spans, expression, FROM, TO)
          for (const [number, offset] of offsets.entries()) {
            const from = (changes[number % Math.max(1, changes.length)] ?? FROM + (number + 1) * 1e10) - 30_000_000 + offset
            const expected = list.find((due) => due > from)
            if (expected !== undefined)
              expect(nextDue({ how: 'cron', expression }, zone, from)?.at, `${expression} from ${new Date(from).toISOString()}`).toBe(
                expected,
              )
          }
        },
      ),
      { numRuns: SLOW ? 60 : 4 },
    )
  })
})

describe('[SC5] the letters', () => {
  it.each([
    ['0 9 L * *', ['2028-01-31', '2028-02-29', '2028-03-31']],
    ['0 9 LW * *', ['2028-01-31', '2028-02-29', '2028-03-31']],
    ['0 9 15W * *', ['2028-01-14', '2028-02-15', '2028-03-15']],
    ['0 9 1W * *', ['2028-01-03', '2028-02-01', '2028-03-01']],
    ['0 9 * * 5L', ['2028-01-28', '2028-02-25', '2028-03-31']],
    ['0 9 * * 2#1', ['2028-01-04', '2028-02-01', '2028-03-07']],
    ['0 9 * * MON#5', ['2028-01-31', '2028-05-29', '2028-07-31']],
    ['0 9 29 2 *', ['2028-02-29', '2032-02-29', '2036-02-29']],
  ])('%s', (expression, days) => {
    const found: string[] = []
    for (let at = Date.UTC(2028, 0, 1); found.length < 3; ) {
      at = nextDue({ how: 'cron', expression }, 'UTC', at)?.at ?? Number.NaN
      found.push(new Date(at).toISOString().slice(0, 10))
    }
    expect(found).toEqual(days)
  })
  it('[SC7] what never comes has no next', () => expect(nextDue({ how: 'cron', expression: '0 0 30 2 *' }, 'UTC', FROM)).toBeNull())
})
