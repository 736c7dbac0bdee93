/** Which models a provider has, asked over plain HTTP: one question each, no library, short patience. */
import type { ModelInfo } from '#contract'
import { messageOf, type ResolvedModel } from '#core'
import { knownContext } from './contexts.ts'
import { baseUrlOf, keyHeaders } from './endpoint.ts'
import { priceOf } from './prices.ts'
import { scrub } from './scrub.ts'

/** Where a provider is and how it is spoken to. */
export type Target = Pick<ResolvedModel, 'kind' | 'baseUrl' | 'apiKey'>

export type Listing =
  | { readonly outcome: 'listed'; readonly models: readonly ModelInfo[] /** Which to try first. */; readonly first: string | null }
  | { readonly outcome: 'unreachable' | 'unauthorised' | 'error'; readonly detail: string }

const LIST_TIMEOUT_MS = 10_000
const LIST_BYTES = 8 * 1024 * 1024
/** Ollama is asked once for each model; a person with more has the rest without a length. */
const SHOWN_MODELS = 100

type Json = Readonly<Record<string, unknown>>
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)
const rows = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : [])
const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const count = (value: unknown): number | null => (typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : null)

export class HttpTrouble extends Error {
  readonly status: number | null
  constructor(status: number | null, message: string) {
    super(message)
    this.status = status
  }
}

/** One JSON question. Redirects are not followed: a key must not travel to another place. */
export async function askJson(target: Target, url: string, body?: unknown, timeoutMs = LIST_TIMEOUT_MS): Promise<unknown> {
  let status: number | null = null
  try {
    const headers = { accept: 'application/json', ...keyHeaders(target.kind, target.apiKey) }
    const post =
      body === undefined
        ? { headers }
        : { method: 'POST', body: JSON.stringify(body), headers: { ...headers, 'content-type': 'application/json' } }
    const response = await fetch(url, { ...post, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    status = response.status
    const answer = await boundedText(response)
    if (!response.ok) throw new HttpTrouble(status, `${status} ${errorText(scrub(answer, target.apiKey))}`)
    return JSON.parse(answer)
  } catch (thrown) {
    if (thrown instanceof HttpTrouble) throw new HttpTrouble(thrown.status, scrub(thrown.message, target.apiKey))
    const late = thrown instanceof Error && thrown.name === 'TimeoutError'
    const cause = thrown instanceof Error && thrown.cause !== undefined ? messageOf(thrown.cause) : messageOf(thrown)
    throw new HttpTrouble(status, scrub(late ? `no answer within ${timeoutMs / 1000} s` : cause, target.apiKey))
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length
    if (bytes > LIST_BYTES) throw new HttpTrouble(response.status, `the answer is larger than ${LIST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function errorText(answer: string): string {
  try {
    const parsed: unknown = JSON.parse(answer)
    const error = isJson(parsed) ? parsed.error : undefined
    const message = isJson(error) ? text(error.message) : text(error)
    if (message !== '') return message.slice(0, 300)
  } catch {
    // Not JSON: shown as it is, below.
  }
  return answer.replace(/\s+/g, ' ').trim().slice(0, 200)
}

/** Asks for the models; every trouble is an outcome. `nowMs` decides which price row holds. */
export async function listModels(target: Target, nowMs: number): Promise<Listing> {
  const base = baseUrlOf(target.kind, target.baseUrl)
  if (base === null) return { outcome: 'error', detail: 'an openai-compatible provider needs its base URL' }
  try {
    const { found, first } = await LISTERS[target.kind](target, base)
    const models = found.map(({ id, contextTokens }) => ({
      id,
      contextTokens: contextTokens ?? knownContext(id),
      price: priceOf(target, id, nowMs),
    }))
    return { outcome: 'listed', models, first: first ?? models[0]?.id ?? null }
  } catch (thrown) {
    if (!(thrown instanceof HttpTrouble)) throw thrown
    if (thrown.status === null) return { outcome: 'unreachable', detail: `${base}: ${thrown.message}` }
    const unauthorised = thrown.status === 401 || thrown.status === 403 || (thrown.status === 400 && /api.?key/i.test(thrown.message))
    return { outcome: unauthorised ? 'unauthorised' : 'error', detail: thrown.message }
  }
}

interface Found {
  readonly found: readonly { readonly id: string; readonly contextTokens: number | null }[]
  readonly first?: string | undefined
}

const LISTERS: Readonly<Record<Target['kind'], (target: Target, base: string) => Promise<Found>>> = {
  anthropic: async (target, base) => {
    const found = dataOf(await askJson(target, `${base}/models?limit=1000`)).map((row) => ({
      id: text(row.id),
      contextTokens: count(row.max_input_tokens),
    }))
    return { found, first: cheapest(found) }
  },
  openai: async (target, base) => {
    const found = dataOf(await askJson(target, `${base}/models`))
      .map((row) => ({ id: text(row.id), contextTokens: null }))
      // The list holds all of OpenAI's models; those that do not chat are of no use here.
      .filter(({ id }) => !/embedding|whisper|tts|dall-e|image|moderation|realtime|audio|transcribe|sora|babbage|davinci/.test(id))
    return { found, first: cheapest(found) }
  },
  google: async (target, base) => {
    const answer = await askJson(target, `${base}/models?pageSize=1000`)
    const found = rows(isJson(answer) ? answer.models : undefined)
      .filter((row) => Array.isArray(row.supportedGenerationMethods) && row.supportedGenerationMethods.includes('generateContent'))
      .map((row) => ({ id: text(row.name).replace(/^models\//, ''), contextTokens: count(row.inputTokenLimit) }))
    return { found, first: cheapest(found) }
  },
  'openai-compatible': async (target, base) => {
    // The standard list has no lengths; OpenRouter, Mistral, Groq and vLLM each add their own field.
    const length = (row: Json) =>
      count(row.context_length) ?? count(row.max_context_length) ?? count(row.context_window) ?? count(row.max_model_len)
    const found = dataOf(await askJson(target, `${base}/models`)).map((row) => ({ id: text(row.id), contextTokens: length(row) }))
    return { found, first: cheapest(found) }
  },
  ollama: listOllama,
  lmstudio: async (target, base) => {
    const root = base.replace(/\/v1$/, '')
    try {
      const listed = dataOf(await askJson(target, `${root}/api/v0/models`)).filter((row) => row.type !== 'embeddings')
      const found = listed.map((row) => ({
        id: text(row.id),
        contextTokens: count(row.loaded_context_length) ?? count(row.max_context_length),
      }))
      // One that is loaded answers at once; another would be loaded first.
      return { found, first: text(listed.find((row) => row.state === 'loaded')?.id) || undefined }
    } catch (thrown) {
      if (!(thrown instanceof HttpTrouble) || thrown.status !== 404) throw thrown
      // Older than 0.3.6: without its own list, and so without lengths.
      return { found: dataOf(await askJson(target, `${base}/models`)).map((row) => ({ id: text(row.id), contextTokens: null })) }
    }
  },
}

const dataOf = (answer: unknown): readonly Json[] => rows(isJson(answer) ? answer.data : undefined).filter((row) => text(row.id) !== '')

/** A probe should cost next to nothing. */
function cheapest(found: readonly { readonly id: string }[]): string | undefined {
  return found.find(({ id }) => /nano|luna|flash-lite|haiku|mini|flash|small|8b/i.test(id))?.id
}

async function listOllama(target: Target, base: string): Promise<Found> {
  const answer = await askJson(target, `${base}/api/tags`)
  const listed = rows(isJson(answer) ? answer.models : undefined).filter((row) => text(row.name) !== '')
  const bySize = [...listed].sort((a, b) => (count(a.size) ?? 0) - (count(b.size) ?? 0))
  const found = await Promise.all(
    listed.map(async (row, index) => {
      const id = text(row.name)
      return { id, contextTokens: index < SHOWN_MODELS ? await ollamaContext(target, base, id) : null }
    }),
  )
  const running = await askJson(target, `${base}/api/ps`).catch(() => undefined)
  const loaded = rows(isJson(running) ? running.models : undefined)[0]
  return { found, first: text(loaded?.name) || text(bySize[0]?.name) || undefined }
}

/** The length that the model was made for: `<architecture>.context_length` of /api/show; null when Ollama does not say. */
export async function ollamaContext(target: Target, base: string, model: string, timeoutMs = LIST_TIMEOUT_MS): Promise<number | null> {
  try {
    const shown = await askJson(target, `${base}/api/show`, { model }, timeoutMs)
    const info = isJson(shown) && isJson(shown.model_info) ? shown.model_info : {}
    return count(info[`${text(info['general.architecture'])}.context_length`])
  } catch {
    return null
  }
}
