/** A bench with real model bodies, a model server and a server that counts effects; the gate can be told what to answer. */
import type { RunEvent, RunRow } from '#contract'
import type { ResolvedModel } from '#core'
import {
  type GateAnswer,
  type GateAsk,
  type GateSettle,
  type HealAnswer,
  openGate,
  type TryEnd,
} from '../../../extensions/engine/run/mod.ts'
import { type CountServer, startCountServer } from '../../fixtures/count-server/mod.ts'
import { type ModelServer, type Script, type ScriptedReply, startModelServer } from '../../fixtures/model-server/mod.ts'
import { type Bench, type BenchOptions, openBench, until } from './bench.ts'

const closing: (() => Promise<unknown>)[] = []
/** For afterEach, after the benches. */
export async function closeServers(): Promise<void> {
  for (const close of closing.splice(0)) await close()
}

export interface JournalStage extends Bench {
  readonly model: ModelServer
  readonly counter: CountServer
  readonly asks: GateAsk[]
  readonly settles: GateSettle[]
  readonly tries: TryEnd[]
  /** What the gate answers; default: go. */
  gate: (ask: GateAsk) => GateAnswer
  heal: ((end: TryEnd) => HealAnswer) | undefined
  /** Starts a run of the stage's persona. */
  run(input?: string, limits?: object): Promise<RunRow>
  parked(id: string): Promise<RunRow>
}

export const PRICE = { inputUsd: 1_000, outputUsd: 1_000, cachedInputUsd: null, asOf: '2026-11-25', source: 'a test' }

export function modelAt(server: ModelServer, more: Partial<ResolvedModel> = {}): ResolvedModel {
  return {
    provider: 'local',
    kind: 'openai-compatible',
    api: null,
    baseUrl: `${server.url}/v1`,
    apiKey: 'test-key',
    model: 'echo-1',
    contextTokens: 32_768,
    price: PRICE,
    ...more,
  }
}

export const post = (counter: Pick<CountServer, 'url'>, body: string): ScriptedReply => ({
  toolCalls: [{ name: 'http_request', args: { url: `${counter.url}/do`, method: 'POST', body } }],
})
export const look = (counter: Pick<CountServer, 'url'>): ScriptedReply => ({
  toolCalls: [{ name: 'http_request', args: { url: `${counter.url}/look` } }],
})

export async function openStage(script: (counter: CountServer) => Script, options: BenchOptions = {}): Promise<JournalStage> {
  const counter = await startCountServer()
  const model = await startModelServer({ script: script(counter) })
  closing.push(
    () => counter.stop(),
    () => model.stop(),
  )
  return await stageOn(model, counter, options)
}

/** On servers that stand: for an engine that comes after another one. */
export async function stageOn(model: ModelServer, counter: CountServer, options: BenchOptions = {}): Promise<JournalStage> {
  const asks: GateAsk[] = []
  const settles: GateSettle[] = []
  const tries: TryEnd[] = []
  const told: Pick<JournalStage, 'gate' | 'heal'> = { gate: () => ({ kind: 'go' }), heal: undefined }
  const bench = await openBench({
    models: [modelAt(model)],
    ...options,
    ports: (ports) => {
      const gated = {
        ...ports,
        gate: {
          ask: (ask: GateAsk) => {
            asks.push(ask)
            return told.gate(ask)
          },
          settle: (settle: GateSettle) => {
            settles.push(settle)
            return {}
          },
          heal: (end: TryEnd) => {
            tries.push(end)
            return told.heal?.(end) ?? openGate.heal(end)
          },
        },
      }
      return options.ports ? options.ports(gated) : gated
    },
  })
  const persona = (limits = {}) =>
    bench.persona({
      name: 'Worker',
      body: {
        kind: 'model',
        models: [{ provider: 'local', model: 'echo-1' }],
        tools: { files: 'write', http: { enabled: true, allowPrivate: true } },
      },
      limits: { concurrency: 64, ...limits },
    })
  return Object.assign(told, bench, {
    model,
    counter,
    asks,
    settles,
    tries,
    run: (input = 'Work.', limits = {}) => bench.start(persona(limits), { input }),
    parked: (id: string) =>
      until(async () => {
        const { run } = await bench.runs.get(id)
        return run.state === 'parked' ? run : undefined
      }),
  })
}

export const statesIn = (events: readonly RunEvent[]): string[] => events.flatMap((event) => (event.kind === 'state' ? [event.state] : []))
export const noticesIn = (events: readonly RunEvent[], code: string): string[] =>
  events.flatMap((event) => (event.kind === 'notice' && event.code === code ? [event.message] : []))
