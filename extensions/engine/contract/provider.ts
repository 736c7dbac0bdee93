/** Model providers: where they are, what a probe found, what their models cost. Keys are never in here, only where to find them. */
import { z } from 'zod'
import { fieldName } from './credential.ts'
import { PROVIDER_KINDS } from './words.ts'

export const providerDoc = z.strictObject({
  /** A short name that personas use, e.g. `anthropic`. */
  id: z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'an id starts with a letter and has only a-z, 0-9 and -'),
  label: z.string().trim().min(1).max(80),
  kind: z.enum(PROVIDER_KINDS),
  /** Needed for openai-compatible; null means the provider's own address (Ollama http://127.0.0.1:11434, LM Studio http://127.0.0.1:1234/v1). */
  baseUrl: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .nullable()
    .default(null),
  /** Name of the engine's environment variable that holds the key; null where none is needed. */
  keyEnv: z
    .string()
    .regex(/^[A-Z_][A-Z0-9_]{0,99}$/)
    .nullable()
    .default(null),
  /** Takes the key from this field of a credential instead of `keyEnv`; null: from `keyEnv`. */
  credential: z
    .strictObject({ id: z.string().min(1).max(80), field: fieldName })
    .nullable()
    .default(null),
  /** OpenAI only: which of its two protocols. */
  api: z.enum(['chat', 'responses']).nullable().default(null),
  /** Tokens of context, when the provider does not say; null: ask it. */
  contextTokens: z.int().min(256).max(20_000_000).nullable().default(null),
})
export type ProviderDoc = z.infer<typeof providerDoc>

export const modelPrice = z.object({
  /** US dollars for a million tokens. */
  inputUsd: z.number(),
  outputUsd: z.number(),
  cachedInputUsd: z.number().nullable(),
  /** With more input tokens than this in one call, the call has another price, which is not known here. */
  upToInputTokens: z.int().optional(),
  /** The day on which the table's line was checked, ISO 8601. */
  asOf: z.string(),
  source: z.string(),
})
export type ModelPrice = z.infer<typeof modelPrice>

export const modelInfo = z.object({
  id: z.string(),
  contextTokens: z.int().nullable(),
  price: modelPrice.nullable(),
})
export type ModelInfo = z.infer<typeof modelInfo>

/** `unknown` is "not checked", never shown as green. */
const finding = z.object({ outcome: z.enum(['yes', 'no', 'unknown']), detail: z.string() })
export const probeResult = z.object({
  at: z.int(),
  latencyMs: z.int().nullable(),
  reachable: finding,
  authorised: finding,
  streams: finding,
  callsTools: finding,
  /** The model that the last two findings were tried with. */
  triedModel: z.string().nullable(),
  models: z.array(modelInfo),
})
export type ProbeResult = z.infer<typeof probeResult>

export const providerRow = z.object({
  doc: providerDoc,
  probe: probeResult,
  /** Whether the environment variable is set in the engine now; null where none is needed. */
  keyPresent: z.boolean().nullable(),
  createdAt: z.int(),
  updatedAt: z.int(),
})
export type ProviderRow = z.infer<typeof providerRow>

/** A local server that answered on its default port, or a key in the environment, not yet saved as a provider. */
export const discovered = z.object({
  doc: providerDoc,
  how: z.string(),
  models: z.array(modelInfo),
})
export type Discovered = z.infer<typeof discovered>
