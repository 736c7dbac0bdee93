/**
 * What models cost, US dollars for a million tokens, standard tier. Each row names its source and the day it was checked.
 * A model that is not here has an unknown price; a guess would be shown as a fact. Rows with `from` and `until` (inclusive days)
 * hold announced changes. `upTo`: above this many input tokens in one call the provider has another price.
 */
import type { ModelPrice } from '#contract'
import type { ProviderKind } from '#contract/plain'
import { DEFAULT_BASE_URL, isLocal } from './endpoint.ts'

interface PriceRow {
  /** The model's name, or its name followed by a date (`-20251001`, `-2026-04-23`). */
  readonly model: string
  readonly input: number
  readonly output: number
  readonly cached: number | null
  readonly upTo?: number
  readonly from?: string
  readonly until?: string
  readonly asOf: string
  readonly source: string
}

const CLAUDE = 'https://platform.claude.com/docs/en/about-claude/pricing'
const OPENAI = 'https://developers.openai.com/api/docs/pricing'
const GEMINI = 'https://ai.google.dev/gemini-api/docs/pricing'
const MISTRAL = 'https://mistral.ai/pricing#api-pricing'

const ANTHROPIC_ROWS: readonly PriceRow[] = [
  { model: 'claude-fable-5-1', input: 10, output: 50, cached: 0.25, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-fable-5', input: 10, output: 50, cached: 1, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-opus-5-5', input: 4, output: 20, cached: 0.2, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-opus-5', input: 5, output: 25, cached: 0.5, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-opus-4-8', input: 5, output: 25, cached: 0.5, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-opus-4-7', input: 5, output: 25, cached: 0.5, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-opus-4-6', input: 5, output: 25, cached: 0.5, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-opus-4-5', input: 5, output: 25, cached: 0.5, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-opus-4-1', input: 15, output: 75, cached: 1.5, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-sonnet-5-5', input: 2, output: 10, cached: 0.1, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-sonnet-5', input: 2, output: 10, cached: 0.2, asOf: '2026-10-10', source: CLAUDE },
  { model: 'claude-sonnet-4-6', input: 3, output: 15, cached: 0.3, asOf: '2026-07-29', source: CLAUDE },
  { model: 'claude-sonnet-4-5', input: 3, output: 15, cached: 0.3, upTo: 200_000, asOf: '2026-07-29', source: CLAUDE },
  { model: 'claude-haiku-5-5', input: 0.1, output: 0.5, cached: 0.01, upTo: 100_000, asOf: '2026-10-16', source: CLAUDE },
  { model: 'claude-haiku-4-5', input: 1, output: 5, cached: 0.1, asOf: '2026-07-29', source: CLAUDE },
]

const OPENAI_ROWS: readonly PriceRow[] = [
  { model: 'gpt-6-astra', input: 10, output: 50, cached: 1, upTo: 272_000, asOf: '2026-09-07', source: OPENAI },
  { model: 'gpt-6-sol', input: 2, output: 10, cached: 0.2, upTo: 272_000, asOf: '2026-09-22', source: OPENAI },
  { model: 'gpt-6-luna', input: 0.1, output: 0.5, cached: 0.01, upTo: 272_000, asOf: '2026-09-22', source: OPENAI },
  { model: 'gpt-6.1-terra', input: 1, output: 5, cached: 0.05, upTo: 272_000, asOf: '2026-10-27', source: OPENAI },
  { model: 'gpt-5.6-terra', input: 2, output: 12, cached: 0.2, upTo: 272_000, asOf: '2026-08-02', source: OPENAI },
  { model: 'gpt-5.6-luna', input: 0.2, output: 1.2, cached: 0.02, upTo: 272_000, asOf: '2026-08-02', source: OPENAI },
  { model: 'gpt-5.5', input: 5, output: 30, cached: 0.5, upTo: 270_000, asOf: '2026-06-04', source: OPENAI },
  { model: 'gpt-5.4', input: 2.5, output: 15, cached: 0.25, upTo: 270_000, asOf: '2026-06-04', source: OPENAI },
  { model: 'gpt-5.4-mini', input: 0.75, output: 4.5, cached: 0.075, upTo: 270_000, asOf: '2026-06-04', source: OPENAI },
  { model: 'gpt-5.4-nano', input: 0.2, output: 1.25, cached: 0.02, upTo: 270_000, asOf: '2026-06-04', source: OPENAI },
]

const GOOGLE_ROWS: readonly PriceRow[] = [
  { model: 'gemini-4-argon', input: 2, output: 10, cached: 0.1, until: '2026-11-30', asOf: '2026-10-14', source: GEMINI },
  { model: 'gemini-4-argon', input: 4, output: 20, cached: 0.2, from: '2026-12-01', asOf: '2026-10-14', source: GEMINI },
  { model: 'gemini-3.8-flash', input: 0.75, output: 3.75, cached: 0.075, until: '2026-12-31', asOf: '2026-10-07', source: GEMINI },
  { model: 'gemini-3.7-flash', input: 0.75, output: 3.75, cached: 0.075, until: '2026-12-31', asOf: '2026-08-13', source: GEMINI },
  { model: 'gemini-3.7-flash', input: 1.5, output: 7.5, cached: 0.15, from: '2027-01-01', asOf: '2026-08-13', source: GEMINI },
  { model: 'gemini-3.6-flash', input: 0.75, output: 3.75, cached: 0.075, until: '2026-12-31', asOf: '2026-08-13', source: GEMINI },
  { model: 'gemini-3.6-flash', input: 1.5, output: 7.5, cached: 0.15, from: '2027-01-01', asOf: '2026-08-13', source: GEMINI },
  { model: 'gemini-3.5-flash', input: 1.5, output: 9, cached: 0.15, asOf: '2026-05-19', source: GEMINI },
  { model: 'gemini-3.5-flash-lite', input: 0.3, output: 2.5, cached: 0.03, asOf: '2026-07-22', source: GEMINI },
  { model: 'gemini-3.1-flash-lite', input: 0.25, output: 1.5, cached: 0.025, asOf: '2026-05-12', source: GEMINI },
  { model: 'gemini-3-flash-preview', input: 0.5, output: 3, cached: 0.05, asOf: '2026-07-04', source: GEMINI },
]

const MISTRAL_ROWS: readonly PriceRow[] = [
  { model: 'mistral-large-2512', input: 0.5, output: 1.5, cached: 0.05, asOf: '2026-06-09', source: MISTRAL },
  { model: 'mistral-small-2603', input: 0.15, output: 0.6, cached: 0.015, asOf: '2026-06-09', source: MISTRAL },
  { model: 'codestral-2508', input: 0.3, output: 0.9, cached: 0.03, asOf: '2026-06-09', source: MISTRAL },
  { model: 'devstral-2512', input: 0.4, output: 2, cached: 0.04, asOf: '2026-06-09', source: MISTRAL },
]

/** The price lists by the address that they hold for: behind another address (a gateway, a proxy) nobody knows the price. */
const LISTS: Readonly<Record<string, readonly PriceRow[]>> = {
  'api.anthropic.com': ANTHROPIC_ROWS,
  'api.openai.com': OPENAI_ROWS,
  'generativelanguage.googleapis.com': GOOGLE_ROWS,
  'api.mistral.ai': MISTRAL_ROWS,
}

const OWN_MACHINE: ModelPrice = {
  inputUsd: 0,
  outputUsd: 0,
  cachedInputUsd: 0,
  asOf: '2026-11-21',
  source: 'It runs on a machine of your own.',
}

/** The price on the day of `nowMs`; null: unknown. Ollama and LM Studio cost nothing, and that is known. */
export function priceOf(
  where: { readonly kind: ProviderKind; readonly baseUrl: string | null },
  model: string,
  nowMs: number,
): ModelPrice | null {
  const host = URL.parse(where.baseUrl ?? DEFAULT_BASE_URL[where.kind] ?? '')?.hostname ?? ''
  // Ollama's cloud models run elsewhere, also when they are asked for at the local server, and are billed there.
  if (where.kind === 'ollama' && (/[:-]cloud$/.test(model) || /(^|\.)ollama\.com$/.test(host))) return null
  if (isLocal(where.kind)) return OWN_MACHINE
  const today = new Date(nowMs).toISOString().slice(0, 10)
  const name = model.replace(/^models\//, '')
  const row = LISTS[host]?.find((one) => isNamed(name, one.model) && (one.from ?? '') <= today && today <= (one.until ?? '9999'))
  if (row === undefined) return null
  const bound = row.upTo === undefined ? {} : { upToInputTokens: row.upTo }
  return { inputUsd: row.input, outputUsd: row.output, cachedInputUsd: row.cached, ...bound, asOf: row.asOf, source: row.source }
}

/** `gpt-5.4-mini` is another model than `gpt-5.4`; `gpt-5.4-2026-03-05` is the same one. */
function isNamed(model: string, name: string): boolean {
  return model === name || (model.startsWith(`${name}-`) && /^-\d{4}-?\d{2}-?\d{2}$/.test(model.slice(name.length)))
}
