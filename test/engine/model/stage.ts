/** A stage for the model body: a model server, a workspace, a clock that does not wait, and a record of what the body said. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { type ModelPrice, type PersonaDoc, personaDoc, type RunEventBody, type StepRecord } from '#contract'
import {
  type BodyIo,
  type BodyOutcome,
  type Clock,
  type LentToRun,
  Redactor,
  type ResolvedModel,
  type SharedTool,
  type SharedToolAnswer,
} from '#core'
import { systemChance, systemLookup } from '#core/node'
import { openModelBody } from '../../../extensions/engine/model/thread.ts'
import { toolsFor } from '../../../extensions/engine/tool/mod.ts'
import { type ModelServer, type ModelServerOptions, startModelServer } from '../../fixtures/model-server/mod.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

export const atEnd = (close: () => Promise<unknown>): void => void closing.push(close)

export async function server(options: ModelServerOptions = {}): Promise<ModelServer> {
  const started = await startModelServer(options)
  closing.push(() => started.stop())
  return started
}

export async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'troupe-model-'))
  closing.push(() => rm(dir, { recursive: true, force: true }))
  return dir
}

/** A server that sends everybody on to another one. */
export async function redirector(to: string): Promise<{ readonly url: string; readonly heard: number }> {
  let heard = 0
  const listening = createServer((request, response) => {
    heard++
    response.writeHead(307, { location: `${to}${request.url}` }).end()
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  atEnd(async () => {
    listening.closeAllConnections()
    await new Promise((resolve) => listening.close(resolve))
  })
  const { port } = listening.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    get heard() {
      return heard
    },
  }
}

/** Never waits, and remembers how long it should have waited. */
export function eagerClock(): Clock & { readonly waits: number[] } {
  const waits: number[] = []
  return {
    waits,
    now: () => Date.now(),
    after(delayMs, task) {
      // A tool's own time limit is armed through the same clock, and must not strike at once.
      if (delayMs >= 30_000) return () => undefined
      waits.push(delayMs)
      const timer = setImmediate(task)
      return () => clearImmediate(timer)
    },
  }
}

export const PROTOCOLS = ['anthropic', 'openai-chat', 'openai-responses', 'google', 'openai-compatible', 'lmstudio', 'ollama'] as const
export type ProtocolName = (typeof PROTOCOLS)[number]

/** How each protocol is spoken to at the model server. */
export function modelAt(protocol: ProtocolName, at: Pick<ModelServer, 'url'>, more: Partial<ResolvedModel> = {}): ResolvedModel {
  const kind = protocol === 'openai-chat' || protocol === 'openai-responses' ? 'openai' : protocol
  const path = protocol === 'google' ? '/v1beta' : protocol === 'ollama' ? '' : '/v1'
  return {
    provider: protocol,
    kind,
    api: protocol === 'openai-chat' ? 'chat' : protocol === 'openai-responses' ? 'responses' : null,
    baseUrl: `${at.url}${path}`,
    apiKey: protocol === 'ollama' ? null : 'test-key',
    model: 'echo-1',
    contextTokens: 32_768,
    price: null,
    ...more,
  }
}

export const PRICE: ModelPrice = { inputUsd: 2, outputUsd: 10, cachedInputUsd: 0.5, asOf: '2026-11-21', source: 'a test' }

export function doc(body: object = {}, limits: object = {}): PersonaDoc {
  return personaDoc.parse({ name: 'Tester', body: { kind: 'model', ...body }, limits })
}

export interface Played {
  readonly outcome: BodyOutcome
  readonly events: readonly RunEventBody[]
  readonly steps: readonly StepRecord[]
  readonly waits: readonly number[]
  readonly children: readonly [number, 'started' | 'ended'][]
  /** Credentials that were about to go to a host. */
  readonly sent: readonly [string, string][]
  /** Texts of the notices with this code. */
  notices(code: string): readonly string[]
}

interface Part {
  /** Default: one that knows nothing. */
  readonly redactor?: Redactor
  readonly lent?: LentToRun
  readonly models: readonly ResolvedModel[]
  readonly doc?: PersonaDoc
  readonly input?: string
  readonly prompt?: string
  readonly workspaceDir?: string
  readonly signal?: AbortSignal
  readonly onEvent?: (event: RunEventBody) => unknown
  readonly onChild?: (pid: number, what: 'started' | 'ended') => unknown
  readonly storeRefuses?: boolean
  readonly shared?: readonly SharedTool[]
  readonly onShared?: (tool: SharedTool, args: unknown) => SharedToolAnswer
}

/** Runs the model body once, with the real tools. */
export async function play(part: Part): Promise<Played> {
  const workspaceDir = part.workspaceDir ?? (await folder())
  const clock = eagerClock()
  const signal = part.signal ?? new AbortController().signal
  const events: RunEventBody[] = []
  const steps: StepRecord[] = []
  const children: [number, 'started' | 'ended'][] = []
  const sent: [string, string][] = []
  const io: BodyIo = {
    emit(event) {
      events.push(event)
      part.onEvent?.(event)
    },
    ask: async () => undefined,
    async step(ask, effect) {
      if (part.storeRefuses) throw new Error('the store refuses')
      const n = steps.length + 1
      const { kind, title, key, safety } = ask
      const detail = ask.detail ?? ask.args
      const ends = { digest: null, attempt: 1, inherited: false, aside: false, usage: null, costUsd: null, model: null }
      steps.push({ runId: 'run_test', n, kind, title, key, safety, state: 'running', startedAt: 0, endedAt: null, detail, ...ends })
      const close = (end: Partial<StepRecord>) => {
        const begun = steps[n - 1]
        if (begun === undefined || begun.state !== 'running') throw new Error(`step ${n} was ended twice or never begun`)
        steps[n - 1] = { ...begun, ...end, detail: { ...detail, ...end.detail }, endedAt: 1 }
      }
      if (ask.refused !== undefined) {
        close({ state: 'failed', detail: { error: ask.refused }, costUsd: 0 })
        return { kind: 'instead', n, ok: false, text: ask.refused }
      }
      try {
        const { result, brokenOff: _, ...end } = await effect({ n, args: ask.args, idempotencyKey: `key-${key}` })
        close({ ...end, costUsd: end.costUsd === undefined ? 0 : end.costUsd } as Partial<StepRecord>)
        return { kind: 'result', n, state: end.state, result: JSON.parse(JSON.stringify(result ?? null)), replayed: false }
      } catch (thrown) {
        close({ state: 'failed', detail: { error: signal.aborted ? 'stopped' : String(thrown) } })
        throw thrown
      }
    },
    holds: () => false,
    guidance: async () => [],
    sends: async (credential, host) => void sent.push([credential, host]),
    callShared: async (tool, args) =>
      part.onShared?.(tool, args) ?? { ok: false, text: 'There are no shared tools here.', droppedBytes: 0 },
    child(pid, what) {
      children.push([pid, what])
      part.onChild?.(pid, what)
    },
  }
  const redactor = part.redactor ?? new Redactor()
  const toolPorts = { clock, chance: systemChance, env: process.env, lookup: systemLookup, redactor }
  const body = openModelBody({ clock, redactor, tools: (grants) => toolsFor(grants, toolPorts) })
  const job = {
    runId: 'run_test',
    doc: part.doc ?? doc(),
    prompt: part.prompt ?? 'You are a test.',
    input: part.input ?? 'Hello',
    params: {},
    command: null,
    models: part.models,
    workspaceDir,
    ...(part.lent ? { lent: part.lent } : {}),
    ...(part.shared ? { shared: part.shared } : {}),
  }
  const outcome = await body(job, io, signal)
  if (steps.some(({ state }) => state === 'running')) throw new Error('a step was begun and never ended')
  const notices = (code: string) => events.flatMap((event) => (event.kind === 'notice' && event.code === code ? [event.message] : []))
  return { outcome, events, steps, waits: clock.waits, children, sent, notices }
}

export function textOf(played: Played): string {
  return played.events.map((event) => (event.kind === 'text' ? event.delta : '')).join('')
}
