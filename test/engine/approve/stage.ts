/** An approval room on a real store in memory, with a clock that a test sets and a note of what was asked of the outside. */

import { makeLogger, newId } from '#core'
import { systemChance } from '#core/node'
import { approveMigrations } from '../../../extensions/engine/approve/migrations.ts'
import {
  type ApprovalFallback,
  type Approvals,
  type CallAsk,
  type InboxSource,
  openApprovals,
} from '../../../extensions/engine/approve/mod.ts'
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { openOn } from '../../faults/store-history.ts'
import { type SetClock, setClock } from '../../helpers/set-clock.ts'

export interface ApprovalStage {
  readonly room: Approvals
  readonly store: Store
  readonly disk: SimulatedDisk
  readonly clock: SetClock
  readonly resumed: string[]
  readonly told: string[]
  fallback: ApprovalFallback
  /** A fresh run's place, unless told otherwise. */
  call(more?: Partial<CallAsk>): CallAsk
  /** Cuts the power, and opens everything again. */
  crash(): Promise<void>
  close(): Promise<void>
}

export async function openApprovalStage(sources: readonly InboxSource[] = []): Promise<ApprovalStage> {
  const disk = new SimulatedDisk(seeded(7))
  const clock = setClock(1_000_000)
  const resumed: string[] = []
  const told: string[] = []
  const state = { fallback: 'ask' as ApprovalFallback }
  const open = async () => {
    const store = await openOn(disk, [...approveMigrations])
    const room = await openApprovals({
      store,
      clock,
      chance: systemChance,
      log: makeLogger('approve', () => undefined),
      announce: () => undefined,
      fallback: () => state.fallback,
      resume: async (runId) => void resumed.push(runId),
      needsPerson: ({ text }) => void told.push(text),
      sources,
    })
    return { store, room }
  }
  let now = await open()
  return {
    get room() {
      return now.room
    },
    get store() {
      return now.store
    },
    disk,
    clock,
    resumed,
    told,
    get fallback() {
      return state.fallback
    },
    set fallback(value) {
      state.fallback = value
    },
    call(more = {}) {
      const runId = more.runId ?? newId(systemChance, 'run')
      const place = { runId, sessionId: runId, personaId: 'per_1', teamId: null }
      const step = more.step ?? 1
      const args = { path: 'a.txt', content: 'x' }
      return { ...place, step, key: `tool:${step}`, personaName: 'Ada', tool: 'file_write', args, safety: 'unsafe', ...more }
    },
    async crash() {
      disk.cutAfter(-1)
      await now.store.stop()
      disk.restart()
      now = await open()
    },
    close: () => now.store.stop(),
  }
}
