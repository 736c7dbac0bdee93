/** What tokens cost. Unknown stays unknown: it is never counted as zero. */
import type { ModelPrice, TokenUsage } from '#contract'
import { LIMITS } from '#contract/plain'
import type { ResolvedModel } from '#core'

/** Usage of one call; `cacheWrite` is a part of `input` that some providers bill higher. */
export interface CallUsage extends TokenUsage {
  readonly cacheWrite: number | null
}

const MILLION = 1_000_000
/** Anthropic (5 minutes) and OpenAI both bill a written cache at 1.25 times the input; their pricing pages, checked 2026-11-21. */
const CACHE_WRITE_FACTOR = 1.25

/** US dollars of one call; null when the price, or a count that it needs, is unknown. A price of zero is known. */
export function costOf(price: ModelPrice | null, usage: CallUsage | null): number | null {
  if (price === null) return null
  if (price.inputUsd === 0 && price.outputUsd === 0) return 0
  if (usage === null || usage.input === null || usage.output === null) return null
  // Above this the provider has another price for the whole call, which the table does not hold.
  if (price.upToInputTokens !== undefined && usage.input > price.upToInputTokens) return null
  const cached = usage.cachedInput ?? 0
  const written = usage.cacheWrite ?? 0
  if (cached > 0 && price.cachedInputUsd === null) return null
  const fresh = Math.max(0, usage.input - cached - written)
  const input = fresh * price.inputUsd + cached * (price.cachedInputUsd ?? 0) + written * price.inputUsd * CACHE_WRITE_FACTOR
  return (input + usage.output * price.outputUsd) / MILLION
}

/** An estimate of tokens is good to about 10 %; the worst case stands above it. */
const ESTIMATE_MARGIN = 1.3

/**
 * The most that one call can cost: all of the prompt fresh (or written to the cache, which is dearer), and an answer as long as the persona lets it be,
 * or, without such a bound, LIMITS.reservedOutputTokens (which becomes its bound where a budget holds). null: the price is unknown.
 */
export function worstOf(
  { price, contextTokens }: Pick<ResolvedModel, 'price' | 'contextTokens'>,
  promptTokens: number,
  maxOutputTokens: number | null,
): { readonly usd: number | null; readonly tokens: number | null } {
  const input = Math.ceil(promptTokens * ESTIMATE_MARGIN)
  const room = contextTokens === null ? Number.POSITIVE_INFINITY : Math.max(0, contextTokens - promptTokens)
  const output = maxOutputTokens ?? Math.min(room, LIMITS.reservedOutputTokens)
  const tokens = input + output
  if (price === null) return { usd: null, tokens }
  if (price.inputUsd === 0 && price.outputUsd === 0) return { usd: 0, tokens }
  if (price.upToInputTokens !== undefined && input > price.upToInputTokens) return { usd: null, tokens }
  return { usd: (input * price.inputUsd * CACHE_WRITE_FACTOR + output * price.outputUsd) / MILLION, tokens }
}

/** Tokens and dollars of a run, call by call. */
export class Spending {
  #usage: TokenUsage | null = null
  #costUsd: number | null = 0

  /** `costUsd` null makes the whole run's cost unknown. */
  add(usage: TokenUsage | null, costUsd: number | null): void {
    if (usage !== null) this.#usage = this.#usage === null ? bare(usage) : sum(this.#usage, usage)
    this.#costUsd = this.#costUsd === null || costUsd === null ? null : this.#costUsd + costUsd
  }

  get usage(): TokenUsage | null {
    return this.#usage
  }

  get costUsd(): number | null {
    return this.#costUsd
  }
}

export const bare = ({ input, output, cachedInput, reasoning }: TokenUsage): TokenUsage => ({ input, output, cachedInput, reasoning })

function sum(a: TokenUsage, b: TokenUsage): TokenUsage {
  const both = (x: number | null, y: number | null) => (x === null && y === null ? null : (x ?? 0) + (y ?? 0))
  return {
    input: both(a.input, b.input),
    output: both(a.output, b.output),
    cachedInput: both(a.cachedInput, b.cachedInput),
    reasoning: both(a.reasoning, b.reasoning),
  }
}
