/** Where each kind of provider is reached, and how a key is presented to it. */
import type { ProviderKind } from '#contract/plain'

export const OLLAMA_URL = 'http://127.0.0.1:11434'
export const LMSTUDIO_URL = 'http://127.0.0.1:1234/v1'

/** null: there is no address that goes without saying. */
export const DEFAULT_BASE_URL: Readonly<Record<ProviderKind, string | null>> = {
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
  'openai-compatible': null,
  ollama: OLLAMA_URL,
  lmstudio: LMSTUDIO_URL,
}

/** Kinds that run on this machine or one of the person's own: no price, and contexts that are cut in silence if nobody watches. */
export const isLocal = (kind: ProviderKind): boolean => kind === 'ollama' || kind === 'lmstudio'

/** The address without a slash at its end, in the form that the kind's library wants. null: openai-compatible without one. */
export function baseUrlOf(kind: ProviderKind, baseUrl: string | null): string | null {
  const given = (baseUrl ?? DEFAULT_BASE_URL[kind])?.replace(/\/+$/, '') ?? null
  if (given === null) return null
  // People paste the address in either form: Ollama wants the root, LM Studio its /v1.
  if (kind === 'ollama') return given.replace(/\/(v1|api)$/, '')
  if (kind === 'lmstudio' && new URL(given).pathname === '/') return `${given}/v1`
  return given
}

export function keyHeaders(kind: ProviderKind, key: string | null): Record<string, string> {
  if (kind === 'anthropic') return { 'anthropic-version': '2023-06-01', ...(key === null ? {} : { 'x-api-key': key }) }
  if (key === null) return {}
  return kind === 'google' ? { 'x-goog-api-key': key } : { authorization: `Bearer ${key}` }
}
