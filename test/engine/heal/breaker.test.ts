/** The breaker against a small model: a list of what happened, read anew for each question. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ask, BREAKER, type Breaker, CLOSED, report, withdraw } from '../../../extensions/engine/heal/breaker.ts'

interface Model {
  now: number
  state: 'closed' | 'open' | 'half-open'
  failures: number[]
  /** When an open one may be tried, and for how long it was opened. */
  until: number
  openMs: number
  probe: string | null
  probeAt: number
  /** Calls that were let through while half-open since the last opening. */
  probes: number
}
interface Real {
  breaker: Breaker
}

function same(m: Model, r: Real) {
  expect(r.breaker.state).toBe(m.state)
}

class Ask implements fc.Command<Model, Real> {
  readonly call: string

  constructor(call: string) {
    this.call = call
  }
  check = () => true
  run(m: Model, r: Real) {
    const answer = ask(r.breaker, this.call, m.now)
    r.breaker = answer.breaker
    if (m.state === 'closed') expect(answer.go).toBe(true)
    else if (m.state === 'open') {
      expect(answer.go).toBe(m.now >= m.until)
      if (answer.go) Object.assign(m, { state: 'half-open', probe: this.call, probeAt: m.now })
    } else if (m.probe === this.call) expect(answer.go).toBe(true)
    else {
      expect(answer.go).toBe(m.now >= m.probeAt + BREAKER.probeMs)
      if (answer.go) Object.assign(m, { probe: this.call, probeAt: m.now })
    }
    if (!answer.go) expect(answer.until).toBeGreaterThan(m.now)
    same(m, r)
  }
  toString = () => `ask ${this.call}`
}

class Report implements fc.Command<Model, Real> {
  readonly call: string
  readonly ok: boolean

  constructor(call: string, ok: boolean) {
    this.call = call
    this.ok = ok
  }
  check = () => true
  run(m: Model, r: Real) {
    r.breaker = report(r.breaker, this.call, this.ok, m.now)
    if (m.state === 'closed') {
      m.failures = this.ok ? [] : [...m.failures.filter((at) => at > m.now - BREAKER.windowMs), m.now]
      if (m.failures.length >= BREAKER.failures)
        Object.assign(m, { state: 'open', openMs: BREAKER.openMs, until: m.now + BREAKER.openMs, failures: [] })
    } else if (m.state === 'half-open' && m.probe === this.call) {
      if (this.ok) Object.assign(m, { state: 'closed', failures: [], probe: null })
      else {
        const openMs = Math.min(m.openMs * 2, BREAKER.maxOpenMs)
        Object.assign(m, { state: 'open', openMs, until: m.now + openMs, probe: null })
      }
    }
    same(m, r)
  }
  toString = () => `report ${this.call} ${this.ok}`
}

class Withdraw implements fc.Command<Model, Real> {
  readonly call: string

  constructor(call: string) {
    this.call = call
  }
  check = () => true
  run(m: Model, r: Real) {
    r.breaker = withdraw(r.breaker, this.call, m.now)
    if (m.state === 'half-open' && m.probe === this.call) Object.assign(m, { state: 'open', until: m.now, probe: null })
    same(m, r)
  }
  toString = () => `withdraw ${this.call}`
}

class Pass implements fc.Command<Model, Real> {
  readonly ms: number

  constructor(ms: number) {
    this.ms = ms
  }
  check = () => true
  run(m: Model) {
    m.now += this.ms
  }
  toString = () => `pass ${this.ms}`
}

const call = fc.constantFrom('a', 'b', 'c')
const pass = fc.oneof(fc.nat(20_000), fc.constantFrom(BREAKER.openMs, BREAKER.openMs * 2, BREAKER.probeMs)).map((ms) => new Pass(ms))
const commands = fc.commands(
  [
    call.map((name) => new Ask(name)),
    fc
      .tuple(
        call,
        fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
      )
      .map((of) => new Report(...of)),
    fc.tuple(call, fc.constant(false)).map((of) => new Report(...of)),
    call.map((name) => new Withdraw(name)),
    pass,
  ],
  { maxCommands: 80 },
)

test('[HE30] [HE31] any history is that of the model', () => {
  fc.assert(
    fc.property(commands, (steps) => {
      const model: Model = { now: 1_000_000, state: 'closed', failures: [], until: 0, openMs: 0, probe: null, probeAt: 0, probes: 0 }
      fc.modelRun(() => ({ model, real: { breaker: CLOSED } }), steps)
    }),
    { numRuns: process.env.SLOW ? 20_000 : 1500 },
  )
})

describe('[HE30] a half-open breaker', () => {
  const opened = () => {
    let breaker: Breaker = CLOSED
    for (let n = 0; n < BREAKER.failures; n++) breaker = report(breaker, `c${n}`, false, 0)
    return breaker
  }

  test('lets one call through, however many ask at the same moment', () => {
    let breaker = opened()
    expect(ask(breaker, 'early', BREAKER.openMs - 1)).toMatchObject({ go: false, until: BREAKER.openMs })
    let let_through = 0
    for (let n = 0; n < 100; n++) {
      const answer = ask(breaker, `call ${n}`, BREAKER.openMs)
      breaker = answer.breaker
      if (answer.go) let_through++
    }
    expect(let_through).toBe(1)
  })

  test('stays open twice as long after each failed probe, up to the maximum', () => {
    let breaker = opened()
    const spans: number[] = []
    let now = 0
    for (let n = 0; n < 8; n++) {
      if (breaker.state !== 'open') throw new Error(breaker.state)
      spans.push(breaker.until - now)
      now = breaker.until
      breaker = report(ask(breaker, 'probe', now).breaker, 'probe', false, now)
    }
    expect(spans).toEqual([30, 60, 120, 240, 480, 900, 900, 900].map((s) => s * 1000))
  })

  test('[HE31] a late answer from before the opening neither closes nor opens it', () => {
    const half = ask(opened(), 'probe', BREAKER.openMs).breaker
    expect(report(half, 'late', true, BREAKER.openMs)).toBe(half)
    expect(report(half, 'late', false, BREAKER.openMs)).toBe(half)
  })
})
