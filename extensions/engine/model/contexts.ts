/** Context lengths of well-known models, for providers whose model list does not say. Others stay unknown. */
const MILLION = 1_000_000

/** Longest match first. Sources: the providers' model pages, checked 2026-10-10 (Anthropic), 2026-08-02 (OpenAI). */
const KNOWN: readonly (readonly [prefix: string, tokens: number])[] = [
  ['claude-fable-5', MILLION],
  ['claude-opus-5', MILLION],
  ['claude-sonnet-5', MILLION],
  ['claude-haiku-5-5', MILLION],
  ['claude-opus-4-8', MILLION],
  ['claude-opus-4-7', MILLION],
  ['claude-sonnet-4-6', MILLION],
  ['claude-opus-4-6', MILLION],
  ['claude-opus-4', 200_000],
  ['claude-sonnet-4', 200_000],
  ['claude-haiku-4-5', 200_000],
  ['gpt-5.6', 1_050_000],
  ['gpt-5.5', MILLION],
  ['gpt-5.4-mini', 400_000],
  ['gpt-5.4-nano', 400_000],
  ['gpt-5.4', 1_050_000],
]

export function knownContext(model: string): number | null {
  return KNOWN.find(([prefix]) => model === prefix || model.startsWith(`${prefix}-`))?.[1] ?? null
}
