import { call } from '@orpc/server'
import { describe, expect, test } from 'vitest'
import { type ProbeResult, type ProviderDoc, providerDoc } from '#contract'
import { type Logger, makeLogger } from '#core'
import { systemClock } from '#core/node'
import { type LocalAddresses, modelMigrations, openModels } from '../../../extensions/engine/model/mod.ts'
import { modelRoutes } from '../../../extensions/engine/model/routes.ts'
import { openStore } from '../../../extensions/engine/store/mod.ts'
import { echo, type ModelServer } from '../../fixtures/model-server/mod.ts'
import { atEnd, folder, server } from './stage.ts'

const CALLER = { context: { clientId: 'c', clientName: 'test', scopes: ['*'] } }
/** Nothing listens on port 1 of loopback. */
const NOWHERE: LocalAddresses = { ollama: 'http://127.0.0.1:1', lmstudio: 'http://127.0.0.1:1/v1' }

async function room(keys: Record<string, string> = {}, local: LocalAddresses = NOWHERE) {
  const lines: unknown[] = []
  const log: Logger = makeLogger('model', (line) => void lines.push(line))
  const store = await openStore({ folder: await folder(), migrations: modelMigrations, clock: systemClock, log })
  atEnd(() => store.stop())
  const announced: string[] = []
  const keyOf = async ({ keyEnv }: { keyEnv: string | null }) => keys[keyEnv ?? ''] ?? null
  const models = openModels({
    store,
    clock: systemClock,
    log,
    local,
    announce: (topic, id, what) => void announced.push(`${topic} ${id} ${what}`),
    secrets: keyOf,
    hasKey: async ({ keyEnv }) => (keys[keyEnv ?? ''] ?? '') !== '',
  })
  return { models, keyOf, store, announced, lines, routes: modelRoutes(models) }
}

const docOf = (part: object): ProviderDoc => providerDoc.parse({ id: 'one', label: 'One', ...part })
const outcomes = ({ reachable, authorised, streams, callsTools }: ProbeResult) =>
  [reachable, authorised, streams, callsTools].map(({ outcome }) => outcome).join()

/** Does as the probe asks. */
const obedient = echo

const KINDS = {
  anthropic: (at: ModelServer) => ({ kind: 'anthropic', baseUrl: `${at.url}/v1`, keyEnv: 'TEST_KEY' }),
  'openai chat': (at: ModelServer) => ({ kind: 'openai', api: 'chat', baseUrl: `${at.url}/v1`, keyEnv: 'TEST_KEY' }),
  'openai responses': (at: ModelServer) => ({ kind: 'openai', baseUrl: `${at.url}/v1`, keyEnv: 'TEST_KEY' }),
  google: (at: ModelServer) => ({ kind: 'google', baseUrl: `${at.url}/v1beta`, keyEnv: 'TEST_KEY' }),
  'openai-compatible': (at: ModelServer) => ({ kind: 'openai-compatible', baseUrl: `${at.url}/v1`, keyEnv: 'TEST_KEY' }),
  ollama: (at: ModelServer) => ({ kind: 'ollama', baseUrl: at.url }),
  lmstudio: (at: ModelServer) => ({ kind: 'lmstudio', baseUrl: at.url }),
} as const

describe('the probe', () => {
  test.each(Object.keys(KINDS) as (keyof typeof KINDS)[])(
    '[MD70] %s: reachable, authorised, streams, calls tools, and its models',
    async (kind) => {
      const local = kind === 'ollama' || kind === 'lmstudio'
      const at = await server({ ...(local ? {} : { key: 'test-key' }), script: obedient })
      const { models } = await room({ TEST_KEY: 'test-key' })
      const probe = await models.probe(docOf(KINDS[kind](at)))
      expect(outcomes(probe)).toBe('yes,yes,yes,yes')
      expect(probe.triedModel).toBe('echo-1')
      const knows = local || kind === 'google'
      expect(probe.models).toEqual([
        { id: 'echo-1', contextTokens: knows ? 32_768 : null, price: local ? expect.objectContaining({ inputUsd: 0 }) : null },
      ])
    },
  )

  test('[MD71] what is not there is not reachable, and nothing else is claimed', async () => {
    const { models } = await room()
    const probe = await models.probe(docOf({ kind: 'ollama', baseUrl: 'http://127.0.0.1:1' }))
    expect(outcomes(probe)).toBe('no,unknown,unknown,unknown')
  })

  test('[MD72] a wrong key is not authorised, and stands in no finding', async () => {
    const at = await server({ key: 'another-key' })
    const { models } = await room({ TEST_KEY: 'test-key' })
    for (const kind of ['anthropic', 'openai chat', 'google', 'openai-compatible'] as const) {
      const probe = await models.probe(docOf(KINDS[kind](at)))
      expect(outcomes(probe)).toBe('yes,no,unknown,unknown')
      expect(JSON.stringify(probe)).not.toContain('test-key')
    }
  })

  test('[MD73] a missing key is told without asking anybody', async () => {
    const at = await server()
    const { models } = await room()
    const probe = await models.probe(docOf(KINDS.anthropic(at)))
    expect(outcomes(probe)).toBe('unknown,no,unknown,unknown')
    expect(probe.authorised.detail).toContain('TEST_KEY is not set')
    expect(at.lines).toEqual([])
  })

  test('[MD74] a model that answers without the tool does not call tools; one that breaks leaves it unknown', async () => {
    const at = await server({ script: () => ({ text: 'I would rather not.' }) })
    const { models } = await room({ TEST_KEY: 'test-key' })
    expect(outcomes(await models.probe(docOf(KINDS.anthropic(at))))).toBe('yes,yes,yes,no')
    at.play(() => ({ status: 500 }))
    expect(outcomes(await models.probe(docOf(KINDS.anthropic(at))))).toBe('yes,yes,unknown,unknown')
    // The list of a compatible server may be given to everybody: without an answer the key is not proven.
    expect(outcomes(await models.probe(docOf(KINDS['openai-compatible'](at))))).toBe('yes,unknown,unknown,unknown')
  })

  test('[MD75] openai-compatible without an address is refused', async () => {
    const { models } = await room()
    await expect(models.probe(docOf({ kind: 'openai-compatible' }))).rejects.toMatchObject({ code: 'INVALID' })
  })
})

describe('saving', () => {
  test('[MD80] only what was reached and authorised is saved', async () => {
    const at = await server({ key: 'another-key', script: obedient })
    const { models, announced } = await room({ TEST_KEY: 'test-key' })
    await expect(models.save(docOf(KINDS.anthropic(at)))).rejects.toMatchObject({ code: 'UNAUTHORISED' })
    await expect(models.save(docOf({ kind: 'ollama', baseUrl: 'http://127.0.0.1:1' }))).rejects.toMatchObject({ code: 'UNREACHABLE' })
    expect(await models.list()).toEqual([])
    expect(announced).toEqual([])
  })

  test('[MD81] what is saved is listed, replaced by its id, removed; the key is in none of it', async () => {
    const at = await server({ key: 'test-key', script: obedient })
    const { models, store, announced, routes, lines } = await room({ TEST_KEY: 'test-key' })
    const doc = docOf(KINDS.anthropic(at))
    const saved = await call(routes.save, { doc }, CALLER)
    expect(saved).toMatchObject({ doc: { id: 'one', label: 'One' }, keyPresent: true })
    await call(routes.save, { doc: { ...doc, label: 'Renamed' } }, CALLER)
    const listed = await call(routes.list, {}, CALLER)
    expect(listed).toMatchObject([{ doc: { label: 'Renamed' }, createdAt: saved.createdAt }])
    const everything = JSON.stringify([await store.read('SELECT * FROM provider'), listed, lines, announced])
    expect(everything).not.toContain('test-key')
    await call(routes.remove, { id: 'one' }, CALLER)
    expect(await models.list()).toEqual([])
    expect(announced).toEqual(['provider one saved', 'provider one saved', 'provider one removed'])
    await expect(models.remove('one')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('discovery', () => {
  test('[MD85] finds Ollama and LM Studio with their models and contexts, and keys in the environment, without contacting their owners', async () => {
    const ollama = await server({ faces: ['ollama'], models: [{ id: 'llama:8b', contextTokens: 131_072 }] })
    const lmstudio = await server({ faces: ['lmstudio'], models: [{ id: 'qwen', contextTokens: 8_192 }] })
    const keys = { ANTHROPIC_API_KEY: 'test-key', GEMINI_API_KEY: 'test-key', OPENAI_API_KEY: '' }
    const { models, routes } = await room(keys, { ollama: ollama.url, lmstudio: `${lmstudio.url}/v1` })
    const found = await call(routes.discover, {}, CALLER)
    expect(found.map(({ doc }) => [doc.id, doc.keyEnv])).toEqual([
      ['ollama', null],
      ['lmstudio', null],
      ['anthropic', 'ANTHROPIC_API_KEY'],
      ['google', 'GEMINI_API_KEY'],
    ])
    expect(found[0]?.models).toMatchObject([{ id: 'llama:8b', contextTokens: 131_072 }])
    expect(found[1]?.models).toMatchObject([{ id: 'qwen', contextTokens: 8_192 }])
    expect(JSON.stringify(found)).not.toContain('test-key')
    // What is saved is not found again.
    ollama.play(obedient)
    await models.save({ ...(found[0]?.doc as ProviderDoc), id: 'mine' })
    expect((await models.discover()).map(({ doc }) => doc.id)).not.toContain('ollama')
  })

  test('[MD86] a server of another kind on the port is not taken for one', async () => {
    const other = await server({ faces: ['anthropic'] })
    const { models } = await room({}, { ollama: other.url, lmstudio: `${other.url}/v1` })
    expect(await models.discover()).toEqual([])
  })
})

describe('resolving a chain', () => {
  test('[MD90] in order, with key, price and context; what is missing is a problem in words', async () => {
    const at = await server({ key: 'test-key', script: obedient })
    const keys: Record<string, string> = { TEST_KEY: 'test-key', OTHER_KEY: 'test-key' }
    const { models, keyOf } = await room(keys)
    await models.save(docOf({ ...KINDS.ollama(at), id: 'local' }))
    await models.save(docOf({ ...KINDS.anthropic(at), id: 'far' }))
    await models.save(docOf({ ...KINDS.google(at), id: 'keyless', keyEnv: 'OTHER_KEY' }))
    delete keys.OTHER_KEY
    const chain = await models.resolveChain(
      [
        { provider: 'far', model: 'claude-opus-4-8' },
        { provider: 'gone', model: 'x' },
        { provider: 'keyless', model: 'echo-1' },
        { provider: 'local', model: 'echo-1' },
      ],
      keyOf,
    )
    expect(chain.models).toMatchObject([
      { provider: 'far', kind: 'anthropic', model: 'claude-opus-4-8', apiKey: 'test-key', contextTokens: 1_000_000, price: null },
      { provider: 'local', kind: 'ollama', model: 'echo-1', apiKey: null, contextTokens: 32_768, price: { inputUsd: 0 } },
    ])
    expect(chain.problems).toEqual([
      'gone/x: there is no provider "gone" on this machine.',
      'keyless/echo-1: the environment variable OTHER_KEY is not set in the engine.',
    ])
  })

  test('[MD91] the length that the person gave comes first; a local server that is gone does not hold a run up', async () => {
    const at = await server({ script: obedient })
    const { models, keyOf } = await room()
    await models.save(docOf({ ...KINDS.ollama(at), id: 'given', contextTokens: 12_000 }))
    await models.save(docOf({ ...KINDS.lmstudio(at), id: 'asked' }))
    await at.stop()
    const { models: found } = await models.resolveChain(
      [
        { provider: 'given', model: 'echo-1' },
        { provider: 'asked', model: 'echo-1' },
      ],
      keyOf,
    )
    expect(found.map(({ contextTokens }) => contextTokens)).toEqual([12_000, 32_768])
  })
})
