/** What is here without being set up: local model servers, and keys in the environment. Nothing but loopback is contacted. */
import type { Discovered, ProviderDoc } from '#contract'
import { baseUrlOf, LMSTUDIO_URL, OLLAMA_URL } from './endpoint.ts'
import { placeOf } from './key.ts'
import { listModels } from './listing.ts'
import type { ModelPorts } from './ports.ts'

type Part = Pick<ProviderDoc, 'id' | 'label' | 'kind'> & Partial<ProviderDoc>
const docOf = (part: Part): ProviderDoc => ({ baseUrl: null, keyEnv: null, credential: null, api: null, contextTokens: null, ...part })

const KEYS: readonly Part[] = [
  { id: 'anthropic', label: 'Anthropic', kind: 'anthropic', keyEnv: 'ANTHROPIC_API_KEY' },
  { id: 'openai', label: 'OpenAI', kind: 'openai', keyEnv: 'OPENAI_API_KEY', api: 'responses' },
  { id: 'google', label: 'Google Gemini', kind: 'google', keyEnv: 'GOOGLE_GENERATIVE_AI_API_KEY' },
  { id: 'google', label: 'Google Gemini', kind: 'google', keyEnv: 'GEMINI_API_KEY' },
  {
    id: 'openrouter',
    label: 'OpenRouter',
    kind: 'openai-compatible',
    keyEnv: 'OPENROUTER_API_KEY',
    baseUrl: 'https://openrouter.ai/api/v1',
  },
  { id: 'mistral', label: 'Mistral', kind: 'openai-compatible', keyEnv: 'MISTRAL_API_KEY', baseUrl: 'https://api.mistral.ai/v1' },
  { id: 'groq', label: 'Groq', kind: 'openai-compatible', keyEnv: 'GROQ_API_KEY', baseUrl: 'https://api.groq.com/openai/v1' },
  { id: 'deepseek', label: 'DeepSeek', kind: 'openai-compatible', keyEnv: 'DEEPSEEK_API_KEY', baseUrl: 'https://api.deepseek.com/v1' },
  { id: 'xai', label: 'xAI', kind: 'openai-compatible', keyEnv: 'XAI_API_KEY', baseUrl: 'https://api.x.ai/v1' },
  { id: 'together', label: 'Together', kind: 'openai-compatible', keyEnv: 'TOGETHER_API_KEY', baseUrl: 'https://api.together.xyz/v1' },
  { id: 'cerebras', label: 'Cerebras', kind: 'openai-compatible', keyEnv: 'CEREBRAS_API_KEY', baseUrl: 'https://api.cerebras.ai/v1' },
]

/** Leaves out what is saved already: the same place, or the same key for the same kind. */
export async function discoverProviders(saved: readonly ProviderDoc[], ports: ModelPorts): Promise<Discovered[]> {
  const ollama = ports.local?.ollama ?? OLLAMA_URL
  const lmstudio = ports.local?.lmstudio ?? LMSTUDIO_URL
  const found = await Promise.all([
    localServer({ id: 'ollama', label: 'Ollama', kind: 'ollama', baseUrl: ollama === OLLAMA_URL ? null : ollama }, ollama, ports),
    localServer(
      { id: 'lmstudio', label: 'LM Studio', kind: 'lmstudio', baseUrl: lmstudio === LMSTUDIO_URL ? null : lmstudio },
      lmstudio,
      ports,
    ),
    keysFound(ports),
  ])
  return found.flat().filter(({ doc }) => !saved.some((one) => sameProvider(one, doc)))
}

async function localServer(part: Part, url: string, ports: ModelPorts): Promise<Discovered[]> {
  const doc = docOf(part)
  const listing = await listModels({ kind: doc.kind, baseUrl: url, apiKey: null }, ports.clock.now())
  if (listing.outcome !== 'listed') return []
  return [{ doc, how: `${doc.label} answers at ${url}`, models: [...listing.models] }]
}

async function keysFound(ports: ModelPorts): Promise<Discovered[]> {
  const found: Discovered[] = []
  for (const part of KEYS) {
    const doc = docOf(part)
    if (doc.keyEnv === null || found.some((one) => one.doc.id === doc.id)) continue
    if (await ports.hasKey(placeOf(doc))) found.push({ doc, how: `The environment variable ${doc.keyEnv} is set`, models: [] })
  }
  return found
}

function sameProvider(a: ProviderDoc, b: ProviderDoc): boolean {
  if (a.kind !== b.kind) return false
  const samePlace = baseUrlOf(a.kind, a.baseUrl) === baseUrlOf(b.kind, b.baseUrl)
  return samePlace && (a.keyEnv === b.keyEnv || a.kind !== 'openai-compatible')
}
