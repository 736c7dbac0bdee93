/**
 * Any history of limits, calls, settlings, ends, days and crashes, against a list of calls that is added up anew for every question.
 * The model knows no totals: it is slow and plain.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { BudgetAnswer } from '../../../extensions/engine/budget/mod.ts'
import { type BudgetStage, openBudgetStage, plainCalendar } from './stage.ts'

interface Call {
  readonly run: string
  readonly persona: string
  readonly day: string
  readonly month: string
  state: 'reserved' | 'settled' | 'lost' | 'released'
  cents: number
  id: string
}
interface Model {
  calls: Call[]
  /** Cents, by `whose|span`. */
  limits: Map<string, number>
}
interface Real {
  readonly stage: BudgetStage
  /** Requests that wait in line. */
  readonly line: {
    readonly call: Omit<Call, 'state' | 'id'>
    readonly answer: Promise<BudgetAnswer>
    done: BudgetAnswer | Error | undefined
  }[]
}

const LIMITS = ['everything|day', 'everything|month', 'per_1|day', 'per_1|run', 'everything|run'] as const
const holds = (key: string, call: Pick<Call, 'persona'>) => key.startsWith('everything') || key.startsWith(call.persona)
const spanOf = (key: string) => key.split('|')[1] as 'run' | 'day' | 'month'
const counts = (key: string, call: Call, of: Pick<Call, 'run' | 'day' | 'month' | 'persona'>) =>
  call.state !== 'released' && (spanOf(key) === 'run' ? call.run === of.run : holds(key, call) && call[spanOf(key)] === of[spanOf(key)])

function fitOf(m: Model, of: Pick<Call, 'run' | 'day' | 'month' | 'persona' | 'cents'>): 'fits' | 'wait' | 'full' {
  let fit: 'fits' | 'wait' = 'fits'
  for (const [key, most] of m.limits) {
    if (!holds(key, of)) continue
    const sum = (reserved: boolean) =>
      m.calls
        .filter((call) => counts(key, call, of) && (call.state === 'reserved') === reserved)
        .reduce((cents, call) => cents + call.cents, 0)
    if (sum(false) + of.cents > most) return 'full'
    if (sum(false) + sum(true) + of.cents > most) fit = 'wait'
  }
  return fit
}

/** Each request is a step of its own. */
const numbers = { next: 1 }
const usd = (cents: number) => cents / 100
const settle = async () => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** After each step: who came out of the line is taken over, and every sum is compared. */
async function agree(m: Model, { stage, line }: Real) {
  await settle()
  for (;;) {
    const index = line.findIndex(({ call }) => fitOf(m, call) !== 'wait')
    if (index < 0) break
    const [one] = line.splice(index, 1)
    if (!one) break
    const fit = fitOf(m, one.call)
    expect(one.done, 'who fits now is answered').toMatchObject({ kind: fit === 'fits' ? 'go' : 'park' })
    if (one.done && 'kind' in one.done && one.done.kind === 'go')
      m.calls.push({ ...one.call, state: 'reserved', id: one.done.reservationId })
  }
  for (const { done } of line) expect(done, 'who does not fit yet waits').toBeUndefined()
  const today = plainCalendar(stage.clock.now())
  const status = stage.room.status()
  const sum = (state: (call: Call) => boolean, day: boolean) =>
    m.calls
      .filter((call) => state(call) && (day ? call.day === today.day : call.month === today.month))
      .reduce((cents, call) => cents + call.cents, 0)
  const spent = (call: Call) => call.state === 'settled' || call.state === 'lost'
  expect(Math.round(status.today.usd * 100)).toBe(sum(spent, true))
  expect(Math.round(status.month.usd * 100)).toBe(sum(spent, false))
  expect(Math.round(status.today.reservedUsd * 100)).toBe(sum((call) => call.state === 'reserved', true))
}

abstract class Step implements fc.AsyncCommand<Model, Real> {
  check(_m: Readonly<Model>): boolean {
    return true
  }
  abstract act(m: Model, r: Real): Promise<void>
  async run(m: Model, r: Real) {
    await this.act(m, r)
    await agree(m, r)
  }
}

class SetLimit extends Step {
  readonly key: (typeof LIMITS)[number]
  readonly cents: number | null

  constructor(key: (typeof LIMITS)[number], cents: number | null) {
    super()
    this.key = key
    this.cents = cents
  }
  override async act(m: Model, { stage }: Real) {
    const [whose, span] = [this.key.split('|')[0] as string, spanOf(this.key)]
    const target = whose === 'everything' ? ({ kind: 'everything' } as const) : ({ kind: 'persona', id: whose } as const)
    if (this.cents === null) {
      const standing = stage.room.status().bars.find(({ limit }) => limit.span === span && limit.target.kind === target.kind)
      if (standing) await stage.room.remove(standing.limit.id)
      m.limits.delete(this.key)
      return
    }
    await stage.room.set({ target, span, unit: 'usd', firmness: 'hard', amount: usd(this.cents) })
    m.limits.set(this.key, this.cents)
  }
  override toString = () => `limit ${this.key} ${this.cents}`
}

class Reserve extends Step {
  readonly runId: string
  readonly persona: string
  readonly cents: number

  constructor(runId: string, persona: string, cents: number) {
    super()
    this.runId = runId
    this.persona = persona
    this.cents = cents
  }
  override async act(m: Model, { stage, line }: Real) {
    const { day, month } = plainCalendar(stage.clock.now())
    const call = { run: `${this.runId}_${this.persona}`, persona: this.persona, day, month, cents: this.cents }
    const fit = fitOf(m, call)
    const asked = stage.reserve({
      runId: call.run,
      key: `model:${numbers.next++}`,
      personaId: this.persona,
      group: '',
      worstUsd: usd(this.cents),
    })
    if (fit === 'wait') {
      const one: Real['line'][number] = { call, answer: asked, done: undefined }
      asked.then(
        (answer) => {
          one.done = answer
        },
        (thrown: Error) => {
          one.done = thrown
        },
      )
      line.push(one)
      return
    }
    const answer = await asked
    expect(answer.kind).toBe(fit === 'fits' ? 'go' : 'park')
    if (answer.kind === 'go') m.calls.push({ ...call, state: 'reserved', id: answer.reservationId })
  }
  override toString = () => `reserve ${this.runId} ${this.persona} ${this.cents}`
}

class Settle extends Step {
  readonly which: number
  readonly cents: number
  readonly made: boolean

  constructor(which: number, cents: number, made: boolean) {
    super()
    this.which = which
    this.cents = cents
    this.made = made
  }
  override check = (m: Readonly<Model>) => m.calls.length > 0
  override async act(m: Model, { stage }: Real) {
    const call = m.calls[this.which % m.calls.length]
    if (!call) return
    await stage.settle(call.id, { usd: usd(this.cents), tokens: 1, ms: 1, made: this.made })
    if (call.state !== 'reserved') return
    call.state = this.made ? 'settled' : 'released'
    call.cents = this.cents
  }
  override toString = () => `settle ${this.which} ${this.cents} ${this.made}`
}

class End extends Step {
  readonly runId: string

  constructor(runId: string) {
    super()
    this.runId = runId
  }
  override async act(m: Model, { stage, line }: Real) {
    for (const persona of ['per_1', 'per_2']) {
      const run = `${this.runId}_${persona}`
      for (let at = line.length - 1; at >= 0; at--) if (line[at]?.call.run === run) line.splice(at, 1)
      for (const call of m.calls) if (call.run === run && call.state === 'reserved') call.state = 'lost'
      await stage.room.runEnded(run)
    }
  }
  override toString = () => `end ${this.runId}`
}

class NextDay extends Step {
  override async act(_m: Model, { stage, line }: Real) {
    await stage.clock.pass(24 * 3_600_000)
    // Who waits in line is judged by the new day.
    const { day, month } = plainCalendar(stage.clock.now())
    for (const one of line) Object.assign(one.call, { day, month })
    stage.room.status()
  }
  override toString = () => 'next day'
}

class Crash extends Step {
  override async act(m: Model, { stage, line }: Real) {
    line.length = 0
    await stage.crash()
    for (const call of m.calls) if (call.state === 'reserved') call.state = 'lost'
  }
  override toString = () => 'crash'
}

const cents = fc.integer({ min: 0, max: 30 })
const run = fc.constantFrom('a', 'b')
const persona = fc.constantFrom('per_1', 'per_2')
const reserveStep = fc.tuple(run, persona, cents).map((of) => new Reserve(...of))
const settleStep = fc
  .tuple(
    fc.nat(),
    cents,
    fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
  )
  .map((of) => new Settle(...of))
const commands = fc.commands(
  [
    fc.tuple(fc.constantFrom(...LIMITS), fc.option(fc.integer({ min: 0, max: 60 }), { freq: 5 })).map((of) => new SetLimit(...of)),
    reserveStep,
    reserveStep,
    settleStep,
    run.map((id) => new End(id)),
    fc.constant(new NextDay()),
    fc.constant(new Crash()),
  ],
  { maxCommands: 40 },
)

test('[BU1] [BU3] [BU5] [BU7] [BU8] [BU13] [BU15] [BU17] any history adds up as a plain list does', async () => {
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const stage = await openBudgetStage()
      try {
        await fc.asyncModelRun(() => ({ model: { calls: [], limits: new Map() }, real: { stage, line: [] } }), steps)
      } finally {
        await stage.close()
      }
    }),
    { numRuns: process.env.SLOW ? 1000 : 80 },
  )
})
