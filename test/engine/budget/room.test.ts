import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { NewLimit } from '#contract'
import type { BudgetAnswer } from '../../../extensions/engine/budget/mod.ts'
import { type BudgetStage, openBudgetStage } from './stage.ts'

let stage: BudgetStage
beforeEach(async () => {
  stage = await openBudgetStage()
})
afterEach(() => stage.close())

const DAY_MS = 24 * 3_600_000
const everything = { kind: 'everything' } as const
const limit = (amount: number, more: Partial<NewLimit> = {}) =>
  stage.room.set({ target: everything, span: 'day', unit: 'usd', firmness: 'hard', amount, ...more })
const reserve = (more: Parameters<BudgetStage['cost']>[0] = {}) => stage.reserve(more)
const idOf = (answer: BudgetAnswer): string => {
  if (answer.kind !== 'go') throw new Error(answer.message)
  return answer.reservationId
}
const used = (usd: number, tokens = 500) => ({ usd, tokens, ms: 1000, made: true })
const bar = () => {
  const [first] = stage.room.status().bars
  if (!first) throw new Error('no limit stands')
  return first
}

describe('reserving', () => {
  test('[BU1] twenty at the same moment never reserve more than the limit', async () => {
    await limit(0.5)
    const asked = Array.from({ length: 20 }, (_, n) => reserve({ runId: `run_${n}` }))
    await stage.clock.pass(0)
    expect(bar()).toMatchObject({ used: 0, reserved: 0.5 })
    // Five go; fifteen wait in line. One that is settled for little lets the next one in, and so on.
    const going = (await Promise.all(asked.slice(0, 5))).map(idOf)
    for (const id of going) await stage.settle(id, used(0.02))
    expect(bar().used + bar().reserved).toBeLessThanOrEqual(0.5)
    expect(bar()).toMatchObject({ used: 0.1, reserved: 0.4 })
    for (const answer of await Promise.all(asked.slice(5, 9))) await stage.settle(idOf(answer), used(0.1))
    // Nothing is left: the others park.
    const rest = await Promise.all(asked.slice(9))
    expect(rest.map(({ kind }) => kind)).toEqual(Array(11).fill('park'))
    expect(bar()).toMatchObject({ used: 0.5, reserved: 0, waiting: 11 })
  })

  test('[BU2] what was never stored counts for nothing once its step asks again, or its run ends', async () => {
    await limit(0.5)
    const cost = stage.cost()
    expect((await stage.room.reserve(cost)).kind).toBe('go')
    expect(bar()).toMatchObject({ reserved: 0.1 })
    // The store refused the step: the run asks again, and ends.
    expect((await stage.room.reserve(cost)).kind).toBe('go')
    expect(bar()).toMatchObject({ reserved: 0.1 })
    await stage.room.runEnded(cost.runId)
    expect(bar()).toMatchObject({ used: 0, reserved: 0 })
    expect(await stage.store.read('SELECT id FROM budget_entry')).toEqual([])
  })

  test('[BU3] [BU15] what is settled takes the place of what was reserved, once, and is known after a restart', async () => {
    await limit(0.5)
    const id = idOf(await reserve())
    expect(bar()).toMatchObject({ used: 0, reserved: 0.1 })
    await stage.settle(id, used(0.012345678))
    await stage.settle(id, used(0.4))
    expect(bar()).toMatchObject({ used: 0.012345678, reserved: 0 })
    await stage.crash()
    expect(bar()).toMatchObject({ used: 0.012345678, reserved: 0 })
    expect(stage.room.status()).toMatchObject({ today: { usd: 0.012345678, tokens: 500, requests: 1, ms: 1000 } })
  })

  test('[BU3] a call that was not made after all counts for nothing', async () => {
    await limit(0.5)
    await stage.settle(idOf(await reserve()), { usd: 0, tokens: 0, ms: 0, made: false })
    expect(bar()).toMatchObject({ used: 0, reserved: 0 })
    await stage.crash()
    expect(stage.room.status().today).toMatchObject({ usd: 0, requests: 0 })
  })

  test('[BU4] a call that used more is counted as it was, and stops the next one', async () => {
    await limit(0.5)
    await stage.settle(idOf(await reserve()), used(0.6))
    expect(bar().used).toBe(0.6)
    expect((await reserve()).kind).toBe('park')
  })

  test('[BU5] a smaller request is served before a larger one that does not fit yet', async () => {
    await limit(0.5)
    const first = idOf(await reserve({ worstUsd: 0.3 }))
    const large = reserve({ runId: 'run_2', worstUsd: 0.4 })
    const small = idOf(await reserve({ runId: 'run_3', worstUsd: 0.1 }))
    await stage.settle(first, used(0.01))
    await stage.settle(small, used(0.01))
    expect((await large).kind).toBe('go')
  })

  test('[BU6] a call that can never fit parks at once, and says what it needs', async () => {
    await limit(0.05)
    const answer = await reserve()
    expect(answer).toMatchObject({
      kind: 'park',
      message: 'The limit of $0.05 a day of everything is reached: $0 are used; this call may take $0.10.',
    })
    expect(stage.room.waits()).toMatchObject([{ runId: 'run_1', personaName: 'Ada' }])
  })

  test('[BU7] what a crash left reserved counts as used', async () => {
    await limit(0.5)
    await reserve()
    await stage.crash()
    expect(bar()).toMatchObject({ used: 0.1, reserved: 0 })
    await stage.crash()
    expect(bar()).toMatchObject({ used: 0.1, reserved: 0 })
  })

  test('[BU8] every limit that holds counts, and the narrowest one that refuses is named', async () => {
    await limit(10)
    await limit(0.15, { target: { kind: 'group', name: 'Research' } })
    await limit(0.15, { target: { kind: 'persona', id: 'per_1' }, span: 'run' })
    await stage.settle(idOf(await reserve()), used(0.1))
    const refused = await reserve()
    expect(refused).toMatchObject({ kind: 'park', limit: { span: 'run', target: { kind: 'persona' } } })
    // Another run of the persona: its own span is fresh, its group's is not. Another group is free.
    expect(await reserve({ runId: 'run_2' })).toMatchObject({ kind: 'park', limit: { target: { kind: 'group' } } })
    expect((await reserve({ runId: 'run_3', group: 'Other', personaId: 'per_2' })).kind).toBe('go')
  })

  test('[BU8] tokens and requests are limits like money', async () => {
    await limit(1500, { unit: 'tokens' })
    await limit(2, { unit: 'requests', span: 'month' })
    await stage.settle(idOf(await reserve()), used(0, 200))
    await stage.settle(idOf(await reserve()), used(0, 200))
    expect(await reserve()).toMatchObject({ kind: 'park', limit: { unit: 'requests' } })
    await limit(20, { unit: 'requests', span: 'month' })
    await stage.settle(idOf(await reserve()), used(0, 500))
    expect(await reserve()).toMatchObject({ kind: 'park', limit: { unit: 'tokens' } })
  })

  test('[BU10] an unknown price is said, counts tokens and calls, and no dollars', async () => {
    await limit(0.5)
    const answer = await reserve({ worstUsd: null })
    expect(answer).toMatchObject({ kind: 'go', notice: expect.stringContaining('The price of p/m is not known') })
    expect(await reserve({ worstUsd: null, step: 2 })).toMatchObject({ notice: null })
    await stage.settle(idOf(answer), { usd: null, tokens: 700, ms: 1, made: true })
    expect(bar()).toMatchObject({ used: 0, unpriced: 2 })
    expect(stage.room.status().today).toMatchObject({ usd: 0, tokens: 700, reservedTokens: 1000, unpriced: 2 })
  })

  test('[BU10] usage that was not reported counts as it was reserved', async () => {
    await limit(0.5)
    await stage.settle(idOf(await reserve()), { usd: null, tokens: null, ms: 1, made: true })
    expect(bar()).toMatchObject({ used: 0.1, unpriced: 1 })
    expect(stage.room.status().today.tokens).toBe(1000)
  })

  test('[BU14] time stops the next call, not the one under way', async () => {
    await limit(1500, { unit: 'ms', span: 'run' })
    const one = idOf(await reserve())
    await stage.settle(one, { usd: 0, tokens: 1, ms: 2000, made: true })
    expect(await reserve({ step: 2 })).toMatchObject({ kind: 'park', limit: { unit: 'ms' } })
    expect((await reserve({ runId: 'run_2' })).kind).toBe('go')
  })
})

describe('[BU12] a fan-out', () => {
  test('shares one reservation, which is not counted twice', async () => {
    await limit(0.5)
    const base = stage.cost({ rootId: 'run_team' })
    const share = await stage.room.openShare({ ...base, calls: 4, worstUsd: 0.4, worstTokens: 4000 })
    expect(bar()).toMatchObject({ reserved: 0.4 })
    const calls = await Promise.all([1, 2, 3].map((n) => reserve({ runId: `run_${n}`, rootId: 'run_team', shareId: share })))
    expect(bar()).toMatchObject({ reserved: 0.4 })
    for (const call of calls) await stage.settle(idOf(call), used(0.05))
    expect(bar()).toMatchObject({ used: 0.15, reserved: 0.1 })
    stage.room.closeShare(share ?? '')
    expect(bar()).toMatchObject({ used: 0.15, reserved: 0 })
  })

  test('a call that is too large for the rest of it gives that back, and never waits for itself', async () => {
    await limit(0.5)
    const share = await stage.room.openShare({ ...stage.cost({ rootId: 'run_team' }), calls: 4, worstUsd: 0.4, worstTokens: 4000 })
    expect((await reserve({ rootId: 'run_team', shareId: share, worstUsd: 0.45 })).kind).toBe('go')
    expect(bar()).toMatchObject({ reserved: 0.45 })
    expect(await stage.room.openShare({ ...stage.cost(), calls: 1, worstUsd: 0.4, worstTokens: 1 })).toBeNull()
  })

  test('a limit for each run counts the whole of it', async () => {
    await limit(0.25, { span: 'run' })
    const answers = []
    for (const n of [1, 2, 3]) {
      const answer = await reserve({ runId: `run_${n}`, rootId: 'run_team' })
      answers.push(answer.kind)
      if (answer.kind === 'go') await stage.settle(answer.reservationId, used(0.1))
    }
    expect(answers).toEqual(['go', 'go', 'park'])
  })
})

describe('going on', () => {
  test('[BU11] a raised limit goes on with those that fit now, and no others', async () => {
    await limit(0.05)
    await reserve({ runId: 'run_1' })
    await reserve({ runId: 'run_2', worstUsd: 0.9 })
    await limit(0.2)
    await stage.clock.pass(0)
    expect(stage.resumed).toEqual(['run_1'])
    expect(stage.room.waits().map(({ runId }) => runId)).toEqual(['run_2'])
    await stage.room.remove(bar().limit.id)
    await stage.clock.pass(0)
    expect(stage.resumed).toEqual(['run_1', 'run_2'])
  })

  test('[BU11] [BU13] a new day goes on with who waited for the day', async () => {
    await limit(0.15)
    await stage.settle(idOf(await reserve()), used(0.1))
    expect((await reserve({ runId: 'run_2' })).kind).toBe('park')
    await stage.clock.pass(DAY_MS - 1)
    expect(stage.resumed).toEqual([])
    await stage.clock.pass(1)
    expect(stage.resumed).toEqual(['run_2'])
    expect(bar()).toMatchObject({ used: 0 })
    expect(stage.room.status().month.usd).toBe(0.1)
  })

  test('[BU11] who waited before a crash waits after it, and goes on then', async () => {
    await limit(0.05)
    await reserve({ runId: 'run_1' })
    await stage.crash()
    expect(stage.room.waits()).toMatchObject([{ runId: 'run_1' }])
    // A crash between the two writes: its row is gone, and it still is parked.
    stage.room.recover(['run_1', 'run_9'])
    await stage.clock.pass(0)
    expect(stage.resumed).toEqual(['run_9'])
    await limit(1)
    await stage.clock.pass(0)
    expect(stage.resumed).toEqual(['run_9', 'run_1'])
  })

  test('[BU16] nothing is timed while nobody waits', async () => {
    await limit(0.5)
    await reserve()
    expect(stage.clock.timers).toBe(0)
    await reserve({ worstUsd: 5 })
    expect(stage.clock.timers).toBe(1)
    await stage.room.runEnded('run_1')
    await stage.clock.pass(60_000)
    expect(stage.clock.timers).toBe(0)
  })

  test('[BU17] the end of a run takes it out of the line, and loses what it left', async () => {
    await limit(0.1)
    await reserve({ runId: 'run_1' })
    const inLine = reserve({ runId: 'run_2' })
    const third = reserve({ runId: 'run_3', worstUsd: 0 })
    await third
    const gone = expect(inLine).rejects.toMatchObject({ code: 'CANCELLED' })
    await stage.clock.pass(0)
    await stage.room.runEnded('run_2')
    await gone
    await stage.room.runEnded('run_1')
    expect(bar()).toMatchObject({ used: 0.1, reserved: 0 })
  })
})

describe('telling', () => {
  test('[BU9] each once in its span: soft when reached, hard at 80 % and when it stops', async () => {
    await limit(0.1, { firmness: 'soft' })
    await limit(0.25)
    for (const n of [1, 2]) await stage.settle(idOf(await reserve({ step: n })), used(0.1))
    await reserve({ step: 3 })
    await reserve({ step: 3, runId: 'run_2' })
    await stage.clock.pass(0)
    expect(stage.told.map((text) => text.split(':')[0])).toEqual([
      'A budget is used up',
      'A budget is nearly used up',
      'Ada waits for its budget',
    ])
    await stage.crash()
    await reserve({ step: 4 })
    expect(stage.told).toHaveLength(3)
    await stage.clock.pass(DAY_MS)
    for (const n of [5, 6]) await stage.settle(idOf(await reserve({ step: n })), used(0.1))
    await stage.clock.pass(0)
    expect(stage.told).toHaveLength(5)
  })

  test('[BU18] one limit for each target, span, unit and firmness', async () => {
    const first = await limit(1)
    expect((await limit(2)).id).toBe(first.id)
    await limit(2, { firmness: 'soft' })
    expect(stage.room.status().bars).toHaveLength(2)
    await expect(stage.room.remove('limit_none')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
