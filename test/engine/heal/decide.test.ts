import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FAILURE_CLASSES, type FailureClass } from '#contract/plain'
import { CLASSES, HEALING } from '../../../extensions/engine/heal/classes.ts'
import { backoff, type Counters, decide, type Failure, signatureOf } from '../../../extensions/engine/heal/decide.ts'
import { endedInOrder, judgeStart, readNote } from '../../../extensions/engine/heal/safe-mode.ts'
import { Storm } from '../../../extensions/engine/heal/storm.ts'

const NOW = 1_000_000_000
const failure = (kind: FailureClass, more: Partial<Failure> = {}): Failure => ({
  class: kind,
  message: 'it broke',
  provider: 'p',
  tool: null,
  retryAfterMs: null,
  resetAt: null,
  resumable: true,
  ...more,
})
const counters = (more: Partial<Counters> = {}): Counters => ({
  attempts: 0,
  tries: 0,
  same: 1,
  rungs: [],
  personaAttempts: 0,
  hasNextModel: false,
  ...more,
})

/** Fails in the same class until nothing is tried any more, and says what was done each time. */
function path(kind: FailureClass, more: { failure?: Partial<Failure>; hasNextModel?: boolean; progress?: boolean } = {}): string[] {
  const done: string[] = []
  let known = counters({ hasNextModel: more.hasNextModel ?? false })
  for (let n = 0; n < 50; n++) {
    const action = decide(failure(kind, more.failure), known, NOW, 0)
    if (action.kind !== 'retry') return [...done, action.kind === 'give-up' ? action.why : action.kind]
    done.push(action.change === 'none' ? 'again' : action.change)
    const plain = action.change === 'none'
    known = {
      ...known,
      attempts: known.attempts + 1,
      tries: more.progress ? 0 : plain ? known.tries + 1 : known.tries,
      same: more.progress ? 1 : plain ? known.same + 1 : 1,
      rungs: plain ? known.rungs : [...known.rungs, action.change],
    }
  }
  throw new Error('it never ends')
}

describe('[HE1] [HE5] [HE6] every class has its way, to its end', () => {
  test.each([
    ['rate-limit', {}, ['again', 'again', 'futile']],
    ['rate-limit', { hasNextModel: true }, ['again', 'again', 'next-model', 'again', 'again', 'futile']],
    ['usage-window', {}, ['again', 'again', 'futile']],
    ['timeout', { hasNextModel: true }, ['again', 'again', 'next-model', 'not-healed']],
    ['provider-down', {}, ['again', 'again', 'futile']],
    ['network', {}, ['again', 'again', 'futile']],
    ['context-overflow', { hasNextModel: true }, ['trim-context', 'next-model', 'not-healed']],
    ['context-overflow', {}, ['trim-context', 'not-healed']],
    ['credential', {}, ['not-healed']],
    ['validation', { hasNextModel: true }, ['again', 'next-model', 'not-healed']],
    ['tool-error', { failure: { tool: 'x' }, hasNextModel: true }, ['again', 'switch-off-tool', 'next-model', 'ask']],
    ['tool-error', {}, ['again', 'ask']],
    ['missing-program', { failure: { tool: 'run_command' } }, ['switch-off-tool', 'not-healed']],
    ['crash', {}, ['again', 'again', 'ask']],
    ['loop', {}, ['ask']],
    ['budget', {}, ['ask']],
    ['unknown', {}, ['again', 'not-healed']],
  ] as const)('%s %j', (kind, more, expected) => {
    expect(path(kind, more)).toEqual(expected)
  })

  test('the table has a row for each class, and no class is without words', () => {
    expect(Object.keys(CLASSES).toSorted()).toEqual(FAILURE_CLASSES.toSorted())
    for (const { words, advice } of Object.values(CLASSES)) expect([words, advice].every((text) => text.length > 5)).toBe(true)
  })
})

test('[HE6] [HE7] progress gives new tries, and the budget of healing ends them all the same', () => {
  const done = path('provider-down', { progress: true })
  expect(done).toHaveLength(HEALING.perRun + 1)
  expect(done.at(-1)).toBe('healing-budget')
  expect(decide(failure('network'), counters({ personaAttempts: HEALING.perPersonaDay }), NOW, 0)).toMatchObject({ why: 'healing-budget' })
})

test('[HE2] waits double up to the maximum, with jitter by at most half', () => {
  expect([0, 1, 2, 3, 9].map((tries) => backoff(1000, 5000, tries, 0))).toEqual([1000, 2000, 4000, 5000, 5000])
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.integer({ min: 1, max: 1e7 }),
      fc.nat(60),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (base, max, tries, chance) => {
        const step = Math.min(max, base * 2 ** Math.min(tries, 30))
        const wait = backoff(base, max, tries, chance)
        expect(wait).toBeLessThanOrEqual(step)
        expect(wait).toBeGreaterThanOrEqual(step / 2)
      },
    ),
  )
})

test('[HE3] what the provider asked for is a floor, whatever the class', () => {
  const asks = fc.record({ retryAfterMs: fc.option(fc.nat(1e7)), resetAt: fc.option(fc.integer({ min: NOW - 1e6, max: NOW + 1e9 })) })
  fc.assert(
    fc.property(fc.constantFrom(...FAILURE_CLASSES), asks, fc.double({ min: 0, max: 0.999, noNaN: true }), (kind, said, chance) => {
      const action = decide(failure(kind, said), counters(), NOW, chance)
      if (action.kind !== 'retry') return
      expect(action.at).toBeGreaterThanOrEqual(NOW + (said.retryAfterMs ?? 0))
      expect(action.at).toBeGreaterThanOrEqual(said.resetAt ?? 0)
    }),
  )
  // Another model does not wait for what this one's provider asked for.
  const next = decide(failure('usage-window', { resetAt: NOW + 1e9 }), counters({ tries: 2, hasNextModel: true }), NOW, 0)
  expect(next).toMatchObject({ change: 'next-model', at: NOW + CLASSES['usage-window'].baseMs })
})

test('[HE8] [HE9] what a person has to mend, and what has no journal, is never tried again by itself', () => {
  for (const kind of ['credential', 'budget', 'loop'] as const) expect(decide(failure(kind), counters(), NOW, 0).kind).not.toBe('retry')
  for (const kind of FAILURE_CLASSES) {
    const action = decide(failure(kind, { resumable: false, tool: 'x' }), counters({ hasNextModel: true }), NOW, 0)
    expect(action.kind).not.toBe('retry')
  }
})

test('[HE10] a signature has nothing in it that differs from time to time', () => {
  const of = (message: string, kind: FailureClass = 'unknown') => signatureOf(failure(kind, { message }))
  expect(of('request req_8fk2jd93jd failed after 1203 ms')).toBe(of('Request req_zz91mmk1aa failed  after 7 ms'))
  expect(of('hash 8f3e21ab90 differs')).toBe(of('hash 00ffeeddaa differs'))
  expect(of('no such file')).not.toBe(of('no such folder'))
  expect(of('x', 'network')).not.toBe(of('x', 'timeout'))
})

test('[HE21] at most so many begin in any minute', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20_000), { maxLength: 60 }), (gaps) => {
      const storm = new Storm(5, 60_000)
      const begun: number[] = []
      let now = 0
      for (const gap of gaps) {
        now += gap
        const later = storm.begin(now)
        if (later === null) begun.push(now)
        else expect(later).toBeGreaterThan(now)
        expect(begun.filter((at) => at > now - 60_000).length).toBeLessThanOrEqual(5)
      }
    }),
  )
})

describe('safe mode', () => {
  const starts = (...at: number[]) => {
    let note = readNote(null)
    return at.map((now) => {
      const verdict = judgeStart(note, now)
      note = verdict.note
      return verdict.safe
    })
  }

  test('[HE50] the fourth start after three crashes within five minutes is safe', () => {
    expect(starts(0, 60_000, 120_000, 180_000)).toEqual([false, false, false, true])
    expect(starts(0, 100_000, 200_000, 300_000)).toEqual([false, false, false, false])
    expect(starts(0, 100_000, 200_000, 299_999)).toEqual([false, false, false, true])
    expect(judgeStart({ starts: [1, 2, 3] }, 10)).toMatchObject({
      why: 'The engine ended 3 times within 5 minutes without being stopped.',
      crashes: [1, 2, 3],
    })
  })

  test('[HE50] an orderly end is no crash, and begins the count anew', () => {
    expect(judgeStart(endedInOrder(), 5).safe).toBe(false)
  })

  test('[HE53] what is no note counts as none, and a clock that was set back makes no crash', () => {
    for (const text of [null, '', '{', '[]', '{"starts":"x"}', '{"starts":[null,"1"]}']) expect(readNote(text)).toEqual({ starts: [] })
    expect(judgeStart({ starts: [500, 600, 700] }, 400).safe).toBe(false)
  })
})
