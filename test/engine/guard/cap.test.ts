/** Issue 5, 7.2: a cap of $0.50 with 20 concurrent runs is never exceeded by more than one reserved call, and all continue after the cap is raised. */
import { afterEach, describe, expect, test } from 'vitest'
import { openGate } from '../../../extensions/engine/run/mod.ts'
import { server } from '../model/stage.ts'
import { closeBenches, until } from '../run/bench.ts'
import { type GuardStage, openGuardStage, writer } from './stage.ts'

afterEach(closeBenches)

const RUNS = 20
const CALLS = 3
/** 1,000 tokens in and 500 out, at the stage's price. */
const CALL_USD = 0.02
const usage = { input: 1000, output: 500 }

/** Twice a tool, then an answer. */
const play = () =>
  server({
    script: ({ toolResults }) =>
      toolResults.length < CALLS - 1 ? { toolCalls: [{ name: 'file_list', args: {} }], usage } : { text: 'Done.', usage },
  })

const cap = (stage: GuardStage, amount: number) =>
  stage.budgets.set({ target: { kind: 'everything' }, span: 'day', unit: 'usd', firmness: 'hard', amount })

const states = async (stage: GuardStage, ids: readonly string[]) => Promise.all(ids.map(async (id) => (await stage.bench.runs.get(id)).run))

describe('a cap of $0.50 with 20 runs at the same time', () => {
  test('[BU1] [BU5] [BU6] [BU11] is never exceeded; all park, and all go on and end when it is raised', async () => {
    const models = await play()
    const stage = await openGuardStage(models)
    let most = 0
    const looks = setInterval(() => {
      const { usd, reservedUsd } = stage.budgets.status().today
      most = Math.max(most, usd + reservedUsd)
    }, 2)
    await cap(stage, 0.5)
    const persona = stage.bench.persona(writer({ limits: { concurrency: RUNS } }))
    const ids = await Promise.all(Array.from({ length: RUNS }, async () => (await stage.bench.start(persona)).id))
    await until(
      async () => ((await states(stage, ids)).every(({ state }) => state === 'parked' || state === 'succeeded') ? true : undefined),
      60_000,
    )
    const parked = (await states(stage, ids)).filter(({ state }) => state === 'parked')
    // What the server served is what was spent: as many calls as fit under the cap, with less than one worst case left.
    const served = models.asked.length
    const spent = stage.budgets.status().today
    expect(spent.usd).toBeCloseTo(served * CALL_USD, 9)
    expect(spent.reservedUsd).toBe(0)
    expect(spent.usd).toBeLessThanOrEqual(0.5)
    expect(most).toBeLessThanOrEqual(0.5 + 1e-9)
    expect(parked.length).toBeGreaterThan(0)
    expect(parked.map(({ reason }) => reason?.code)).toEqual(parked.map(() => 'budget'))
    console.log(
      `cap $0.50: ${served} calls served, $${spent.usd.toFixed(3)} spent, at most $${most.toFixed(3)} used and reserved, ${parked.length} of ${RUNS} runs parked`,
    )
    await cap(stage, 5)
    const ended = await Promise.all(ids.map((id) => stage.bench.ended(id)))
    clearInterval(looks)
    expect(ended.map(({ state }) => state)).toEqual(ended.map(() => 'succeeded'))
    // Nothing was paid for twice.
    expect(models.asked.length).toBe(RUNS * CALLS)
    expect(stage.budgets.status().today).toMatchObject({ reservedUsd: 0, requests: RUNS * CALLS })
    expect(stage.budgets.status().today.usd).toBeCloseTo(RUNS * CALLS * CALL_USD, 9)
    expect(stage.budgets.waits()).toEqual([])
  })

  test('the guard is what keeps it: without it the same twenty spend more than twice as much', async () => {
    const models = await play()
    const stage = await openGuardStage(models, { gate: () => openGate })
    await cap(stage, 0.5)
    const persona = stage.bench.persona(writer({ limits: { concurrency: RUNS } }))
    const ids = await Promise.all(Array.from({ length: RUNS }, async () => (await stage.bench.start(persona)).id))
    await Promise.all(ids.map((id) => stage.bench.ended(id)))
    expect(models.asked.length * CALL_USD).toBeGreaterThan(1)
  })

  test('[BU19] a call without an output limit of its own is sent with the one that was reserved for', async () => {
    const models = await play()
    const stage = await openGuardStage(models)
    const open = writer({ body: { kind: 'model', models: [{ provider: 'openai-chat', model: 'echo-1' }], tools: { files: 'read' } } })
    await stage.bench.ended((await stage.bench.start(stage.bench.persona(open))).id)
    expect(models.asked.every(({ body }) => body.max_tokens === undefined && body.max_completion_tokens === undefined)).toBe(true)
    const before = models.asked.length
    await cap(stage, 100)
    await stage.bench.ended((await stage.bench.start(stage.bench.persona(open))).id)
    const sent = models.asked.slice(before).map(({ body }) => body.max_tokens ?? body.max_completion_tokens)
    expect(sent).toEqual([16_384, 16_384, 16_384])
  })
})
