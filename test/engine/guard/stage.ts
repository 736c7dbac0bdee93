/** A run room guarded by the real approvals, budgets and healing, as the engine plugs them, with models of a model server that have a price. */

import type { ModelPrice } from '#contract'
import type { Clock } from '#core'
import { localDay, systemChance } from '#core/node'
import { approveMigrations } from '../../../extensions/engine/approve/migrations.ts'
import { type ApprovalFallback, type Approvals, openApprovals } from '../../../extensions/engine/approve/mod.ts'
import { budgetMigrations } from '../../../extensions/engine/budget/migrations.ts'
import { type Budgets, openBudgets } from '../../../extensions/engine/budget/mod.ts'
import { guardGate } from '../../../extensions/engine/guard-gate.ts'
import { healMigrations } from '../../../extensions/engine/heal/migrations.ts'
import { type Healing, openHealing } from '../../../extensions/engine/heal/mod.ts'
import { diffDocuments } from '../../../extensions/engine/persona/mod.ts'
import type { RunGate, RunPorts } from '../../../extensions/engine/run/mod.ts'
import type { ModelServer } from '../../fixtures/model-server/mod.ts'
import { modelAt } from '../model/stage.ts'
import { type Bench, openBench } from '../run/bench.ts'

/** $0.01 for a thousand tokens in, $0.02 for a thousand out. */
export const PRICE: ModelPrice = { inputUsd: 10, outputUsd: 20, cachedInputUsd: 1, asOf: '2026-11-25', source: 'made up' }

export interface GuardStage {
  readonly bench: Bench
  readonly approvals: Approvals
  readonly budgets: Budgets
  readonly healing: Healing
  fallback: ApprovalFallback
  heals: boolean
  readonly told: string[]
}

export interface GuardStageOptions {
  readonly maxRuns?: number
  /** Looks at, or takes out, what guards. */
  readonly gate?: (gate: RunGate) => RunGate
  readonly copyOf?: string
  readonly clock?: Clock
  readonly price?: ModelPrice | null
}

export async function openGuardStage(server: ModelServer, options: GuardStageOptions = {}): Promise<GuardStage> {
  const state = { fallback: 'allow' as ApprovalFallback, heals: true, told: [] as string[] }
  let rooms: { approvals: Approvals; budgets: Budgets; healing: Healing } | undefined
  const ready = () => {
    if (!rooms) throw new Error('the rooms are not open yet')
    return rooms
  }
  let opened: Bench | undefined
  const goOn = async (runId: string) => {
    const { run } = await (opened as Bench).runs.get(runId)
    if (run.state === 'parked') await (opened as Bench).runs.goOn(runId)
  }
  const guarded = (ports: RunPorts): RunPorts => {
    const clock = options.clock ?? ports.clock
    const gate = guardGate({
      clock,
      approvals: async () => ready().approvals,
      budgets: async () => ready().budgets,
      healing: async () => ready().healing,
      groupOf: async () => '',
      sessionOf: async ({ id, againOf }) => againOf ?? id,
      heals: () => state.heals,
    })
    const announce: RunPorts['announce'] = (topic, id, what) => {
      ports.announce(topic, id, what)
      if (topic !== 'run' || !['succeeded', 'failed', 'cancelled', 'incomplete'].includes(what)) return
      void ready().approvals.runEnded(id)
      void ready().budgets.runEnded(id)
      void ready().healing.runEnded(id, what as 'succeeded')
    }
    return { ...ports, announce, gate: options.gate ? options.gate(gate) : gate }
  }
  const bench = await openBench({
    migrations: [...approveMigrations, ...budgetMigrations, ...healMigrations],
    models: [modelAt('openai-chat', server, { price: options.price === undefined ? PRICE : options.price, contextTokens: 32_000 })],
    settings: { maxRuns: options.maxRuns ?? 20, maxQueued: 1000, runThreads: 2 },
    ...(options.copyOf ? { copyOf: options.copyOf } : {}),
    ports: guarded,
  })
  opened = bench
  const ground = {
    store: bench.store,
    clock: options.clock ?? bench.ports.clock,
    chance: systemChance,
    log: bench.ports.log,
    announce: () => undefined,
  }
  const budgets = await openBudgets({ ...ground, calendar: localDay, resume: goOn, tell: ({ title }) => void state.told.push(title) })
  const approvals = await openApprovals({
    ...ground,
    fallback: () => state.fallback,
    resume: goOn,
    needsPerson: ({ text }) => void state.told.push(text),
    sources: [],
  })
  const healing = await openHealing({
    ...ground,
    safeMode: { on: false, why: '', crashes: [] },
    leaveSafeMode: () => undefined,
    resume: goOn,
    tell: ({ title }) => void state.told.push(title),
    healWith: () => '',
    personas: {
      get: () => Promise.reject(new Error('not asked for here')),
      nameOf: async () => null,
      save: () => Promise.reject(new Error('not asked for here')),
      restore: () => Promise.reject(new Error('not asked for here')),
      diff: diffDocuments,
    },
    runs: {
      startDraft: () => Promise.reject(new Error('not asked for here')),
      resultOf: () => Promise.reject(new Error('not asked for here')),
      failuresOf: async () => [],
      measure: async (_id, revision) => ({ revision, runs: 0, succeeded: 0, meanUsd: null, meanMs: null }),
    },
  })
  rooms = { approvals, budgets, healing }
  await healing.begin()
  return Object.assign(state, { bench, approvals, budgets, healing })
}

/** A persona that may read and write files. */
export const writer = (more: object = {}) => ({
  name: 'Writer',
  body: {
    kind: 'model' as const,
    models: [{ provider: 'openai-chat', model: 'echo-1' }],
    tools: { files: 'write' as const },
    maxOutputTokens: 2000,
  },
  ...more,
})
