import { describe, expect, test } from 'vitest'
import { priceOf } from '../../../extensions/engine/model/mod.ts'
import { scrub } from '../../../extensions/engine/model/scrub.ts'

const NOW = Date.UTC(2026, 10, 21)
const anthropic = { kind: 'anthropic', baseUrl: null } as const
const openai = { kind: 'openai', baseUrl: null } as const
const google = { kind: 'google', baseUrl: null } as const

describe('prices', () => {
  test('[MD65] a listed model has a price with a day and a source', () => {
    expect(priceOf(anthropic, 'claude-opus-4-8', NOW)).toEqual({
      inputUsd: 5,
      outputUsd: 25,
      cachedInputUsd: 0.5,
      asOf: '2026-10-10',
      source: 'https://platform.claude.com/docs/en/about-claude/pricing',
    })
    expect(priceOf(anthropic, 'claude-haiku-4-5-20251001', NOW)).toMatchObject({ inputUsd: 1 })
    expect(priceOf(openai, 'gpt-5.4-2026-03-05', NOW)).toMatchObject({ inputUsd: 2.5, upToInputTokens: 270_000 })
    expect(priceOf(google, 'models/gemini-3.8-flash', NOW)).toMatchObject({ inputUsd: 0.75 })
  })

  test('[MD66] a name that only begins like a listed one is another model', () => {
    expect(priceOf(openai, 'gpt-5.4-mini', NOW)).toMatchObject({ inputUsd: 0.75 })
    expect(priceOf(openai, 'gpt-5.4-pro', NOW)).toBeNull()
    expect(priceOf(anthropic, 'claude-opus-5-9', NOW)).toBeNull()
    expect(priceOf(anthropic, 'gpt-5.4', NOW)).toBeNull()
  })

  test('[MD67] an announced change holds from its day', () => {
    expect(priceOf(google, 'gemini-4-argon', Date.UTC(2026, 10, 30, 23))).toMatchObject({ inputUsd: 2 })
    expect(priceOf(google, 'gemini-4-argon', Date.UTC(2026, 11, 1))).toMatchObject({ inputUsd: 4 })
    // Announced until a day, and nobody said what comes then.
    expect(priceOf(google, 'gemini-3.8-flash', Date.UTC(2027, 0, 1))).toBeNull()
  })

  test('[MD68] behind another address the price is unknown; on a machine of one’s own it is zero, and known', () => {
    expect(priceOf({ kind: 'anthropic', baseUrl: 'https://gateway.example.org/v1' }, 'claude-opus-4-8', NOW)).toBeNull()
    expect(priceOf({ kind: 'openai-compatible', baseUrl: 'https://api.mistral.ai/v1' }, 'mistral-large-2512', NOW)).toMatchObject({
      outputUsd: 1.5,
    })
    expect(priceOf({ kind: 'ollama', baseUrl: null }, 'anything', NOW)).toMatchObject({ inputUsd: 0, outputUsd: 0 })
    expect(priceOf({ kind: 'ollama', baseUrl: null }, 'gpt-oss:120b-cloud', NOW)).toBeNull()
    expect(priceOf({ kind: 'ollama', baseUrl: 'https://ollama.com' }, 'gpt-oss:120b', NOW)).toBeNull()
  })
})

describe('keys in texts of others', () => {
  test.each([
    ['Incorrect API key provided: test-key-1234567890.', 'Incorrect API key provided: [key].'],
    ['url?key=test-key-1234567890&x', 'url?key=[key]&x'],
    ['Incorrect API key provided: test-key**********7890.', 'Incorrect API key provided: [key].'],
    ['Basic dGVzdC1rZXktMTIzNDU2Nzg5MA==', 'Basic [key]'],
    ['nothing to see', 'nothing to see'],
  ])('[MD69] %j', (text, clean) => {
    expect(scrub(text, 'test-key-1234567890')).toBe(clean)
    expect(scrub(text, null)).toBe(text)
  })
})
