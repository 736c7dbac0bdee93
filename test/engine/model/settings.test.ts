import { describe, expect, test } from 'vitest'
import type { ResolvedModel } from '#core'
import { doc, modelAt, PRICE, type ProtocolName, play, server } from './stage.ts'

/** The body of the one request that a run with this persona sends. */
async function sent(protocol: ProtocolName, body: object, more: Partial<ResolvedModel> = {}, input = 'Hello') {
  const at = await server()
  const played = await play({ models: [modelAt(protocol, at, more)], doc: doc(body), input })
  expect(played.outcome.state).toBe('succeeded')
  return at.asked[0]?.body ?? {}
}

const SET = { temperature: 0.5, maxOutputTokens: 5000 }

describe('a persona’s settings in each provider’s words', () => {
  test('[MD40] what is not set is not sent', async () => {
    for (const protocol of ['anthropic', 'openai-chat', 'openai-responses', 'openai-compatible', 'google', 'ollama'] as const) {
      const body = JSON.stringify(await sent(protocol, {}))
      for (const word of ['temperature', 'reasoning', 'effort', 'think', 'num_predict', 'maxOutputTokens'])
        expect(body, `${protocol} ${word}`).not.toContain(word)
    }
  })

  test('[MD41] temperature and output tokens', async () => {
    expect(await sent('anthropic', SET)).toMatchObject({ temperature: 0.5, max_tokens: 5000 })
    expect(await sent('openai-chat', SET)).toMatchObject({ temperature: 0.5, max_tokens: 5000 })
    expect(await sent('openai-responses', SET)).toMatchObject({ temperature: 0.5, max_output_tokens: 5000 })
    expect(await sent('openai-compatible', SET)).toMatchObject({ temperature: 0.5, max_tokens: 5000 })
    expect(await sent('google', SET)).toMatchObject({ generationConfig: { temperature: 0.5, maxOutputTokens: 5000 } })
    expect(await sent('ollama', SET)).toMatchObject({ options: { temperature: 0.5, num_predict: 5000 } })
  })

  test.each([
    ['anthropic', 'claude-sonnet-4-5', { thinking: { type: 'enabled', budget_tokens: 8192 } }, { thinking: { type: 'disabled' } }],
    [
      'anthropic',
      'claude-opus-4-8',
      { thinking: { type: 'adaptive' }, output_config: { effort: 'medium' } },
      { thinking: { type: 'disabled' } },
    ],
    ['openai-chat', 'gpt-5.4', { reasoning_effort: 'medium' }, { reasoning_effort: 'none' }],
    ['openai-responses', 'gpt-6-sol', { reasoning: { effort: 'medium', summary: 'auto' } }, { reasoning: { effort: 'none' } }],
    ['openai-compatible', 'some-model', { reasoning_effort: 'medium' }, { reasoning_effort: 'none' }],
    [
      'google',
      'gemini-2.5-flash',
      { generationConfig: { thinkingConfig: { thinkingBudget: 8192 } } },
      { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
    ],
    [
      'google',
      'gemini-3.8-flash',
      { generationConfig: { thinkingConfig: { thinkingLevel: 'medium' } } },
      { generationConfig: { thinkingConfig: { thinkingLevel: 'minimal' } } },
    ],
    ['ollama', 'qwen3:8b', { think: true }, { think: false }],
    ['ollama', 'gpt-oss:20b', { think: 'medium' }, { think: false }],
  ] as const)('[MD42] reasoning for %s %s', async (protocol, model, medium, off) => {
    expect(await sent(protocol, { reasoning: 'medium' }, { model })).toMatchObject(medium)
    expect(await sent(protocol, { reasoning: 'off' }, { model })).toMatchObject(off)
  })

  test('[MD43] OpenAI is asked to keep nothing', async () => {
    expect(await sent('openai-responses', {})).toMatchObject({ store: false })
  })

  test('[MD44] a setting that a model does not take becomes a notice', async () => {
    const at = await server()
    const played = await play({ models: [modelAt('anthropic', at, { model: 'claude-opus-5-5' })], doc: doc({ temperature: 1 }) })
    expect(played.notices('provider-warning').join()).toContain('temperature')
  })
})

describe('context', () => {
  const LONG = 'A sentence with several words in it. '.repeat(2_000) // about 16,000 tokens

  test('[MD50] Ollama is told how much context to hold: the smallest step that fits, never above the model’s own', async () => {
    expect(await sent('ollama', {})).toMatchObject({ options: { num_ctx: 8192 } })
    expect(await sent('ollama', {}, { contextTokens: 131_072 }, LONG)).toMatchObject({ options: { num_ctx: 32_768 } })
    expect(await sent('ollama', {}, { contextTokens: 20_000 }, LONG)).toMatchObject({ options: { num_ctx: 20_000 } })
    expect(await sent('ollama', {}, { contextTokens: 4_096 })).toMatchObject({ options: { num_ctx: 4_096 } })
    expect(await sent('ollama', {}, { contextTokens: null }, LONG)).toMatchObject({ options: { num_ctx: 32_768 } })
  })

  test('[MD51] within a run the context of Ollama does not shrink', async () => {
    const at = await server({ script: [{ toolCalls: [{ name: 'file_list', args: {} }] }, { text: 'Done.' }] })
    await play({ models: [modelAt('ollama', at, { contextTokens: 131_072 })], doc: doc({ tools: { files: 'read' } }), input: LONG })
    expect(at.asked.map(({ body }) => (body.options as { num_ctx: number }).num_ctx)).toEqual([32_768, 32_768])
  })

  test.each(['ollama', 'lmstudio'] as const)(
    '[MD52] a prompt that does not fit is not sent to %s, which would cut it in silence',
    async (protocol) => {
      const at = await server()
      const played = await play({ models: [modelAt(protocol, at, { contextTokens: 4_096 })], input: LONG })
      expect(played.outcome).toMatchObject({ state: 'failed', reason: 'no-model' })
      expect(played.outcome.message).toMatch(/about \d+ tokens, and the model's context holds 4096/)
      expect(at.asked).toHaveLength(0)
    },
  )

  test('[MD53] a model with room for it is asked instead', async () => {
    const at = await server()
    const models = [modelAt('ollama', at, { contextTokens: 4_096 }), modelAt('anthropic', at, { contextTokens: 200_000 })]
    const played = await play({ models, input: LONG })
    expect(played.outcome).toMatchObject({ state: 'succeeded', model: 'anthropic/echo-1' })
    expect(played.notices('model-failed')).toHaveLength(1)
  })

  test('[MD54] Ollama reading as many tokens as its context holds is suspicious, and said', async () => {
    const at = await server({ script: [{ text: 'Hm.', usage: { input: 8192, output: 3 } }] })
    const played = await play({ models: [modelAt('ollama', at)] })
    expect(played.notices('context')).toHaveLength(1)
  })
})

describe('cost', () => {
  const usage = { input: 1000, output: 100, cachedInput: 400 }
  const script = () => ({ text: 'Yes.', usage })

  test('[MD60] input, cached input and output have their own prices', async () => {
    const at = await server({ script })
    const played = await play({ models: [modelAt('openai-chat', at, { price: PRICE })] })
    expect(played.outcome.costUsd).toBeCloseTo((600 * 2 + 400 * 0.5 + 100 * 10) / 1e6, 12)
    expect(played.steps[0]?.costUsd).toBe(played.outcome.costUsd)
  })

  test('[MD61] an unknown price, or an unknown part of it, makes the whole run’s cost unknown', async () => {
    const at = await server({ script })
    const cost = async (more: Partial<ResolvedModel>) => (await play({ models: [modelAt('openai-chat', at, more)] })).outcome.costUsd
    expect(await cost({ price: null })).toBeNull()
    expect(await cost({ price: { ...PRICE, cachedInputUsd: null } })).toBeNull()
    expect(await cost({ price: { ...PRICE, upToInputTokens: 999 } })).toBeNull()
    expect(await cost({ price: { ...PRICE, upToInputTokens: 1000 } })).toBeGreaterThan(0)
  })

  test('[MD62] a price of zero is known, and the calls of a run add up', async () => {
    const free = { ...PRICE, inputUsd: 0, outputUsd: 0 }
    const at = await server({ script: [{ ...script(), toolCalls: [{ name: 'file_list', args: {} }] }, script()] })
    const played = await play({ models: [modelAt('ollama', at, { price: free })], doc: doc({ tools: { files: 'read' } }) })
    expect(played.outcome).toMatchObject({ costUsd: 0, usage: { input: 2000, output: 200 } })
  })
})
