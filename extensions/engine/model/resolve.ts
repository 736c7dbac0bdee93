/** From the names in a persona's chain to everything that a run needs to call the models. */
import type { ModelRef } from '#contract'
import type { ResolvedModel } from '#core'
import { knownContext } from './contexts.ts'
import { baseUrlOf, isLocal } from './endpoint.ts'
import { keyOf, needsKey, noKey } from './key.ts'
import { listModels, ollamaContext } from './listing.ts'
import type { ModelPorts, Secrets } from './ports.ts'
import { priceOf } from './prices.ts'
import type { SavedProvider } from './table.ts'

/** A local server is asked anew (its model may have been loaded with another length since), but not waited for. */
const LOCAL_TIMEOUT_MS = 2_000

export interface ResolvedChain {
  /** In the chain's order. Keys in here go to the run's thread and nowhere else. */
  readonly models: readonly ResolvedModel[]
  /** Why a model of the chain is left out; one sentence each. */
  readonly problems: readonly string[]
}

/** SEALED when a key of the chain is in the sealed vault: what the person put first is waited for. */
export async function resolveChain(
  refs: readonly ModelRef[],
  saved: readonly SavedProvider[],
  secrets: Secrets,
  ports: Pick<ModelPorts, 'clock'>,
): Promise<ResolvedChain> {
  const models: ResolvedModel[] = []
  const problems: string[] = []
  for (const { provider, model } of refs) {
    const found = saved.find(({ doc }) => doc.id === provider)
    if (found === undefined) {
      problems.push(`${provider}/${model}: there is no provider "${provider}" on this machine.`)
      continue
    }
    const { doc } = found
    const apiKey = await keyOf(doc, secrets)
    if (needsKey(doc) && apiKey === null) {
      problems.push(`${provider}/${model}: ${noKey(doc)}.`)
      continue
    }
    const bare = { provider, kind: doc.kind, api: doc.api, baseUrl: doc.baseUrl, apiKey, model }
    models.push({ ...bare, contextTokens: await contextOf(bare, found), price: priceOf(doc, model, ports.clock.now()) })
  }
  return { models, problems }
}

async function contextOf(bare: Omit<ResolvedModel, 'contextTokens' | 'price'>, { doc, probe }: SavedProvider): Promise<number | null> {
  if (doc.contextTokens !== null) return doc.contextTokens
  const probed = probe.models.find(({ id }) => id === bare.model)?.contextTokens ?? knownContext(bare.model)
  return isLocal(doc.kind) ? ((await localContext(bare)) ?? probed) : probed
}

async function localContext(bare: Omit<ResolvedModel, 'contextTokens' | 'price'>): Promise<number | null> {
  const base = baseUrlOf(bare.kind, bare.baseUrl)
  if (base === null) return null
  if (bare.kind === 'ollama') return ollamaContext(bare, base, bare.model, LOCAL_TIMEOUT_MS)
  const listing = await Promise.race([listModels(bare, 0), after(LOCAL_TIMEOUT_MS)])
  return listing?.outcome === 'listed' ? (listing.models.find(({ id }) => id === bare.model)?.contextTokens ?? null) : null
}

const after = (delayMs: number) => new Promise<undefined>((resolve) => setTimeout(resolve, delayMs, undefined).unref())
