import type { PersonaDoc, ProviderRow } from '#contract'

/**
 * A template names no model, since it cannot know which you have: it gets the one with which the first provider that can call tools was
 * tried; where none can, the first one that any probe found. Unchanged when there is none, or when it names one itself.
 */
export function withModel(doc: PersonaDoc, providers: readonly ProviderRow[]): PersonaDoc {
  if (doc.body.kind !== 'model' || doc.body.models.length > 0) return doc
  const found = providers.flatMap(({ doc: { id }, probe }) => {
    const model = probe.triedModel ?? probe.models[0]?.id
    return model === undefined ? [] : [{ provider: id, model, tools: probe.callsTools.outcome === 'yes' }]
  })
  const best = found.find((one) => one.tools) ?? found[0]
  return best ? { ...doc, body: { ...doc.body, models: [{ provider: best.provider, model: best.model }] } } : doc
}
