/** Finds out what a provider can do: reachable, authorised, streams, calls tools. What was not tried is `unknown`. */
import { Worker } from 'node:worker_threads'
import type { ModelInfo, ProbeResult, ProviderDoc } from '#contract'
import { boundMemory, messageOf, type ResolvedModel, THREAD_LIMITS, TroupeError } from '#core'
import { baseUrlOf, isLocal } from './endpoint.ts'
import { keyOf, needsKey, noKey } from './key.ts'
import { listModels } from './listing.ts'
import type { ModelPorts } from './ports.ts'
import type { ProbeTask, TrialResult } from './probe-thread.ts'

/** A local model may have to be loaded first. */
const TRIAL_TIMEOUT_MS = { local: 120_000, remote: 45_000 }
const MOST_MB = 256

type Finding = ProbeResult['reachable']
const finding = (outcome: Finding['outcome'], detail: string): Finding => ({ outcome, detail })
const notTried = (why: string): Finding => finding('unknown', why)

/** `model`: which to try; the cheapest (or already loaded) of the list when left out. */
export async function probeProvider(doc: ProviderDoc, model: string | undefined, ports: ModelPorts): Promise<ProbeResult> {
  const at = ports.clock.now()
  const apiKey = await keyOf(doc, ports.secrets)
  if (baseUrlOf(doc.kind, doc.baseUrl) === null) {
    throw new TroupeError('INVALID', 'An openai-compatible provider needs its base URL.', {
      hint: 'For example https://openrouter.ai/api/v1.',
    })
  }
  if (needsKey(doc) && apiKey === null) return withoutKey(at, noKey(doc))
  const target = { kind: doc.kind, baseUrl: doc.baseUrl, apiKey }
  const listing = await listModels(target, at)
  const latencyMs = Math.max(0, ports.clock.now() - at)
  if (listing.outcome === 'unreachable') return without(at, null, finding('no', listing.detail), notTried('not reached'))
  const reached = finding('yes', `answered in ${latencyMs} ms`)
  if (listing.outcome === 'unauthorised') return without(at, latencyMs, reached, finding('no', listing.detail))
  const models = listing.outcome === 'listed' ? [...listing.models] : []
  const tried = model ?? (listing.outcome === 'listed' ? listing.first : null)
  if (tried === null) {
    const why = listing.outcome === 'error' ? `its models could not be listed (${listing.detail}); name one to try` : 'it has no models'
    const authorised = isLocal(doc.kind) ? finding('yes', 'no key is needed') : notTried(why)
    return { ...without(at, latencyMs, reached, authorised), streams: notTried(why), callsTools: notTried(why), models }
  }
  const resolved = resolve(doc, apiKey, tried, models)
  const trial = await runTrial({ model: resolved }, doc, ports)
  return { at, latencyMs, reachable: reached, ...judge(trial, tried, doc, listing.outcome === 'listed'), triedModel: tried, models }
}

function resolve(doc: ProviderDoc, apiKey: string | null, model: string, models: readonly ModelInfo[]): ResolvedModel {
  const info = models.find(({ id }) => id === model)
  const contextTokens = doc.contextTokens ?? info?.contextTokens ?? null
  return { provider: doc.id, kind: doc.kind, api: doc.api, baseUrl: doc.baseUrl, apiKey, model, contextTokens, price: info?.price ?? null }
}

function without(at: number, latencyMs: number | null, reachable: Finding, authorised: Finding): ProbeResult {
  const why = notTried(authorised.outcome === 'no' ? 'not authorised' : 'not tried')
  return { at, latencyMs, reachable, authorised, streams: why, callsTools: why, triedModel: null, models: [] }
}

/** Nothing is sent: without its key the answer would only say so. */
function withoutKey(at: number, why: string): ProbeResult {
  return without(at, null, notTried('not asked: there is no key'), finding('no', why))
}

/** The trial in a thread of its own, which is ended when it takes too long. */
function runTrial(task: ProbeTask, doc: ProviderDoc, ports: ModelPorts): Promise<TrialResult | string> {
  const url = ports.probeThreadUrl ?? new URL('./probe-thread.ts', import.meta.url)
  const timeoutMs = isLocal(doc.kind) ? TRIAL_TIMEOUT_MS.local : TRIAL_TIMEOUT_MS.remote
  return new Promise((settle) => {
    // Without the environment: the library finds only the key that it is given.
    const worker = new Worker(url, { workerData: task, env: {}, name: 'probe', resourceLimits: THREAD_LIMITS })
    const end = (result: TrialResult | string) => {
      cancel()
      unbound()
      settle(result)
      void worker.terminate()
    }
    const cancel = ports.clock.after(timeoutMs, () => end(`no answer within ${timeoutMs / 1000} s`))
    const unbound = boundMemory(worker, { clock: ports.clock, mostMb: MOST_MB, over: () => end(`it took more than ${MOST_MB} MB`) })
    worker.once('message', (result: TrialResult) => end(result))
    worker.once('error', (thrown) => end(messageOf(thrown)))
    worker.once('exit', () => end('the trial ended without an answer'))
  })
}

function judge(
  trial: TrialResult | string,
  model: string,
  doc: ProviderDoc,
  listed: boolean,
): Pick<ProbeResult, 'authorised' | 'streams' | 'callsTools'> {
  // Some lists (OpenRouter's) are given to everybody: with a key, only an answer proves that it is accepted.
  const byList = isLocal(doc.kind) || (listed && (doc.kind !== 'openai-compatible' || !needsKey(doc)))
  const accepted = byList
    ? finding('yes', !needsKey(doc) ? 'no key is needed' : 'the list of models was given')
    : notTried('the model gave no answer')
  if (typeof trial === 'string')
    return { authorised: accepted, streams: notTried(`${model}: ${trial}`), callsTools: notTried(`${model}: ${trial}`) }
  const { failure } = trial
  if (failure !== null) {
    const why = notTried(`${model}: ${failure.status === null ? '' : `${failure.status} `}${failure.message}`)
    const authorised =
      failure.kind === 'unauthorised'
        ? finding('no', failure.message)
        : failure.kind === 'limited'
          ? finding('yes', 'accepted, but limited now')
          : accepted
    const tools = failure.kind === 'refused' && /tool|function/i.test(failure.message) ? finding('no', `${model}: ${failure.message}`) : why
    return { authorised, streams: why, callsTools: tools }
  }
  const streams =
    trial.pieces > 0 || trial.calledTool ? finding('yes', `${model} streamed`) : finding('unknown', `${model} answered with nothing`)
  const callsTools = trial.calledTool
    ? finding('yes', `${model} called the tool`)
    : finding('no', `${model} did not call the tool it was asked to call`)
  return { authorised: finding('yes', `${model} answered`), streams, callsTools }
}
