/** Calls of real runs, judged, parked, decided, gone on with; and failures of a real server, healed. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { InboxItem } from '#contract'
import { server } from '../model/stage.ts'
import { closeBenches, until } from '../run/bench.ts'
import { type GuardStage, openGuardStage, writer } from './stage.ts'

afterEach(closeBenches)

const args = { path: 'notes.txt', content: 'milk' }
/** Writes a file, then says what it was told. */
const writes = () =>
  server({
    script: ({ toolResults }) =>
      toolResults.length === 0 ? { toolCalls: [{ name: 'file_write', args }] } : { text: `I was told: ${toolResults.at(-1)}` },
  })

async function asks(stage: GuardStage, doc: object = writer()) {
  const persona = stage.bench.persona(doc as ReturnType<typeof writer>)
  const { id } = await stage.bench.start(persona)
  const item = await until(async () => (await stage.approvals.inbox()).find(({ runId }) => runId === id))
  await parked(stage, id)
  return { id, persona, item }
}

const parked = (stage: GuardStage, id: string) =>
  until(async () => {
    const { run } = await stage.bench.runs.get(id)
    return run.state === 'parked' ? run : undefined
  })
const yes = (stage: GuardStage, item: InboxItem, more: object = {}) =>
  stage.approvals.decide(item.id, { kind: 'approve', ...more }, item.call?.digest, 'Ada')
const fileOf = (stage: GuardStage, persona: string) => readFile(join(stage.bench.folder, 'workspaces', persona, 'notes.txt'), 'utf8')

describe('a call that is asked for', () => {
  test('[AP6] [AP10] parks its run, and goes on with the arguments as they were edited', async () => {
    const models = await writes()
    const stage = await openGuardStage(models)
    stage.fallback = 'ask'
    const { id, persona, item } = await asks(stage)
    expect((await stage.bench.runs.get(id)).run).toMatchObject({ state: 'parked', reason: { code: 'approval' } })
    expect(stage.bench.runs.counts()).toMatchObject({ running: 0 })
    await expect(fileOf(stage, persona)).rejects.toMatchObject({ code: 'ENOENT' })
    expect(await yes(stage, item, { args: { ...args, content: 'oat milk' } })).toMatchObject({ ok: true })
    expect(await stage.bench.ended(id)).toMatchObject({ state: 'succeeded' })
    expect(await fileOf(stage, persona)).toBe('oat milk')
    // The model was asked once before and once after: nothing was asked or paid for again.
    expect(models.asked).toHaveLength(2)
    const { steps } = await stage.bench.runs.get(id)
    expect(steps.map(({ kind, state, attempt }) => [kind, state, attempt])).toEqual([
      ['model', 'done', 1],
      ['tool', 'done', 1],
      ['model', 'done', 1],
    ])
  })

  test('[AP11] is denied, and the model reads why', async () => {
    const models = await writes()
    const stage = await openGuardStage(models)
    stage.fallback = 'ask-unsafe'
    await stage.approvals.addRule(
      { effect: 'ask', pattern: 'file_write', target: { kind: 'everywhere' }, lifetime: { kind: 'always' }, note: '' },
      'Ada',
    )
    const { id, item } = await asks(stage)
    await stage.approvals.decide(item.id, { kind: 'deny', reason: 'Use shopping.txt.' }, item.call?.digest, 'Ada')
    expect(await stage.bench.ended(id)).toMatchObject({ state: 'succeeded' })
    expect(models.asked[1]?.toolResults[0]).toContain('The person said no: Use shopping.txt.')
  })

  test('[AP12] is withdrawn when its run is cancelled', async () => {
    const stage = await openGuardStage(await writes())
    stage.fallback = 'ask'
    const { id } = await asks(stage)
    await stage.bench.runs.cancel(id)
    await until(async () => ((await stage.approvals.waiting()) === 0 ? true : undefined))
  })

  test('[AP15] waits over a restart of the engine, and is decided then', async () => {
    const models = await writes()
    const before = await openGuardStage(models)
    before.fallback = 'ask'
    const { id, item } = await asks(before)
    await before.bench.runs.stop()
    await before.bench.store.stop()
    const after = await openGuardStage(models, { copyOf: before.bench.folder })
    after.fallback = 'ask'
    after.bench.persona(writer())
    expect((await after.approvals.inbox()).map((one) => one.id)).toEqual([item.id])
    await yes(after, item)
    expect(await after.bench.ended(id)).toMatchObject({ state: 'succeeded' })
    expect(models.asked).toHaveLength(2)
  })
})

describe('[HE] a provider that fails', () => {
  test('[HE4] [HE20] is tried again when its time has come, and what was done is not done again', async () => {
    let down = true
    const models = await server({
      script: ({ toolResults }) => {
        if (toolResults.length === 0) return { toolCalls: [{ name: 'file_write', args }] }
        return down ? { status: 429, retryAfter: '40', message: 'slow down' } : { text: 'Done.' }
      },
    })
    const stage = await openGuardStage(models)
    const persona = stage.bench.persona(writer())
    const { id } = await stage.bench.start(persona)
    expect(await parked(stage, id)).toMatchObject({ reason: { code: 'retry' } })
    const { retries } = await stage.healing.status()
    expect(retries).toMatchObject([{ runId: id, class: 'rate-limit', attempt: 2 }])
    expect((retries[0]?.dueAt ?? 0) - Date.now()).toBeGreaterThan(30_000)
    down = false
    await stage.healing.retryNow(id)
    expect(await stage.bench.ended(id)).toMatchObject({ state: 'succeeded' })
    expect(models.asked.filter(({ toolResults }) => toolResults.length === 0)).toHaveLength(1)
    await until(async () => ((await stage.healing.status()).events[0]?.outcome === 'healed' ? true : undefined))
  })

  test('[HE8] a key that is not accepted is not tried again, and the person is told', async () => {
    const stage = await openGuardStage(await server({ script: () => ({ status: 401, message: 'no such key' }) }))
    const { id } = await stage.bench.start(stage.bench.persona(writer()))
    expect(await stage.bench.ended(id)).toMatchObject({ state: 'failed', reason: { code: 'no-model' } })
    expect(stage.told).toEqual(['Writer failed'])
    expect((await stage.healing.status()).events).toMatchObject([{ class: 'credential', outcome: 'given-up' }])
  })

  test('[HE30] again and again opens its breaker: the next run does not even ask it', async () => {
    const models = await server({ script: () => ({ status: 503, message: 'busy' }) })
    const stage = await openGuardStage(models)
    stage.heals = false
    const persona = stage.bench.persona(writer())
    for (let n = 0; n < 2; n++) await stage.bench.ended((await stage.bench.start(persona)).id)
    expect((await stage.healing.status()).breakers).toMatchObject([{ key: 'provider:openai-chat', state: 'open' }])
    const asked = models.asked.length
    const refused = await stage.bench.ended((await stage.bench.start(persona)).id)
    expect(models.asked).toHaveLength(asked)
    expect(refused).toMatchObject({
      state: 'failed',
      reason: { code: 'no-model', message: expect.stringContaining('left alone for a while') },
    })
  })
})

test('[BU10] a price that nobody knows is said, and counts tokens', async () => {
  const stage = await openGuardStage(await server({ script: () => ({ text: 'Hello.' }) }), { price: null })
  await stage.budgets.set({ target: { kind: 'everything' }, span: 'day', unit: 'usd', firmness: 'hard', amount: 0.01 })
  const ended = await stage.bench.ended((await stage.bench.start(stage.bench.persona(writer()))).id)
  expect(ended).toMatchObject({ state: 'succeeded', costKnown: false })
  expect(stage.budgets.status().today).toMatchObject({ usd: 0, tokens: 30, requests: 1, unpriced: 1 })
})

test('[BU16] idle costs nothing: with nothing running no model is asked', async () => {
  const models = await server({ script: () => ({ text: 'Hello.' }) })
  const stage = await openGuardStage(models)
  await stage.budgets.set({ target: { kind: 'everything' }, span: 'day', unit: 'usd', firmness: 'hard', amount: 1 })
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(models.lines).toEqual([])
  expect(stage.budgets.status().today).toMatchObject({ requests: 0 })
})
