/**
 * A real engine is killed (SIGKILL) at each named place of the journal, started again, and must end the run as if nothing had happened: every step
 * that was acknowledged is there once, each effect on the outside happened once. What may have happened is put to the person, who looks (at the
 * counting server) and tells.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personaDoc, providerDoc, type RunDetail } from '#contract'
import { isTerminal } from '#contract/plain'
import { FAULT_POINTS, type FaultPoint } from '../../extensions/engine/run/mod.ts'
import { look, post } from '../engine/run/journal-stage.ts'
import { type CountServer, startCountServer } from '../fixtures/count-server/mod.ts'
import { type Asked, type ModelServer, type ScriptedReply, startModelServer } from '../fixtures/model-server/mod.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'

const DIES = fileURLToPath(new URL('../fixtures/engine/dies-at.ts', import.meta.url))
const BIG = 'a long line of text\n'.repeat(500)

let counter: CountServer
let model: ModelServer
/** Of the run that is under way: what each effect is called. */
let name = ''
let data = ''

/** Which turn it is, by what the conversation holds: the server knows nothing of engines that died. */
const turnOf = ({ body }: Asked): number => (body.messages as { role: string }[]).filter(({ role }) => role === 'tool').length + 1

function reply(asked: Asked): ScriptedReply {
  const turns: readonly ScriptedReply[] = [
    { text: 'First. ', ...post(counter, `${name} one`) },
    look(counter),
    look(counter), // goes round in circles: parks
    { toolCalls: [{ name: 'file_write', args: { path: 'notes.txt', content: BIG } }] },
    { toolCalls: [{ name: 'file_read', args: { path: 'notes.txt' } }] },
    post(counter, `${name} two`),
    { text: 'All done.' },
  ]
  return turns[turnOf(asked) - 1] ?? { status: 500 }
}

beforeAll(async () => {
  counter = await startCountServer()
  model = await startModelServer({ script: reply })
  data = await mkdtemp(join(tmpdir(), 'troupe-kill-'))
})
afterAll(async () => {
  await counter?.stop()
  await model?.stop()
  await rm(data, { recursive: true, force: true, maxRetries: 3 })
})

async function persona({ client }: TestEngine): Promise<string> {
  const [known] = await client.persona.list({})
  if (known) return known.id
  await client.settings.set({ loopRepeats: 2 })
  await client.provider.save({
    doc: providerDoc.parse({ id: 'local', label: 'local', kind: 'openai-compatible', baseUrl: `${model.url}/v1` }),
  })
  const body = {
    kind: 'model',
    models: [{ provider: 'local', model: 'echo-1' }],
    tools: { files: 'write', http: { enabled: true, allowPrivate: true } },
  }
  return (await client.persona.create({ doc: personaDoc.parse({ name: 'Worker', body }), message: '' })).id
}

/** What a person does: goes on after a loop, and tells what happened, having looked at the counting server. */
async function attend({ client }: TestEngine, { run, steps }: RunDetail): Promise<void> {
  if (run.state !== 'parked') return
  if (run.reason?.code === 'loop') await client.run.resume({ id: run.id })
  if (run.reason?.code !== 'unknown-outcome') return
  for (const step of steps.filter(({ state, safety, aside }) => state === 'unknown' && safety === 'unsafe' && !aside)) {
    const { body } = step.detail.args as { body: string }
    const happened = counter.count(body) > 0
    await client.run.answer({ id: run.id, step: step.n, answer: happened ? 'happened' : 'did-not-happen' })
  }
}

/** The answer; undefined when the engine died before it could give it. */
async function orGone<T>({ child }: TestEngine, call: Promise<T>): Promise<T | undefined> {
  const gone = child.exitCode !== null || child.signalCode !== null ? Promise.resolve() : once(child, 'exit')
  return await call.catch(async (thrown: unknown) => {
    const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), 5_000))
    if ((await Promise.race([gone, late])) === 'late') throw thrown
    return undefined
  })
}

/** Until the run has ended, or the engine is gone. */
async function drive(engine: TestEngine, id: string): Promise<RunDetail | undefined> {
  for (;;) {
    const detail = await orGone(engine, engine.client.run.get({ id }))
    if (detail === undefined) return undefined
    if (isTerminal(detail.run.state)) return detail
    await orGone(engine, attend(engine, detail))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Which occurrence of each place: of a model's step, of an unsafe and of a safe tool's, of a long result. */
const CASES: readonly (readonly [FaultPoint, number])[] = [
  ['step-asked', 1],
  ['step-asked', 2],
  ['step-begun', 1],
  ['step-begun', 2],
  ['step-begun', 4],
  ['step-ended', 1],
  ['step-ended', 2],
  ['step-ended', 8],
  ['result-kept', 2],
  ['result-kept', 10],
  ['step-stored', 1],
  ['step-stored', 2],
  ['step-stored', 12],
  ['guidance-taken', 1],
  ['run-parking', 1],
  ['run-parked', 1],
  ['run-going-on', 1],
  ['run-ending', 1],
  ['run-ended', 1],
]

describe('an engine that is killed', () => {
  it('is killed at every place that has a name', () => {
    expect(new Set(CASES.map(([point]) => point))).toEqual(new Set(FAULT_POINTS))
  })

  it.each(CASES)('[RUN130] at %s, the %s. time: the run ends as if nothing had happened', async (point, times) => {
    name = `${point}:${times}`
    let engine = await startTestEngine({ data, entry: DIES, env: { TROUPE_TEST_DIES_AT: name } })
    try {
      const personaId = await persona(engine)
      const first = model.asked.length
      // It may die before it can say that it has taken the run.
      const run = await orGone(engine, engine.client.run.start({ personaId, input: `Work at ${name}.` }))
      if (run) await orGone(engine, engine.client.run.guide({ id: run.id, text: 'And be careful.' }))
      if (run) expect(await drive(engine, run.id)).toBeUndefined()
      expect(engine.child.signalCode).toBe('SIGKILL')
      engine = await startTestEngine({ data, from: 'source' })
      const { rows } = await engine.client.run.list({ limit: 1 })
      const ended = await drive(engine, run?.id ?? (rows[0]?.id as string))
      expect(ended?.run).toMatchObject({ state: 'succeeded', resultPreview: 'All done.' })
      for (const body of [`${name} one`, `${name} two`]) expect([body, counter.count(body)]).toEqual([body, 1])
      holdsOnce(ended as RunDetail, model.asked.slice(first))
    } finally {
      await engine.stop({ keep: true })
    }
  })
})

function holdsOnce({ steps, guidance }: RunDetail, asked: readonly Asked[]): void {
  const good = steps.filter(({ state, aside }) => state === 'done' && !aside).map(({ key }) => key)
  expect(good).toEqual([...new Set(good)])
  expect(steps.filter(({ state }) => state === 'running')).toEqual([])
  expect(guidance.map(({ state }) => state)).toEqual(guidance.map(() => 'taken'))
  for (let turn = 1; turn <= 7; turn++) {
    const tries = steps.filter(({ key }) => key === `model:${turn}.1`)
    const calls = asked.filter((one) => turnOf(one) === turn).length
    // Never more calls than tries; a call whose answer was acknowledged is not made again.
    expect(calls).toBeLessThanOrEqual(tries.length)
    expect(tries.filter(({ state }) => state === 'done')).toHaveLength(1)
    if (tries[0]?.state === 'done') expect(calls).toBe(1)
  }
}
