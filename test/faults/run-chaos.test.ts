/**
 * Chaos: many model runs with tools at once, against a model server that fails in every way, while run threads and the whole engine are killed at
 * random. Afterwards every run is terminal with a reason that fits, each effect happened exactly once (as its server counted), what was
 * reserved and settled is what the model server was asked, and no process is left.
 */
import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { personaDoc, providerDoc, type RunRow } from '#contract'
import { isTerminal } from '#contract/plain'
import { post } from '../engine/run/journal-stage.ts'
import { type CountServer, startCountServer } from '../fixtures/count-server/mod.ts'
import { type Asked, type ModelServer, type ScriptedReply, startModelServer } from '../fixtures/model-server/mod.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'

const LOSES = fileURLToPath(new URL('../fixtures/engine/loses-threads.ts', import.meta.url))
const RUNS = Number(process.env.TROUPE_TEST_CHAOS_RUNS ?? 200)
const SEED = Number(process.env.TROUPE_TEST_SEED ?? Date.now() % 1_000_000)
/** How long it goes on with killing; then all is left in peace until every run has ended. */
const CHAOS_MS = Number(process.env.TROUPE_TEST_CHAOS_MS ?? 60_000)

let counter: CountServer
let model: ModelServer
let data = ''
let chance = random(SEED)

/** Mulberry32: a seed that failed can be tried again. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Every class of failure that a provider has, and none for most calls. */
const FAILURES: readonly ScriptedReply[] = [
  { status: 429, retryAfter: '1', message: 'slow down' },
  { status: 429, retryAfter: '7200', message: 'usage window' },
  { status: 500, message: 'broken' },
  { status: 503, message: 'overloaded' },
  { status: 408, message: 'timeout' },
  { status: 401, message: 'key' },
  { status: 404, message: 'no such model' },
  { status: 400, message: 'maximum context length exceeded' },
  { cut: 'connect' },
  { text: 'half an answer that breaks off somewhere in its middle', cut: 'middle' },
  { text: 'quiet', cut: 'quiet' },
  { text: 'event', cut: 'error-event' },
  { toolCalls: [{ name: 'http_request', rawArgs: '{"url": 7' }] },
  { toolCalls: [{ name: 'no_such_tool', args: {} }] },
]

const messagesOf = ({ body }: Asked) => body.messages as readonly { readonly role: string; readonly content: unknown }[]
const tagOf = (asked: Asked): string => /chaos-\d+/.exec(JSON.stringify(messagesOf(asked)))?.[0] ?? 'nobody'

function reply(asked: Asked): ScriptedReply {
  if (chance() < 0.12) return FAILURES[Math.floor(chance() * FAILURES.length)] as ScriptedReply
  const tag = tagOf(asked)
  // What was answered of calls that fit; a malformed one is answered too, and counts for nothing.
  const said = JSON.stringify(messagesOf(asked))
  const did = (what: string): boolean => said.includes(`done ${tag} ${what}`) || said.includes(`told ${tag} ${what}`)
  if (!did('one')) return { text: 'Working. ', ...post(counter, `${tag} one`) }
  if (!said.includes('Wrote')) return { toolCalls: [{ name: 'file_write', args: { path: `${tag}.txt`, content: tag } }] }
  if (!did('two')) return { ...post(counter, `${tag} two`), chunkDelayMs: 5 }
  return { text: `All of ${tag} is done.` }
}

beforeAll(async () => {
  counter = await startCountServer()
  model = await startModelServer({ script: reply })
  data = await mkdtemp(join(tmpdir(), 'troupe-chaos-'))
})
afterAll(async () => {
  await counter?.stop()
  await model?.stop()
  await rm(data, { recursive: true, force: true, maxRetries: 3 })
})

const start = () => startTestEngine({ data, entry: LOSES })

async function setUp({ client }: TestEngine): Promise<string> {
  await client.settings.set({ maxRuns: 24, maxQueued: 1_000 })
  const provider = { id: 'local', label: 'local', kind: 'openai-compatible', baseUrl: `${model.url}/v1` }
  const play = model
  play.play([{ text: 'ok' }, { text: 'ok' }])
  await client.provider.save({ doc: providerDoc.parse(provider) })
  play.play(reply)
  const tools = { files: 'write', http: { enabled: true, allowPrivate: true } }
  const body = { kind: 'model', models: [{ provider: 'local', model: 'echo-1' }], tools, maxOutputTokens: 200 }
  const doc = personaDoc.parse({ name: 'Chaos', body, limits: { concurrency: 64, turns: 60 } })
  return (await client.persona.create({ doc, message: '' })).id
}

/** What a person does with runs that wait: looks at the counting server and tells; lets those go on that failed. */
async function attend({ client }: TestEngine): Promise<void> {
  const { rows } = await client.run.list({ filter: { states: ['parked'] }, limit: 500 })
  // Each by itself: one goes on by itself just when the person wants to say so, and that is no trouble.
  await Promise.all(rows.map((row) => attendOne({ client }, row).catch(tolerate)))
}

const tolerate = (thrown: unknown): void => {
  if ((thrown as { readonly code?: string }).code !== 'WRONG_STATE') throw thrown
}

async function attendOne({ client }: Pick<TestEngine, 'client'>, row: RunRow): Promise<void> {
  const { run, steps } = await client.run.get({ id: row.id })
  if (run.reason?.code === 'retry' || run.reason?.code === 'input' || run.reason?.code === 'timer') await client.run.resume({ id: run.id })
  if (run.reason?.code !== 'unknown-outcome') return
  for (const step of steps.filter(({ state, safety, aside }) => state === 'unknown' && safety === 'unsafe' && !aside)) {
    const { body } = step.detail.args as { body: string }
    const happened = counter.count(body) > 0
    await client.run.answer({
      id: run.id,
      step: step.n,
      ...(happened ? { answer: 'happened', result: `told ${body}` } : { answer: 'did-not-happen' }),
    })
  }
}

async function left({ client }: TestEngine): Promise<number> {
  return (await client.run.list({ filter: { states: ['queued', 'running', 'parked'] }, limit: 1 })).total
}

/** Processes that carry this data folder's mark or were started on it. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder) ? [pid] : []
      } catch {
        return []
      }
    })
}

it(`[RUN130] chaos with ${RUNS} runs (seed ${SEED}): all end for a reason, each effect happened once, the books agree, nothing is left`, {
  timeout: 1_200_000,
}, async () => {
  chance = random(SEED)
  let engine = await start()
  const killed = { engines: 0, threads: 0 }
  try {
    const personaId = await setUp(engine)
    const before = model.asked.length
    for (let n = 0; n < RUNS; n++) await engine.client.run.start({ personaId, input: `You are chaos-${n}.` })
    const until = Date.now() + CHAOS_MS
    while (Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 300 + chance() * 1_500))
      if (chance() < 0.6) {
        engine.child.kill('SIGUSR2')
        killed.threads++
        await attend(engine).catch(() => undefined)
        continue
      }
      const gone = once(engine.child, 'exit')
      engine.child.kill('SIGKILL')
      await gone
      killed.engines++
      engine = await start()
      await attend(engine)
    }
    for (const patience = Date.now() + 600_000; (await left(engine)) > 0; ) {
      if (Date.now() > patience) throw new Error(`${await left(engine)} runs have not ended`)
      await attend(engine).catch(() => undefined)
      await new Promise((resolve) => setTimeout(resolve, 300))
    }
    const { rows, total } = await engine.client.run.list({ limit: 500 })
    expect(total).toBe(RUNS)
    const ended = Object.groupBy(rows, ({ state, reason }) => `${state} ${reason?.code}`)
    console.info(
      JSON.stringify({
        seed: SEED,
        killed,
        asked: model.asked.length - before,
        ended: Object.fromEntries(Object.entries(ended).map(([how, some]) => [how, some?.length])),
      }),
    )
    await holds(engine, rows)
    expect(killed.engines).toBeGreaterThan(0)
  } finally {
    await engine.stop({ keep: true })
  }
  expect(processesOf(data)).toEqual([])
})

const REASONS = /^(succeeded done|failed (no-model|tool|denied|turn-limit)|incomplete (thread-died|engine-crashed))$/

async function holds(engine: TestEngine, rows: readonly RunRow[]): Promise<void> {
  let settled = 0
  let lost = 0
  for (const row of rows) {
    expect(isTerminal(row.state)).toBe(true)
    expect(`${row.state} ${row.reason?.code}`).toMatch(REASONS)
    const { steps, input } = await engine.client.run.get({ id: row.id })
    const tag = input.replace('You are ', '').replace('.', '')
    const good = steps.filter(({ state, aside, key }) => state === 'done' && !aside && key !== null).map(({ key }) => key)
    expect(good).toEqual([...new Set(good)])
    for (const what of ['one', 'two']) {
      const done = steps.filter(
        ({ kind, state, detail }) => kind === 'tool' && state === 'done' && (detail.args as { body?: string })?.body === `${tag} ${what}`,
      )
      // Once in the world for once in the journal; a run that did not get so far has done neither.
      expect([tag, what, counter.count(`${tag} ${what}`)]).toEqual([tag, what, row.state === 'succeeded' ? 1 : done.length])
    }
    for (const step of steps.filter(({ kind, detail }) => kind === 'model' && detail.denied === undefined)) {
      if (step.state === 'unknown') lost++
      else settled++
    }
  }
  const asked = model.asked.filter((one) => /^chaos-/.test(tagOf(one))).length
  // Every call that was asked for stands in the books; one whose end nobody heard may or may not have been sent.
  expect(asked).toBeGreaterThanOrEqual(settled)
  expect(asked).toBeLessThanOrEqual(settled + lost)
  const books = (await engine.client.budget.status({})).personas[0]?.spend
  expect(books?.requests).toBe(settled + lost)
  expect(books).toMatchObject({ reservedTokens: 0, reservedUsd: 0 })
}
