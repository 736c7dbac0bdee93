/** The AI SDK, loaded when the first model is called, and of its providers only the one that is needed. */
import type { LanguageModel } from 'ai'
import { type Redactor, type ResolvedModel, TroupeError } from '#core'
import { baseUrlOf, isLocal } from '../endpoint.ts'
import { maskedFetch } from './masked-fetch.ts'

type Sdk = typeof import('ai')
let loading: Promise<Sdk> | undefined

export function sdk(): Promise<Sdk> {
  loading ??= import('ai').then((loaded) => {
    // It writes warnings to the console otherwise; ours become notices of the run.
    Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false })
    return loaded
  })
  return loading
}

export interface ModelSettings {
  /** Ollama's num_ctx; others take no such setting. */
  readonly contextTokens: number | null
  /** Ollama's own switch for reasoning. */
  readonly think: boolean | 'low' | 'medium' | 'high' | null
}

/** An instance of the model's own provider, with its address and key; nothing is read from the environment. */
export async function languageModel(
  model: ResolvedModel,
  settings: ModelSettings,
  redactor: Redactor,
  signal: AbortSignal,
): Promise<LanguageModel> {
  const baseURL = baseUrlOf(model.kind, model.baseUrl)
  if (baseURL === null) throw new TroupeError('INVALID', `The provider ${model.provider} has no address.`, { hint: 'Give its base URL.' })
  // Given as an empty text, a missing key is refused by the provider; left out, the library would look into the environment.
  const apiKey = model.apiKey ?? ''
  const direct = maskedFetch(directFetch, redactor)
  const patientOne = async () => maskedFetch(await patientFetch(signal), redactor)
  switch (model.kind) {
    case 'anthropic':
      return (await import('@ai-sdk/anthropic')).createAnthropic({ baseURL, apiKey, fetch: direct })(model.model)
    case 'openai': {
      const openai = (await import('@ai-sdk/openai')).createOpenAI({ baseURL, apiKey, fetch: direct })
      return model.api === 'chat' ? openai.chat(model.model) : openai.responses(model.model)
    }
    case 'google':
      return (await import('@ai-sdk/google')).createGoogleGenerativeAI({ baseURL, apiKey, fetch: direct })(model.model)
    case 'openai-compatible':
    case 'lmstudio': {
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible')
      const key = model.apiKey === null ? {} : { apiKey: model.apiKey }
      const fetch = isLocal(model.kind) ? await patientOne() : direct
      return createOpenAICompatible({ name: 'compatible', baseURL, includeUsage: true, fetch, ...key })(model.model)
    }
    case 'ollama': {
      const { createOllama } = await import('ai-sdk-ollama')
      const key = model.apiKey === null ? {} : { apiKey: model.apiKey }
      return createOllama({ baseURL, fetch: await patientOne(), ...key })(model.model, {
        // Its own retries and invented completions are hidden work; ours is shown.
        reliableToolCalling: false,
        ...(settings.contextTokens === null ? {} : { options: { num_ctx: settings.contextTokens } }),
        ...(settings.think === null ? {} : { think: settings.think }),
      })
    }
  }
}

/** Without redirects: fetch would take a key in a header of the provider's own (x-api-key) along to wherever they lead. */
const directFetch: typeof fetch = (input, init) => fetch(input, { ...init, redirect: 'error' })

let patient: Promise<{ fetch: typeof import('undici').fetch; dispatcher: import('undici').Agent }> | undefined

/**
 * For local servers. A model may take many minutes to load and to read a long prompt, and Node's fetch gives up after five: the run's
 * own limit holds instead. The signal is the run's: Ollama's library does not end a stream with the signal that it was given, and
 * the model would go on writing for nobody.
 */
async function patientFetch(signal: AbortSignal): Promise<typeof fetch> {
  patient ??= import('undici').then(({ fetch, Agent }) => ({ fetch, dispatcher: new Agent({ headersTimeout: 0, bodyTimeout: 0 }) }))
  const undici = await patient
  const patientOne = (input: string, init: { readonly signal?: AbortSignal | null } = {}) => {
    const ends = init.signal ? AbortSignal.any([init.signal, signal]) : signal
    return undici.fetch(input, { ...init, redirect: 'error', signal: ends, dispatcher: undici.dispatcher })
  }
  // The two packages' types of one standard differ in details that do not matter here.
  return patientOne as unknown as typeof fetch
}
