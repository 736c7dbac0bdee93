/** What agents report of tokens and money, each in its own place. What is not reported is null, never zero. */
import type { TokenUsage } from '#contract'

export interface Spent {
  readonly usage: TokenUsage | null
  readonly costUsd: number | null
  readonly model: string | null
}

export const NOT_REPORTED: Spent = { usage: null, costUsd: null, model: null }

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** The first of these fields that is a count. */
function count(from: Readonly<Record<string, unknown>>, names: readonly string[]): number | null {
  for (const name of names) {
    const value = from[name]
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value
  }
  return null
}

/** Any of the spellings in use: the protocol's own, Anthropic's, OpenAI's. */
export function usageOf(reported: unknown): TokenUsage | null {
  const from = record(reported)
  const usage = {
    input: count(from, ['inputTokens', 'input_tokens', 'prompt_tokens']),
    output: count(from, ['outputTokens', 'output_tokens', 'completion_tokens']),
    cachedInput: count(from, ['cachedReadTokens', 'cache_read_input_tokens', 'cached_input_tokens']),
    reasoning: count(from, ['thoughtTokens', 'reasoning_output_tokens', 'reasoning_tokens']),
  }
  return usage.input === null && usage.output === null ? null : usage
}

export const dollars = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null)

/** Of the answer to a prompt: `usage` (a draft of the protocol), or where Gemini CLI puts it. */
export function spentOfPrompt(response: unknown): Spent {
  const { usage, _meta } = record(response)
  const quota = record(record(_meta).quota)
  const [first] = Array.isArray(quota.model_usage) ? quota.model_usage : []
  const model = record(first).model
  return { usage: usageOf(usage) ?? usageOf(quota.token_count), costUsd: null, model: typeof model === 'string' ? model : null }
}

/** A session's running cost, where the agent tells it in dollars. */
export function costOfUpdate(update: unknown): number | null {
  const cost = record(record(update).cost)
  return cost.currency === 'USD' ? dollars(cost.amount) : null
}
