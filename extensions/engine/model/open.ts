/** The providers of this machine. */
import type { Discovered, ModelRef, ProbeResult, ProviderDoc, ProviderRow } from '#contract'
import { TroupeError } from '#core'
import { discoverProviders } from './discover.ts'
import { baseUrlOf } from './endpoint.ts'
import { needsKey, placeOf } from './key.ts'
import type { ModelPorts, Secrets } from './ports.ts'
import { probeProvider } from './probe.ts'
import { type ResolvedChain, resolveChain } from './resolve.ts'
import { allProviders, dropProvider, putProvider, type SavedProvider } from './table.ts'

export interface Models {
  list(): Promise<readonly ProviderRow[]>
  /** Looks without saving. INVALID: openai-compatible without a base URL. */
  probe(doc: ProviderDoc, model?: string): Promise<ProbeResult>
  /** Probes, and saves only what was reached (UNREACHABLE) and accepted the key (UNAUTHORISED). */
  save(doc: ProviderDoc, model?: string): Promise<ProviderRow>
  /** NOT_FOUND when there is none. */
  remove(id: string): Promise<void>
  discover(): Promise<readonly Discovered[]>
  /** Where those that are set up are reached. */
  addresses(): Promise<readonly { readonly label: string; readonly url: string }[]>
  /** What a run needs to call the models of a chain. */
  resolveChain(refs: readonly ModelRef[], secrets: Secrets): Promise<ResolvedChain>
}

export function openModels(ports: ModelPorts): Models {
  const row = async (saved: SavedProvider): Promise<ProviderRow> => ({ ...saved, keyPresent: await keyPresent(saved.doc, ports) })
  const find = async (id: string) => (await allProviders(ports.store)).find(({ doc }) => doc.id === id)

  async function save(doc: ProviderDoc, model?: string): Promise<ProviderRow> {
    const probe = await probeProvider(doc, model, ports)
    requireAnswer(doc, probe)
    await putProvider(ports.store, doc, probe, ports.clock.now())
    ports.log.info('provider saved', { id: doc.id, kind: doc.kind, models: probe.models.length })
    ports.announce('provider', doc.id, 'saved')
    const saved = await find(doc.id)
    if (!saved) throw new TroupeError('CONFLICT', `The provider "${doc.id}" was removed while it was saved.`)
    return row(saved)
  }

  async function remove(id: string): Promise<void> {
    if (!(await find(id))) throw new TroupeError('NOT_FOUND', `There is no provider "${id}".`)
    await dropProvider(ports.store, id)
    ports.announce('provider', id, 'removed')
  }

  return {
    list: async () => Promise.all((await allProviders(ports.store)).map(row)),
    probe: (doc, model) => probeProvider(doc, model, ports),
    save,
    remove,
    discover: async () =>
      discoverProviders(
        (await allProviders(ports.store)).map(({ doc }) => doc),
        ports,
      ),
    async addresses() {
      const saved = await allProviders(ports.store)
      return saved.flatMap(({ doc }) => {
        const url = baseUrlOf(doc.kind, doc.baseUrl)
        return url === null ? [] : [{ label: doc.label, url }]
      })
    },
    resolveChain: async (refs, secrets) => resolveChain(refs, await allProviders(ports.store), secrets, ports),
  }
}

async function keyPresent(doc: ProviderDoc, ports: ModelPorts): Promise<boolean | null> {
  return needsKey(doc) ? ports.hasKey(placeOf(doc)) : null
}

function requireAnswer(doc: ProviderDoc, probe: ProbeResult): void {
  const { reachable, authorised } = probe
  if (authorised.outcome === 'no') {
    const hint =
      doc.credential !== null
        ? 'Check the value of its credential in the vault.'
        : doc.keyEnv === null
          ? 'Name the credential, or the environment variable, that holds its key.'
          : `Check the key in ${doc.keyEnv} and start the engine with it.`
    throw new TroupeError('UNAUTHORISED', `${doc.label} did not accept the key: ${authorised.detail}.`, { hint, facts: { probe } })
  }
  if (reachable.outcome !== 'yes') {
    throw new TroupeError('UNREACHABLE', `${doc.label} could not be reached: ${reachable.detail}.`, {
      hint: 'Check the address, and whether it runs.',
      facts: { probe },
    })
  }
  if (authorised.outcome !== 'yes') {
    throw new TroupeError('PROVIDER', `${doc.label} was reached, but whether it accepts the key is not known: ${probe.streams.detail}.`, {
      hint: 'Name a model to try.',
      facts: { probe },
    })
  }
}
