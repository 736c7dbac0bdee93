/** Model personas through the whole engine: providers saved and runs started over the socket, against a server that speaks each protocol. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { personaDoc, providerDoc, type RunDetail, type RunEvent, type RunRow } from '#contract'
import { LIMITS } from '#contract/plain'
import { echo, type ModelServer, type ScriptedReply, startModelServer } from '../fixtures/model-server/mod.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'

const KEY = 'test-key'
const PROTOCOLS = [
  ['anthropic', { kind: 'anthropic', path: '/v1', keyEnv: 'TROUPE_TEST_KEY' }],
  ['openai-chat', { kind: 'openai', api: 'chat', path: '/v1', keyEnv: 'TROUPE_TEST_KEY' }],
  ['openai-responses', { kind: 'openai', api: 'responses', path: '/v1', keyEnv: 'TROUPE_TEST_KEY' }],
  ['ollama', { kind: 'ollama', path: '' }],
] as const

let engine: TestEngine
let server: ModelServer
/** The first of a chain that falls back: it does only what it is told. */
let other: ModelServer

beforeAll(async () => {
  server = await startModelServer({ key: KEY })
  other = await startModelServer({ key: KEY })
  engine = await startTestEngine({ env: { TROUPE_TEST_KEY: KEY } })
  for (const [id, { path, ...doc }] of PROTOCOLS) await save(id, doc, `${server.url}${path}`)
  await save('other', { kind: 'anthropic', keyEnv: 'TROUPE_TEST_KEY' }, `${other.url}/v1`)
})
afterAll(async () => {
  await engine?.stop()
  await server?.stop()
  await other?.stop()
})

async function save(id: string, doc: object, baseUrl: string) {
  return engine.client.provider.save({ doc: providerDoc.parse({ id, label: id, baseUrl, ...doc }) })
}

async function persona(providers: readonly string[], more: { tools?: object; limits?: object } = {}): Promise<string> {
  const models = providers.map((provider) => ({ provider, model: 'echo-1' }))
  const body = { kind: 'model', models, tools: more.tools ?? { files: 'write' } }
  const sections = [{ id: 'who', kind: 'identity', text: 'You keep notes for {{param.who}}.' }]
  const parameters = [{ name: 'who', default: 'Ada' }]
  const doc = personaDoc.parse({ name: `Notes ${providers.join(' ')}`, body, sections, parameters, limits: more.limits })
  return (await engine.client.persona.create({ doc, message: '' })).id
}

interface Ran extends RunDetail {
  readonly events: readonly RunEvent[]
  readonly notices: (code: string) => readonly string[]
}

async function run(personaId: string, input: string): Promise<Ran> {
  const { id } = await engine.client.run.start({ personaId, input })
  return followed(id)
}

async function followed(id: RunRow['id']): Promise<Ran> {
  const events: RunEvent[] = []
  for await (const batch of await engine.client.run.follow({ id, fromSeq: 1 })) events.push(...batch.events)
  const notices = (code: string) => events.flatMap((event) => (event.kind === 'notice' && event.code === code ? [event.message] : []))
  return { ...(await engine.client.run.get({ id })), events, notices }
}

const textOf = ({ events }: Ran, step: number) =>
  events.map((event) => (event.kind === 'text' && event.step === step ? event.delta : '')).join('')

describe.each(PROTOCOLS)('a persona on %s', (provider) => {
  it('streams, uses a tool, and is found again with steps, tokens, revision and prompt', async () => {
    const personaId = await persona([provider])
    const before = server.asked.length
    const ran = await run(personaId, 'write file notes.txt: remember the milk')
    expect(ran.run).toMatchObject({ state: 'succeeded', reason: { code: 'done' }, model: `${provider}/echo-1`, revision: 1 })
    expect(ran.prompt).toContain('You keep notes for Ada.')
    expect(await readFile(join(engine.places.workspacesDir, personaId, 'notes.txt'), 'utf8')).toBe('remember the milk')
    expect(ran.steps.map(({ kind, state, title }) => [kind, state, title])).toEqual([
      ['model', 'done', `${provider}/echo-1`],
      ['tool', 'done', 'file_write'],
      ['model', 'done', `${provider}/echo-1`],
    ])
    expect(textOf(ran, 1)).toBe('I will use file_write.')
    expect(textOf(ran, 3)).toBe(ran.result)
    expect(ran.result).toContain('Wrote 17 bytes')
    expect(ran.run.usage?.output).toBe(24)
    // A made-up model has no price: unknown, never zero. A local server costs nothing, and that is known.
    expect([ran.run.costKnown, ran.run.costUsd]).toEqual(provider === 'ollama' ? [true, 0] : [false, null])
    expect(server.asked.slice(before).map(({ protocol }) => protocol)).toEqual([provider, provider])
    expect(server.asked[before]?.system).toContain('You keep notes for Ada.')
    expect(ran.events.map(({ seq }) => seq)).toEqual(ran.events.map((_, index) => index + 1))
    expect(JSON.stringify(ran)).not.toContain(KEY)
  })

  it('is heard while the model still speaks, and a cancel then ends the request too', async () => {
    server.play([{ text: 'It begins, and then there is silence for ever.', hang: true }])
    try {
      const { id } = await engine.client.run.start({ personaId: await persona([provider]), input: 'good morning' })
      for await (const { events } of await engine.client.run.follow({ id, fromSeq: 1 })) {
        if (events.some(({ kind }) => kind === 'text')) break
      }
      await engine.client.run.cancel({ id })
      const ran = await followed(id)
      expect(ran.run).toMatchObject({ state: 'cancelled', reason: { code: 'person' } })
      expect(textOf(ran, 1)).toMatch(/^It begins/)
      await expect.poll(() => server.asked.at(-1)?.left, { timeout: 30_000 }).toBe(true)
    } finally {
      server.play(echo)
    }
  })
})

describe('what goes wrong', () => {
  it.each([
    [
      '401',
      [{ status: 401, message: 'no such key' }],
      'model-failed',
      /^other\/echo-1 did not answer: 401 no such key\. Next: openai-chat\/echo-1\.$/,
    ],
    [
      '429 for long',
      [{ status: 429, retryAfter: '60', message: 'slow down' }],
      'model-failed',
      /^other\/echo-1 did not answer: 429 slow down.*Next: openai-chat\/echo-1\.$/,
    ],
  ] satisfies [string, ScriptedReply[], string, RegExp][])(
    'a %s: the next of the chain answers, and the run says which and why',
    async (_name, script, code, told) => {
      other.play(script)
      const ran = await run(await persona(['other', 'openai-chat']), 'good morning')
      expect(ran.run).toMatchObject({ state: 'succeeded', model: 'openai-chat/echo-1' })
      expect(ran.result).toBe('You said: good morning')
      expect(ran.notices(code)).toEqual([expect.stringMatching(told)])
      expect(ran.steps.map(({ state, model }) => [state, model])).toEqual([
        ['failed', 'other/echo-1'],
        ['done', 'openai-chat/echo-1'],
      ])
    },
  )

  it('a 429 that passes, a 500 and a stream cut in the middle are tried again on the same model', async () => {
    other.play([
      { status: 429, retryAfter: '1' },
      { status: 500, message: 'boom' },
      { text: 'This breaks off in the middle of it.', cut: 'middle' },
      { text: 'Whole.' },
    ])
    const ran = await run(await persona(['other']), 'good morning')
    expect(ran.run).toMatchObject({ state: 'succeeded', model: 'other/echo-1' })
    expect(ran.result).toBe('Whole.')
    // Each wait before a further try is a step too.
    expect(ran.steps.map(({ kind, state }) => `${kind} ${state}`)).toEqual([
      ...['model failed', 'wait done', 'model failed', 'wait done', 'model failed', 'wait done'],
      'model done',
    ])
  })

  it('a chain in which nobody answers fails, with the reason of each', async () => {
    other.play(() => ({ status: 401, message: 'no such key' }))
    const ran = await run(await persona(['other', 'nobody']), 'good morning')
    expect(ran.run).toMatchObject({ state: 'failed', reason: { code: 'no-model' }, model: null })
    expect(ran.run.reason?.message).toMatch(/other\/echo-1.*401.*/)
    expect(`${ran.run.reason?.message}${JSON.stringify(ran.events)}`).toContain('there is no provider \\"nobody\\"')
  })

  it('a tool loop without end is stopped by the turn limit', async () => {
    const ran = await run(await persona(['anthropic'], { limits: { turns: 3 } }), 'go on for ever')
    expect(ran.run).toMatchObject({ state: 'failed', reason: { code: 'turn-limit' }, model: 'anthropic/echo-1' })
    expect(ran.run.reason?.message).toContain('3 model calls')
    expect(ran.steps.filter(({ kind }) => kind === 'model')).toHaveLength(3)
  })

  it('malformed arguments are answered as an error, and the model goes on', async () => {
    other.play([{ toolCalls: [{ name: 'file_read', rawArgs: '{"path": ' }] }, { text: 'I mend my ways.' }])
    const ran = await run(await persona(['other']), 'good morning')
    expect(ran.run.state).toBe('succeeded')
    expect(ran.steps.map(({ kind, state }) => [kind, state])).toEqual([
      ['model', 'done'],
      ['tool', 'failed'],
      ['model', 'done'],
    ])
  })

  it('a 2 MB result is cut for the model, on the wire and in the steps, and said', async () => {
    const script = `process.stdout.write('first\\n' + 'x'.repeat(2_000_000) + '\\nlast')`
    other.play([
      { toolCalls: [{ name: 'run_command', args: { program: process.execPath, args: ['-e', script] } }] },
      { text: 'That was long.' },
    ])
    const ran = await run(await persona(['other'], { tools: { commands: [process.execPath] } }), 'good morning')
    expect(ran.run.state).toBe('succeeded')
    const [seen = ''] = other.asked.at(-1)?.toolResults ?? []
    expect(Buffer.byteLength(seen)).toBeLessThanOrEqual(LIMITS.toolResultBytes)
    expect(seen).toContain('first')
    expect(seen).toContain('last')
    expect(ran.notices('tool-result-cut')).toHaveLength(1)
    expect(Buffer.byteLength(JSON.stringify(ran.steps[1]?.detail))).toBeLessThanOrEqual(300_000)
  })

  it('a provider that does not answer, or not to this key, is not saved', async () => {
    await expect(save('gone', { kind: 'ollama' }, 'http://127.0.0.1:1')).rejects.toMatchObject({ code: 'UNREACHABLE' })
    await expect(save('locked', { kind: 'anthropic' }, `${server.url}/v1`)).rejects.toMatchObject({ code: 'UNAUTHORISED' })
    const saved = (await engine.client.provider.list({})).map(({ doc }) => doc.id)
    expect(saved.sort()).toEqual(['anthropic', 'ollama', 'openai-chat', 'openai-responses', 'other'])
  })
})
