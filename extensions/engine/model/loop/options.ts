/** A persona's settings in each provider's words; only what is set is sent. */
import type { ModelBody } from '#contract'
import type { ResolvedModel } from '#core'
import type { ModelSettings } from './library.ts'

type Reasoning = NonNullable<ModelBody['reasoning']>
type Json = string | number | boolean | { readonly [key: string]: Json }
export type ProviderOptions = Record<string, Record<string, Json>>

/** Thinking tokens, where a model wants a number instead of a word. */
const BUDGET: Readonly<Record<Exclude<Reasoning, 'off'>, number>> = { low: 2_048, medium: 8_192, high: 24_576 }
/** Claude up to 4.5 takes a budget; from 4.6 on, adaptive thinking with an effort. */
const BUDGETED_CLAUDE = /claude-(3|(opus|sonnet|haiku)-4-([0-5]|20)|opus-4$|sonnet-4$)/
/** Gemini 2.5 takes a budget; from 3 on, a level. */
const BUDGETED_GEMINI = /gemini-2/

export function providerOptions(model: ResolvedModel, reasoning: Reasoning | null): ProviderOptions {
  switch (model.kind) {
    case 'anthropic':
      return reasoning === null ? {} : { anthropic: claude(model.model, reasoning) }
    case 'openai': {
      // Nothing is left on the provider's side: the whole conversation is sent each time, so it can go on with another model.
      const store: Record<string, Json> = model.api === 'chat' ? {} : { store: false }
      return {
        openai: reasoning === null ? store : { ...store, reasoningEffort: reasoning === 'off' ? 'none' : reasoning, ...summary(model) },
      }
    }
    case 'google':
      return reasoning === null ? {} : { google: { thinkingConfig: gemini(model.model, reasoning) } }
    case 'openai-compatible':
    case 'lmstudio':
      return reasoning === null ? {} : { compatible: { reasoningEffort: reasoning === 'off' ? 'none' : reasoning } }
    case 'ollama':
      return {}
  }
}

/** Without a summary the Responses protocol says nothing of its reasoning. */
const summary = (model: ResolvedModel): Record<string, Json> => (model.api === 'chat' ? {} : { reasoningSummary: 'auto' })

function claude(model: string, reasoning: Reasoning): Record<string, Json> {
  if (reasoning === 'off') return { thinking: { type: 'disabled' } }
  if (BUDGETED_CLAUDE.test(model)) return { thinking: { type: 'enabled', budgetTokens: BUDGET[reasoning] } }
  return { thinking: { type: 'adaptive', display: 'summarized' }, effort: reasoning }
}

function gemini(model: string, reasoning: Reasoning): Record<string, Json> {
  if (BUDGETED_GEMINI.test(model))
    return reasoning === 'off' ? { thinkingBudget: 0 } : { thinkingBudget: BUDGET[reasoning], includeThoughts: true }
  return reasoning === 'off' ? { thinkingLevel: 'minimal' } : { thinkingLevel: reasoning, includeThoughts: true }
}

/** Ollama: gpt-oss takes a word, every other thinking model on or off. */
export function thinkOf(model: ResolvedModel, reasoning: Reasoning | null): ModelSettings['think'] {
  if (model.kind !== 'ollama' || reasoning === null) return null
  if (reasoning === 'off') return false
  return model.model.includes('gpt-oss') ? reasoning : true
}
