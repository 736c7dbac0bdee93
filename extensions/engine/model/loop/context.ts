/** Does the prompt fit? Local servers cut a prompt that is too long in silence; so it is estimated, and never sent. */
import { estimateTokenCount } from 'tokenx'
import type { ResolvedModel } from '#core'
import { isLocal } from '../endpoint.ts'

/** Room for the answer, when the persona sets no bound. */
const ANSWER_TOKENS = 2048
/** The estimate is good to about 10 %; what a local server reserves must hold the true count. */
const MARGIN = 1.15
/** A remote provider says itself when a prompt is too long: it is spared only a prompt that certainly is. */
const CERTAINLY = 1.3
const WINDOWS = [8_192, 16_384, 32_768, 65_536, 131_072, 262_144, 524_288, 1_048_576]

/** Estimates once for each message, since a long run sends the same ones again and again. */
export class Estimate {
  readonly #known = new WeakMap<object, number>()

  of(system: string, messages: readonly object[], tools: readonly { readonly description: string; readonly schema: object }[]): number {
    let total = estimateTokenCount(system) + tools.length * 60
    for (const { description, schema } of tools) {
      total += estimateTokenCount(description)
      // Another's schema may be of any size; ours are in the 60.
      if ('jsonSchema' in schema) total += this.#once(schema)
    }
    for (const message of messages) total += this.#once(message)
    return total
  }

  #once(part: object): number {
    let tokens = this.#known.get(part)
    if (tokens === undefined) {
      tokens = estimateTokenCount(JSON.stringify(part)) + 4
      this.#known.set(part, tokens)
    }
    return tokens
  }
}

/** Why a prompt of this size is not sent to this model; null: send it. */
export function whyTooLong(model: ResolvedModel, tokens: number): string | null {
  if (model.contextTokens === null) return null
  const bound = isLocal(model.kind) ? model.contextTokens : Math.floor(model.contextTokens * CERTAINLY)
  if (tokens <= bound) return null
  return `the prompt has about ${tokens} tokens, and the model's context holds ${model.contextTokens}`
}

/** Of what is free, what tool results may take: the other half is for the answer and for results to come. */
const RESULT_SHARE = 0.5
/** Fewer bytes than most texts need for a token, so that the estimate errs towards too small. */
const TOKEN_BYTES = 2.5
const LEAST_RESULT_BYTES = 2_000

/** Bytes that the results of one answer's tool calls may have together, `used` tokens into the model's context. */
export function roomForResults(model: ResolvedModel, used: number): number {
  if (model.contextTokens === null) return Number.POSITIVE_INFINITY
  return Math.max(LEAST_RESULT_BYTES, Math.floor((model.contextTokens - used) * RESULT_SHARE * TOKEN_BYTES))
}

/**
 * The context that Ollama is asked to reserve (`num_ctx`): the smallest step that holds the prompt and an answer, never above
 * the model's own, and never below what this run asked for before: another value makes Ollama load the model again, and the
 * largest at once would take memory that a small prompt does not need.
 */
export function windowFor(model: ResolvedModel, tokens: number, maxOutputTokens: number | null, before: number): number {
  const needed = Math.ceil(tokens * MARGIN) + (maxOutputTokens ?? ANSWER_TOKENS)
  const step = WINDOWS.find((size) => size >= needed) ?? needed
  return Math.min(Math.max(step, before), model.contextTokens ?? Number.POSITIVE_INFINITY)
}
