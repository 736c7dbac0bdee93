/** A budget room on a real store in memory, with a clock and a calendar of days of 24 hours that a test moves. */

import { makeLogger } from '#core'
import { systemChance } from '#core/node'
import { budgetMigrations } from '../../../extensions/engine/budget/migrations.ts'
import {
  type BudgetAnswer,
  type Budgets,
  type CallCost,
  type CallUse,
  openBudgets,
  type Today,
} from '../../../extensions/engine/budget/mod.ts'
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { openOn } from '../../faults/store-history.ts'
import { type SetClock, setClock } from '../../helpers/set-clock.ts'

const DAY_MS = 24 * 3_600_000

export interface BudgetStage {
  readonly room: Budgets
  readonly store: Store
  readonly disk: SimulatedDisk
  readonly clock: SetClock
  readonly resumed: string[]
  readonly told: string[]
  cost(more?: Partial<CallCost>): CallCost
  /** Reserves and settles as the run room does: what comes with the answer is written with the step. */
  reserve(more?: Partial<CallCost>): Promise<BudgetAnswer>
  settle(reservationId: string, use: CallUse): Promise<void>
  crash(): Promise<void>
  close(): Promise<void>
}

/** Months of 30 days, so that a test can count. */
export function plainCalendar(ms: number): Today {
  const day = Math.floor(ms / DAY_MS)
  const month = Math.floor(day / 30)
  const name = `2026-${String(month + 1).padStart(2, '0')}`
  return {
    day: `${name}-${String((day % 30) + 1).padStart(2, '0')}`,
    month: name,
    nextDayAt: (day + 1) * DAY_MS,
    nextMonthAt: (month + 1) * 30 * DAY_MS,
  }
}

export async function openBudgetStage(): Promise<BudgetStage> {
  const disk = new SimulatedDisk(seeded(11))
  const clock = setClock(10 * DAY_MS)
  const resumed: string[] = []
  const told: string[] = []
  const open = async () => {
    const store = await openOn(disk, [...budgetMigrations])
    const room = await openBudgets({
      store,
      clock,
      chance: systemChance,
      log: makeLogger('budget', () => undefined),
      announce: () => undefined,
      calendar: plainCalendar,
      resume: async (runId) => void resumed.push(runId),
      tell: ({ title, text }) => void told.push(`${title}: ${text}`),
    })
    return { store, room }
  }
  let now = await open()
  const cost = (more: Partial<CallCost> = {}): CallCost => {
    const runId = more.runId ?? 'run_1'
    const whose = { personaId: 'per_1', personaName: 'Ada', group: 'Research', model: 'p/m' }
    return { runId, rootId: runId, step: 1, key: `model:${more.step ?? 1}`, ...whose, worstUsd: 0.1, worstTokens: 1000, ...more }
  }
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
    cost,
    async reserve(more = {}) {
      const answer = await now.room.reserve(cost(more))
      if (answer.kind === 'go') {
        await now.store.write(answer.write)
        answer.stored()
      }
      return answer
    },
    async settle(reservationId, use) {
      const write = now.room.settle(reservationId, use)
      if (write.length > 0) await now.store.write(write)
    },
    async crash() {
      now.room.stop()
      disk.cutAfter(-1)
      await now.store.stop()
      disk.restart()
      now = await open()
    },
    async close() {
      now.room.stop()
      await now.store.stop()
    },
  }
}
