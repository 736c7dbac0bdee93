import { afterEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '#contract'
import {
  type Bench,
  type BenchOptions,
  closeBenches,
  command,
  dense,
  lives,
  openBench,
  program,
  textOf,
  until,
} from '../engine/run/bench.ts'

afterEach(closeBenches)

const THREAD = new URL('../fixtures/programs/run-thread-with-test-body.ts', import.meta.url)
const MODEL = {
  provider: 'test',
  kind: 'openai',
  api: null,
  baseUrl: null,
  apiKey: null,
  model: 'body',
  contextTokens: null,
  price: null,
} as const

const openWithBody = (options: BenchOptions = {}): Promise<Bench> => openBench({ threadUrl: THREAD, models: [MODEL], ...options })
const modelPersona = (bench: Bench, limits = {}): string =>
  bench.persona({
    name: 'model',
    body: { kind: 'model', models: [{ provider: 'test', model: 'body' }] },
    limits: { concurrency: 64, ...limits },
  })

/** Waits until an event satisfies the test, and leaves. */
async function seen(bench: Bench, id: string, test: (event: RunEvent) => boolean): Promise<RunEvent> {
  for await (const { events } of bench.runs.follow(id, 1)) {
    const found = events.find(test)
    if (found) return found
  }
  throw new Error('It ended before it was seen.')
}
const says = (text: string) => (event: RunEvent) => event.kind === 'output' && event.text.includes(text)

describe('a run thread that dies', () => {
  it('[RUN20] breaks beneath its own runs only, and they go on; the next run gets a new thread', async () => {
    const bench = await openWithBody({ settings: { maxRuns: 16, maxQueued: 10, runThreads: 2 } })
    const id = modelPersona(bench)
    const pair = [await bench.start(id, { input: 'wait' }), await bench.start(id, { input: 'wait' })]
    for (const row of pair) await seen(bench, row.id, says('waiting'))
    // Each of the two has a thread; the third goes to one of them, and leaves.
    const leaver = await bench.start(id, { input: 'leave-once 7' })
    expect(await bench.ended(leaver.id)).toMatchObject({ state: 'succeeded', resultPreview: 'came back', attempt: 2 })
    const tries = async () => (await Promise.all(pair.map(async (row) => (await bench.runs.get(row.id)).run.attempt))).sort()
    await until(async () => (await tries()).includes(2) || undefined)
    expect(await tries()).toEqual([1, 2])
    const broken = (await bench.events(leaver.id)).find((event) => event.kind === 'notice' && event.code === 'goes-on')
    expect(broken).toMatchObject({ message: expect.stringContaining('code 7') })
    for (const row of pair) await bench.runs.cancel(row.id)
    for (const row of pair) expect(await bench.ended(row.id)).toMatchObject({ state: 'cancelled' })
    const after = await bench.start(id, { input: 'talk 1 1' })
    expect(await bench.ended(after.id)).toMatchObject({ state: 'succeeded', model: 'test/body', costUsd: 0.5, costKnown: true })
  })

  it.each([
    ['leaves by process.exit', 'leave 3'],
    ['throws what nobody catches', 'throw'],
    ['runs out of memory', 'memory'],
  ])('[RUN96] [RUN27] three times without a step is the end: its run says so when it %s', async (_title, input) => {
    const bench = await openWithBody({ timings: { threadMostMb: 32 } })
    const id = modelPersona(bench)
    const row = await bench.start(id, { input })
    const events = await bench.events(row.id)
    expect(dense(events)).toBe(true)
    expect(events.filter((event) => event.kind === 'notice' && event.code === 'goes-on')).toHaveLength(2)
    expect(events.at(-1)).toMatchObject({ kind: 'state', state: 'incomplete', reason: { code: 'thread-died' } })
    const again = await bench.start(id, { input: 'talk 1 1' })
    expect((await bench.ended(again.id)).state).toBe('succeeded')
  })

  it('[RUN21] leaves no child behind: the main side ends the trees that it had reported', async () => {
    const bench = await openWithBody({ settings: { maxRuns: 16, maxQueued: 10, runThreads: 1 } })
    const id = modelPersona(bench)
    const row = await bench.start(id, { input: `child ${program('stubborn-family.mjs')}` })
    const pids = await familyPids(bench, row.id)
    expect(await Promise.all(pids.map(lives))).toEqual(Array(5).fill(true))
    await bench.start(id, { input: 'leave-once 1' })
    // Before it is queued again: what goes on never meets what was left.
    await seen(bench, row.id, (event) => event.kind === 'notice' && event.code === 'goes-on')
    expect(await Promise.all(pids.map(lives))).toEqual(Array(5).fill(false))
    await bench.runs.cancel(row.id)
    expect(await bench.ended(row.id)).toMatchObject({ state: 'cancelled' })
  })

  it('[RUN22] a body that throws fails its run and nothing else', async () => {
    const bench = await openWithBody({ settings: { maxRuns: 16, maxQueued: 10, runThreads: 1 } })
    const id = modelPersona(bench)
    const other = await bench.start(id, { input: 'talk 10 10' })
    const row = await bench.start(id, { input: 'reject' })
    expect(await bench.ended(row.id)).toMatchObject({
      state: 'failed',
      reason: { code: 'internal', message: 'The run broke off: the body broke' },
    })
    expect(await bench.ended(other.id)).toMatchObject({ state: 'succeeded' })
  })
})

describe('a run thread that does not answer', () => {
  it('[RUN23] is ended after the grace when a cancel is not heard; the main thread stays responsive', async () => {
    const bench = await openWithBody({ settings: { maxRuns: 16, maxQueued: 10, runThreads: 1 }, timings: { hearGraceMs: 400 } })
    const id = modelPersona(bench)
    const beside = await bench.start(id, { input: 'wait' })
    await seen(bench, beside.id, says('waiting'))
    const row = await bench.start(id, { input: 'loop' })
    await seen(bench, row.id, says('looping'))
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect((await bench.runs.cancel(row.id)).state).toBe('running')
    expect(await bench.ended(row.id)).toMatchObject({ state: 'cancelled', reason: { code: 'person' } })
    const why = await seen(bench, beside.id, (event) => event.kind === 'notice' && event.code === 'goes-on')
    expect(why).toMatchObject({ message: expect.stringContaining('did not hear a cancel') })
    await bench.runs.cancel(beside.id)
    expect(await bench.ended(beside.id)).toMatchObject({ state: 'cancelled' })
    const after = await bench.start(id, { input: 'talk 1 1' })
    expect((await bench.ended(after.id)).state).toBe('succeeded')
  })

  it('[RUN24] a body that ignores its signal is given up, and its run ended without it', async () => {
    const bench = await openWithBody({ timings: { cancelGraceMs: 500 } })
    const row = await bench.start(modelPersona(bench), { input: 'deaf' })
    await seen(bench, row.id, says('deaf'))
    await bench.runs.cancel(row.id)
    expect(await bench.ended(row.id)).toMatchObject({ state: 'cancelled', reason: { code: 'person' } })
  })

  it('[RUN25] the time limit ends an endless loop too', async () => {
    const bench = await openWithBody({ timings: { hearGraceMs: 300 } })
    const row = await bench.start(modelPersona(bench, { timeoutMs: 1000 }), { input: 'loop' })
    const ended = await bench.ended(row.id)
    expect(ended).toMatchObject({ state: 'failed', reason: { code: 'timeout' } })
    expect(ended.reason?.message).toContain('1 s')
  })
})

describe('cancel and the whole tree', () => {
  it('[RUN40] ends a family that ignores SIGTERM: in the group, in its own session, and orphaned in its own session', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('stubborn-family.mjs')))
    const pids = await familyPids(bench, row.id)
    expect(await Promise.all(pids.map(lives))).toEqual(Array(5).fill(true))
    await bench.runs.cancel(row.id)
    const ended = await bench.ended(row.id)
    expect(ended).toMatchObject({ state: 'cancelled', reason: { code: 'person' } })
    expect(await Promise.all(pids.map(lives))).toEqual(Array(5).fill(false))
  })

  it('[RUN41] a program that ends well and leaves another running: that one is ended, and it is said', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('leave-behind.mjs')))
    const events = await bench.events(row.id)
    const pid = Number(/pid (\d+)/.exec(textOf(events))?.[1])
    expect(await lives(pid)).toBe(false)
    expect(events.at(-1)).toMatchObject({ state: 'succeeded' })
    expect(events.some((event) => event.kind === 'notice' && event.code === 'left-behind')).toBe(true)
  })

  it('[RUN45] what a model’s tool left running somewhere else is ended with the run', async () => {
    const bench = await openWithBody()
    const row = await bench.start(modelPersona(bench), { input: `stray ${program('leave-behind.mjs')}` })
    const events = await bench.events(row.id)
    expect(await bench.ended(row.id)).toMatchObject({ state: 'succeeded' })
    expect(await lives(Number(/pid (\d+)/.exec(textOf(events))?.[1]))).toBe(false)
  })

  it('[RUN42] the time limit ends the tree and fails the run', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('stubborn-family.mjs', [], { limits: { timeoutMs: 10_000 } })))
    const pids = await familyPids(bench, row.id)
    expect(await bench.ended(row.id)).toMatchObject({ state: 'failed', reason: { code: 'timeout' } })
    expect(await Promise.all(pids.map(lives))).toEqual(Array(5).fill(false))
  })

  it('[RUN43] cancel: queued, running, twice, ended', async () => {
    const bench = await openBench({ settings: { maxRuns: 1, maxQueued: 10, runThreads: 1 } })
    const id = bench.persona(command('sleep.mjs', ['60000']))
    const first = await bench.start(id)
    const second = await bench.start(id)
    expect([first.state, second.state]).toEqual(['running', 'queued'])
    expect(await bench.runs.cancel(second.id)).toMatchObject({ state: 'cancelled', startedAt: null, reason: { code: 'person' } })
    const waited = await bench.events(second.id)
    expect(waited.map((event) => event.kind === 'state' && event.state)).toEqual(['queued', 'cancelled'])
    await seen(bench, first.id, says('sleeping'))
    await bench.runs.cancel(first.id)
    await bench.runs.cancel(first.id).catch((thrown: { code: string }) => expect(thrown.code).toBe('WRONG_STATE'))
    expect(await bench.ended(first.id)).toMatchObject({ state: 'cancelled', exitCode: null })
    await expect(bench.runs.cancel(first.id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await expect(bench.runs.cancel('run_0123456789abcdef')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(bench.runs.counts()).toMatchObject({ running: 0, queued: 0 })
  })

  it('[RUN44] a cancel before the program was even started ends it too', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('sleep.mjs', ['60000'])))
    await bench.runs.cancel(row.id)
    expect(await bench.ended(row.id)).toMatchObject({ state: 'cancelled' })
  })
})

describe('many and much', () => {
  it('[RUN50] 50 runs at once, each with all its lines', async () => {
    const bench = await openBench({ settings: { maxRuns: 50, maxQueued: 100, runThreads: 2 } })
    const id = bench.persona(command('say.mjs', ['{{input}}', 'end'], { limits: { concurrency: 64 } }))
    const rows = await Promise.all(Array.from({ length: 50 }, (_, n) => bench.start(id, { input: `run ${n}` })))
    expect(rows.every((row) => row.state === 'running')).toBe(true)
    const texts = await Promise.all(rows.map(async (row) => textOf(await bench.events(row.id))))
    expect(texts).toEqual(rows.map((_, n) => `run ${n}\nend\n`))
    const states = await Promise.all(rows.map(async (row) => (await bench.ended(row.id)).state))
    expect(new Set(states)).toEqual(new Set(['succeeded']))
  })

  it('[RUN51] a child that prints 100 MB neither grows the memory nor loses a byte unsaid', async () => {
    const bench = await openBench()
    const total = 100_000_000
    const id = bench.persona(command('flood.mjs', [String(total)], { limits: { outputBytes: 64 * 1024 * 1024 } }))
    const before = process.memoryUsage().rss
    let highest = before
    const watch = setInterval(() => {
      highest = Math.max(highest, process.memoryUsage().rss)
    }, 20)
    const row = await bench.start(id)
    let bytes = 0
    for await (const { events } of bench.runs.follow(row.id, 1)) bytes += textOf(events).length
    clearInterval(watch)
    const ended = await bench.ended(row.id)
    const printed = Math.ceil(total / 65_500) * 65_500 + 'the last line\n'.length
    expect(ended).toMatchObject({ state: 'succeeded', cutBytes: printed - 64 * 1024 * 1024 })
    expect(bytes).toBe(64 * 1024 * 1024)
    expect(highest - before).toBeLessThan(200 * 1024 * 1024)
  })
})

async function familyPids(bench: Bench, id: string): Promise<number[]> {
  return await until(async () => {
    let text = ''
    for await (const { events } of bench.runs.follow(id, 1)) {
      text += textOf(events)
      const pids = [...text.matchAll(/pid (\d+)/g)].map((match) => Number(match[1]))
      if (pids.length === FAMILY) return pids
    }
    return undefined
  })
}

/** root, child, its leaf, the leaf in its own session, the orphaned leaf. */
const FAMILY = 5
