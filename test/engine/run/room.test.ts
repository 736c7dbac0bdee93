import { existsSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { ProviderKind } from '#contract/plain'
import type { ResolvedModel } from '#core'
import { JournalWriter } from '../../../extensions/engine/run/journal/writer.ts'
import { runRoutes } from '../../../extensions/engine/run/routes.ts'
import { type Bench, closeBenches, command, dense, openBench, until } from './bench.ts'

afterEach(closeBenches)

const THREAD = new URL('../../fixtures/programs/run-thread-with-test-body.ts', import.meta.url)
const kind: ProviderKind = 'openai'
const MODEL: ResolvedModel = {
  provider: 'test',
  kind,
  api: null,
  baseUrl: null,
  apiKey: null,
  model: 'body',
  contextTokens: null,
  price: null,
}
const modelPersona = (bench: Bench): string =>
  bench.persona({ name: 'model', body: { kind: 'model', models: [{ provider: 'test', model: 'body' }] } })

describe('starting a run', () => {
  it('[RUN2] is refused for an archived, a sleeping or a missing persona, and for parameters that do not fit', async () => {
    const bench = await openBench()
    const id = bench.persona({ ...command('say.mjs'), parameters: [{ name: 'who', required: true }] })
    await expect(bench.start(id)).rejects.toMatchObject({ code: 'INVALID' })
    bench.stand(id, { active: false })
    await expect(bench.start(id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    bench.stand(id, { active: true, archivedAt: 5 })
    await expect(bench.start(id)).rejects.toMatchObject({ code: 'WRONG_STATE' })
    await expect(bench.start('nobody')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await bench.runs.list({ filter: {}, offset: 0, limit: 10 })).total).toBe(0)
    expect(bench.runs.counts()).toMatchObject({ running: 0, queued: 0 })
  })

  it('[RUN3] keeps what was asked whole: document, input, parameters, prompt; a draft names no revision', async () => {
    const bench = await openBench()
    const id = bench.persona(command('say.mjs', ['saved']))
    const draft = bench.ports.personaOf(id)
    const doc = { ...(await draft).doc, name: 'A draft', parameters: [], body: { ...(await draft).doc.body } }
    const first = await bench.start(id, { input: 'one', draft: doc, againOf: 'run_0000000000000000' })
    expect(first).toMatchObject({ revision: null, personaName: 'A draft', inputPreview: 'one', againOf: 'run_0000000000000000' })
    const detail = await bench.runs.get(first.id)
    expect(detail).toMatchObject({ doc: { name: 'A draft' }, input: 'one', params: {} })
    await bench.ended(first.id)
    await expect(bench.runs.get('run_0123456789abcdef')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('[RUN4] more than the queue holds is refused with the numbers; limits of persona and engine hold', async () => {
    const bench = await openBench({ settings: { maxRuns: 3, maxQueued: 2, runThreads: 1 } })
    const gate = join(bench.folder, 'gate')
    const narrow = bench.persona(command('gate.mjs', [gate], { limits: { concurrency: 1 } }))
    const wide = bench.persona(command('gate.mjs', [gate], { limits: { concurrency: 9 } }))
    const states = []
    for (const persona of [narrow, narrow, wide, wide]) states.push((await bench.start(persona)).state)
    expect(states).toEqual(['running', 'queued', 'running', 'running'])
    expect((await bench.start(wide)).state).toBe('queued')
    const refusal = await bench.start(wide).catch((thrown: unknown) => thrown)
    expect(refusal).toMatchObject({ code: 'FULL', facts: { waiting: 2, maxQueued: 2, running: 3, maxRuns: 3 } })
    expect(bench.runs.counts()).toMatchObject({ running: 3, queued: 2 })
    expect(await bench.runs.activity(narrow)).toEqual({ runs: 2, running: 1, queued: 1 })
    writeFileSync(gate, '')
    await until(() => bench.runs.counts().running + bench.runs.counts().queued === 0 || undefined)
    const { rows, total } = await bench.runs.list({ filter: { states: ['succeeded'] }, offset: 0, limit: 10 })
    expect([rows.length, total]).toEqual([5, 5])
  })

  it('[RUN8] a higher priority begins first', async () => {
    const bench = await openBench({ settings: { maxRuns: 1, maxQueued: 9, runThreads: 1 } })
    const gate = join(bench.folder, 'gate')
    const id = bench.persona(command('gate.mjs', [gate]))
    await bench.start(id)
    const low = await bench.start(id, { priority: 'low' })
    const high = await bench.start(id, { priority: 'high' })
    writeFileSync(gate, '')
    const [first, last] = [await bench.ended(high.id), await bench.ended(low.id)]
    expect(first.startedAt).toBeLessThanOrEqual(last.startedAt ?? 0)
    expect(first.endedAt).toBeLessThanOrEqual(last.startedAt ?? 0)
  })
})

describe('a model run', () => {
  it('[RUN9] with no model at all fails with the reason why', async () => {
    const bench = await openBench({ threadUrl: THREAD })
    const row = await bench.start(modelPersona(bench))
    const events = await bench.events(row.id)
    expect(events.at(-1)).toMatchObject({ state: 'failed', reason: { code: 'no-model', message: 'No provider is set up here.' } })
    expect(await bench.ended(row.id)).toMatchObject({ costUsd: 0, costKnown: true })
  })

  it('[RUN17] steps are stored bounded, one that nobody ended is unknown, and so is the cost', async () => {
    const bench = await openBench({ threadUrl: THREAD, models: [MODEL] })
    const row = await bench.start(modelPersona(bench), { input: 'steps 400000' })
    const events = await bench.events(row.id)
    expect(dense(events)).toBe(true)
    const { run, steps, result } = await until(async () => {
      const detail = await bench.runs.get(row.id)
      return detail.run.endedAt === null ? undefined : detail
    })
    expect(run).toMatchObject({ state: 'succeeded', model: 'test/body', costUsd: null, costKnown: false })
    expect(steps.map(({ n, kind: what, state }) => [n, what, state])).toEqual([
      [1, 'tool', 'done'],
      [2, 'model', 'unknown'],
    ])
    expect(Buffer.byteLength(JSON.stringify(steps[0]?.detail))).toBeLessThanOrEqual(256 * 1024)
    expect(steps[0]?.detail.cutBytes).toBeGreaterThan(0)
    expect(Object.keys(steps[0]?.detail ?? {})).toEqual(expect.arrayContaining(['args', 'result']))
    expect(Buffer.byteLength(result)).toBeLessThanOrEqual(16 * 1024)
    expect(result).toMatch(/^ü+$/)
    const told = events.filter((event) => event.kind === 'step').map((event) => event.kind === 'step' && [event.step.n, event.step.state])
    expect(told).toEqual([
      [1, 'running'],
      [1, 'done'],
      [2, 'running'],
      [2, 'unknown'],
    ])
  })

  it('[RUN18] a step is durable before its effect: a store that refuses it stops the body', async () => {
    let refuse = false
    const bench = await openBench({
      threadUrl: THREAD,
      models: [MODEL],
      ports: (ports) => ({
        ...ports,
        store: {
          read: ports.store.read,
          write: (statements) =>
            refuse && statements.some(({ sql }) => sql.startsWith('INSERT INTO run_step'))
              ? Promise.reject(new Error('the disk is full'))
              : ports.store.write(statements),
        },
      }),
    })
    refuse = true
    const row = await bench.start(modelPersona(bench), { input: 'talk 3 1' })
    const events = await bench.events(row.id)
    expect(events.at(-1)).toMatchObject({ state: 'failed', reason: { code: 'internal' } })
    expect(events.some((event) => event.kind === 'text')).toBe(false)
  })
})

describe('the journal of steps', () => {
  it('[RUN19] gathers writes, and one that is refused takes none of the others with it', async () => {
    const batches: number[] = []
    const journal = new JournalWriter({
      read: () => Promise.resolve([]),
      write: async (statements) => {
        batches.push(statements.length)
        await new Promise((resolve) => setImmediate(resolve))
        if (statements.some(({ sql }) => sql === 'bad')) throw new Error('refused')
      },
    })
    const answers = await Promise.allSettled(['first', 'good', 'bad', 'good'].map((sql) => journal.write([{ sql }])))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled'])
    expect(batches).toEqual([1, 3, 1, 1, 1])
  })
})

describe('the methods', () => {
  it('[RUN64] answer what the contract says, checked by its own schemas', async () => {
    const bench = await openBench()
    const { createRouterClient } = await import('@orpc/server')
    const context = { clientId: 'c', clientName: 'test', scopes: ['*'] }
    const client = createRouterClient({ ...runRoutes(bench.runs) }, { context })
    const personaId = bench.persona(command('say.mjs', ['hello']))
    const row = await client.start({ personaId, input: 'x' })
    const events = []
    for await (const batch of await client.follow({ id: row.id })) events.push(...batch.events)
    expect(dense(events)).toBe(true)
    expect(events.at(-1)).toMatchObject({ kind: 'state', state: 'succeeded' })
    expect(await client.get({ id: row.id })).toMatchObject({ run: { id: row.id, state: 'succeeded' } })
    expect(await client.list({})).toMatchObject({ total: 1, rows: [{ id: row.id }] })
    expect(await client.strips({})).toMatchObject([{ personaId, runs: 1, spentUsd: 0 }])
    expect((await client.export({ id: row.id })).text).toContain('hello')
    await expect(client.cancel({ id: row.id })).rejects.toMatchObject({ code: 'WRONG_STATE' })
  })
})

describe('export', () => {
  it('[RUN62] gives the whole run as text and as JSON', async () => {
    const bench = await openBench()
    const id = bench.persona({ ...command('say.mjs', ['hello there']), name: 'Say / it' })
    const row = await bench.start(id, { input: 'the input' })
    await bench.ended(row.id)
    const text = await bench.runs.export(row.id, 'text')
    expect(text.fileName).toMatch(/^Say-it-.*\.txt$/)
    for (const part of ['revision 1', 'State: succeeded (done)', 'the input', 'hello there']) expect(text.text).toContain(part)
    const json = await bench.runs.export(row.id, 'json')
    const parsed = JSON.parse(json.text) as { run: { id: string }; events: { seq: number }[]; eventsLeftOut: number }
    expect(parsed.run.id).toBe(row.id)
    expect(parsed.events.length).toBeGreaterThan(3)
    expect(parsed.eventsLeftOut).toBe(0)
  })
})

describe('threads', () => {
  it('[RUN26] one is warm after the start; idle ones end, one stays', async () => {
    const bench = await openBench({
      settings: { maxRuns: 16, maxQueued: 10, runThreads: 3 },
      timings: { idleThreadMs: 300 },
      threadUrl: THREAD,
      models: [MODEL],
    })
    expect(threads(bench)).toBe(0)
    await bench.runs.warm()
    expect(threads(bench)).toBe(1)
    const id = modelPersona(bench)
    const rows = await Promise.all([1, 2, 3, 4].map(() => bench.start(id, { input: 'wait' })))
    await until(() => threads(bench) === 3 || undefined)
    await Promise.all(rows.map((row) => bench.runs.cancel(row.id)))
    await until(() => threads(bench) === 1 || undefined)
  })
})

describe('files', () => {
  it('[RUN61] what was asked lies beside the log, and nothing of the run lies outside its folder', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('say.mjs', ['x'.repeat(500)])), { input: 'kept' })
    await bench.ended(row.id)
    const folder = join(bench.folder, 'runs', row.id.slice(4, 6))
    expect(JSON.parse(await readFile(join(folder, `${row.id}.json`), 'utf8'))).toMatchObject({ version: 1, input: 'kept' })
    expect(existsSync(join(folder, `${row.id}.jsonl`))).toBe(true)
    const { result, run } = await bench.runs.get(row.id)
    expect(result).toBe(`${'x'.repeat(500)}\n`)
    expect(run.resultPreview).toBe('x'.repeat(240))
  })
})

const threads = (bench: Bench): number => bench.runs.counts().threads
