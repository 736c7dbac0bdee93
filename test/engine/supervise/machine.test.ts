/** The machine against a model, with a fake clock: whatever happens in whatever order, the rules hold. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SERVICE_LIMITS } from '#contract/plain'
import { type Happened, type Machine, MOVES, machineAtRest, step, type Terms } from '../../../extensions/engine/supervise/machine.ts'
import { backOffMs } from '../../../extensions/engine/supervise/tries.ts'

const TERMS: Terms = { restart: 'always', readyMs: 30_000, healthFailures: 3 }
const WHY = { reason: 'ended', message: 'It ended.' } as const
const ASKED = { reason: 'asked', message: 'A person.' } as const

/** A service whose program the test plays. */
class Played {
  machine: Machine
  now = 1_000_000
  /** Trees that live: what was started and is not gone. */
  readonly trees = new Set<number>()
  readonly #terms: Terms
  constructor(terms: Terms = TERMS) {
    this.#terms = terms
    this.machine = machineAtRest(this.now)
  }
  tell(happened: Happened, chance = 0.5): void {
    const from = this.machine
    const { machine, deeds } = step(from, happened, this.#terms, { now: this.now, chance })
    this.machine = machine
    for (const deed of deeds) {
      if (deed.do === 'start') {
        // [SU2] never two at once.
        expect(this.trees.size).toBe(0)
        this.trees.add(deed.start)
      } else expect(this.trees.has(deed.start)).toBe(true)
    }
  }
  ended(): void {
    this.tell({ is: 'ended', start: this.machine.start, why: WHY, clean: false })
  }
  gone(left: number[] = []): void {
    if (this.machine.state === 'stopping') this.trees.delete(this.machine.start)
    this.tell({ is: 'gone', start: this.machine.start, left })
  }
  ready(): void {
    this.tell({ is: 'ready', start: this.machine.start })
  }
  time(ms: number): void {
    this.now += ms
    this.tell({ is: 'time' })
  }
}

const started = (terms?: Terms): Played => {
  const played = new Played(terms)
  played.tell({ is: 'wanted' })
  return played
}

describe('the machine', () => {
  test('[SU6] waits 1 s, 2 s, 4 s … 30 s, each a little longer or shorter by chance', () => {
    expect([1, 2, 3, 4, 5, 6, 7, 50].map((n) => backOffMs(n, 0.5))).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
    expect([backOffMs(1, 0), backOffMs(1, 1)]).toEqual([900, 1100])
    fc.assert(fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (n, chance) => backOffMs(n + 1, chance) <= 30_000))
  })

  test('[SU7] more than 5 ends within 60 s: failed, with the reason and what it said last', () => {
    const service = started()
    for (let n = 1; n <= 6; n++) {
      expect(service.machine.state).toBe('starting')
      service.ended()
      service.gone()
      if (n < 6) service.time(2 ** (n - 1) * 1000)
    }
    expect(service.machine).toMatchObject({
      state: 'failed',
      why: { reason: 'gave-up', message: expect.stringMatching(/6 times within 60 s.*It ended/) },
    })
    // By hand, with all its tries before it.
    service.tell({ is: 'wanted' })
    expect(service.machine).toMatchObject({ state: 'starting', ends: [], inRow: 0 })
  })

  test('[SU7] the budget decays: an end every 20 s is never too many', () => {
    const service = started()
    for (let n = 0; n < 50; n++) {
      service.now += 20_000
      service.ended()
      service.gone()
      service.time(30_000)
      expect(service.machine.state).toBe('starting')
    }
  })

  test('[SU8] healthy for 60 s: its ends are forgotten, and the next wait is 1 s again', () => {
    const service = started()
    for (let n = 0; n < 4; n++) {
      service.ended()
      service.gone()
      service.time(30_000)
    }
    expect(service.machine.inRow).toBe(4)
    service.ready()
    service.now += SERVICE_LIMITS.resetMs
    service.ended()
    service.gone()
    expect(service.machine).toMatchObject({ state: 'waiting', inRow: 1, retryAt: service.now + 1000 })
  })

  test('[SU4] not ready in time counts as an end', () => {
    const service = started()
    service.time(29_999)
    expect(service.machine.state).toBe('starting')
    service.time(1)
    expect(service.machine).toMatchObject({ state: 'stopping', why: { reason: 'not-ready' } })
  })

  test('[SU9] one failed probe makes it degraded, a good one ready, three in a row start it anew', () => {
    const service = started()
    service.ready()
    const probe = (ok: boolean) => service.tell({ is: 'health', start: service.machine.start, ok, message: 'status 500.' })
    probe(false)
    expect(service.machine).toMatchObject({ state: 'degraded', why: { reason: 'unhealthy' }, readySince: null })
    probe(true)
    expect(service.machine).toMatchObject({ state: 'ready', why: null })
    probe(false)
    probe(false)
    probe(false)
    expect(service.machine).toMatchObject({ state: 'stopping', why: { reason: 'unhealthy', message: expect.stringContaining('3 times') } })
  })

  test('[SU3] what is needed and is not there: it waits, and starts when it comes; lost while it runs, it is degraded', () => {
    const service = new Played()
    const needs = { reason: 'needs', message: 'It needs db, which is starting.' } as const
    service.tell({ is: 'missing', what: needs })
    service.tell({ is: 'wanted' })
    expect(service.machine).toMatchObject({ state: 'waiting', why: needs, start: 0 })
    service.tell({ is: 'missing', what: null })
    expect(service.machine.state).toBe('starting')
    service.ready()
    service.tell({ is: 'missing', what: needs })
    expect(service.machine).toMatchObject({ state: 'degraded', why: needs })
  })

  test('[SU5] on-failure: an exit code 0 is its right; never: any end is the last', () => {
    const mild = started({ ...TERMS, restart: 'on-failure' })
    mild.tell({ is: 'ended', start: 1, why: WHY, clean: true })
    mild.gone()
    expect(mild.machine).toMatchObject({ state: 'stopped', why: { reason: 'done' } })
    const never = started({ ...TERMS, restart: 'never' })
    never.ended()
    never.gone()
    expect(never.machine.state).toBe('failed')
  })

  test('[SU11] what would not end is said, and nothing is started beside it', () => {
    const service = started()
    service.tell({ is: 'unwanted', why: ASKED })
    service.gone([4711])
    expect(service.machine).toMatchObject({ state: 'failed', why: { reason: 'would-not-stop', message: expect.stringContaining('4711') } })
  })

  test('[SU1] [SU2] any history: only allowed moves, never two trees, at rest nothing lives, and what was said of an earlier start is passed over', () => {
    const happening: fc.Arbitrary<(played: Played) => void> = fc.oneof(
      fc.constant((played: Played) => played.tell({ is: 'wanted' })),
      fc.constant((played: Played) => played.tell({ is: 'unwanted', why: ASKED })),
      fc.constant((played: Played) => played.tell({ is: 'anew' })),
      fc.constant((played: Played) => played.ready()),
      fc.constant((played: Played) => played.ended()),
      fc.constant((played: Played) => played.gone()),
      fc.boolean().map((ok) => (played: Played) => played.tell({ is: 'health', start: played.machine.start, ok, message: 'sick' })),
      fc
        .boolean()
        .map((lacks) => (played: Played) => played.tell({ is: 'missing', what: lacks ? { reason: 'needs', message: 'db' } : null })),
      fc.constantFrom('warn', 'restart', 'stop').chain((action) =>
        fc.option(fc.constant('too much')).map((message) => (played: Played) => {
          played.tell({ is: 'over', start: played.machine.start, message, action: action as 'warn' })
        }),
      ),
      fc.constant((played: Played) =>
        played.tell({ is: 'sealed', start: played.machine.start, why: { reason: 'sealed', message: 'locked' } }),
      ),
      fc.constant((played: Played) =>
        played.tell({ is: 'refused', start: played.machine.start, why: { reason: 'cannot-start', message: 'no' } }),
      ),
      fc.nat(40_000).map((ms) => (played: Played) => played.time(ms)),
      // What comes late is of no account.
      fc.constantFrom('ready', 'ended', 'gone').map((is) => (played: Played) => {
        const before = played.machine
        if (is === 'ready') played.tell({ is, start: before.start - 1 })
        else if (is === 'gone') played.tell({ is, start: before.start - 1, left: [] })
        else played.tell({ is: 'ended', start: before.start - 1, why: WHY, clean: false })
        expect(played.machine).toBe(before)
      }),
    )
    const restart = fc.constantFrom<Terms['restart']>('always', 'on-failure', 'never')
    fc.assert(
      fc.property(restart, fc.array(happening, { maxLength: 80 }), (policy, history) => {
        const played = new Played({ ...TERMS, restart: policy })
        for (const happen of history) {
          const from = played.machine.state
          happen(played)
          const { state, start, retryAt, after } = played.machine
          // Several moves may be made at once; each was allowed, or `step` had thrown. No way leads out of stopping but by its tree's end.
          if (from !== state && from === 'stopping') expect(played.trees.has(start - 1)).toBe(false)
          const lives = ['starting', 'ready', 'degraded', 'stopping'].includes(state)
          expect(played.trees.size).toBe(lives ? 1 : 0)
          expect(after === null).toBe(state !== 'stopping')
          if (retryAt !== null) expect(state).toBe('waiting')
          if (!played.machine.wanted) expect(['stopped', 'stopping', 'failed']).toContain(state)
        }
        // From everywhere there is a way back to rest.
        played.tell({ is: 'unwanted', why: ASKED })
        played.gone()
        expect(['stopped', 'failed']).toContain(played.machine.state)
        expect(played.trees.size).toBe(0)
      }),
      { numRuns: process.env.SLOW ? 20_000 : 2_000 },
    )
  })

  test('[SU1] each state is left by some way, and none leads to itself', () => {
    for (const [from, to] of Object.entries(MOVES)) {
      expect(to.length).toBeGreaterThan(0)
      expect(to).not.toContain(from)
    }
  })
})
