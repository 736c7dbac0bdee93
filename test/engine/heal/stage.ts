/** A healing room on a real store in memory, with a clock that a test moves. */

import { type HealthStatus, type PersonaDoc, personaDoc } from '#contract'
import { makeLogger, TroupeError } from '#core'
import { systemChance } from '#core/node'
import { healMigrations } from '../../../extensions/engine/heal/migrations.ts'
import { type AttemptEnd, type Healing, openHealing } from '../../../extensions/engine/heal/mod.ts'
import { diffDocuments } from '../../../extensions/engine/persona/mod.ts'
import type { Store } from '../../../extensions/engine/store/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'
import { openOn } from '../../faults/store-history.ts'
import { type SetClock, setClock } from '../../helpers/set-clock.ts'

export interface HealStage {
  readonly room: Healing
  readonly store: Store
  readonly clock: SetClock
  readonly disk: SimulatedDisk
  readonly resumed: {
    readonly runId: string
    readonly change: string
    readonly about: string
    readonly attempt: number
    readonly at: number
  }[]
  readonly told: string[]
  readonly revisions: PersonaDoc[]
  healWith: string
  /** What the model of a proposal answers. */
  answer: { ok: boolean; text: string }
  safe: boolean
  left: boolean
  fail(more?: Partial<Omit<AttemptEnd, 'failure'>> & { failure?: Partial<AttemptEnd['failure']> }): ReturnType<Healing['attemptEnded']>
  status(): Promise<HealthStatus>
  crash(): Promise<void>
  close(): Promise<void>
}

export async function openHealStage(): Promise<HealStage> {
  const disk = new SimulatedDisk(seeded(3))
  const clock = setClock(50 * 24 * 3_600_000)
  const first = personaDoc.parse({
    name: 'Ada',
    sections: [{ id: 's1', kind: 'instructions', text: 'Do it.' }],
    body: { kind: 'model', models: [{ provider: 'p', model: 'm' }], tools: { files: 'write' } },
  })
  const outer = { resumed: [] as HealStage['resumed'], told: [] as string[], revisions: [first], healWith: '', safe: false, left: false }
  const state = { ...outer, answer: { ok: true, text: '' } }
  const open = async () => {
    const store = await openOn(disk, [...healMigrations])
    const room = await openHealing({
      store,
      clock,
      chance: systemChance,
      log: makeLogger('heal', () => undefined),
      announce: () => undefined,
      safeMode: { on: state.safe, why: state.safe ? 'It crashed.' : '', crashes: [] },
      leaveSafeMode: () => {
        state.left = true
      },
      resume: async (runId, how) => void state.resumed.push({ runId, ...how, at: clock.now() }),
      tell: ({ title }) => void state.told.push(title),
      healWith: () => state.healWith,
      personas: {
        get: async (id) => ({ id, revision: state.revisions.length, doc: state.revisions.at(-1) as PersonaDoc }),
        nameOf: async () => 'Ada',
        async save(_id, doc, baseRevision) {
          if (baseRevision !== state.revisions.length) throw new TroupeError('CONFLICT', 'It has changed since.')
          return state.revisions.push(doc)
        },
        restore: async (_id, revision) => state.revisions.push(state.revisions[revision - 1] as PersonaDoc),
        diff: diffDocuments,
      },
      runs: {
        startDraft: async () => 'run_proposer',
        resultOf: async () => state.answer,
        failuresOf: async () => ['it broke'],
        measure: async (_id, revision) => ({ revision, runs: revision * 10, succeeded: revision * 4, meanUsd: null, meanMs: 1000 }),
      },
    })
    void room.begin()
    return { store, room }
  }
  let now = await open()
  const failure = {
    class: 'provider-down',
    message: 'boom',
    provider: 'p',
    tool: null,
    retryAfterMs: null,
    resetAt: null,
    resumable: true,
  } as const
  Object.defineProperties(state, { room: { get: () => now.room }, store: { get: () => now.store } })
  return Object.assign(state, {
    disk,
    clock,
    fail: (more: Parameters<HealStage['fail']>[0] = {}) =>
      now.room.attemptEnded({
        runId: 'run_1',
        personaId: 'per_1',
        personaName: 'Ada',
        progress: 0,
        hasNextModel: false,
        ...more,
        failure: { ...failure, ...more.failure },
      }),
    status: () => now.room.status(),
    async crash() {
      await now.room.stop()
      disk.cutAfter(-1)
      await now.store.stop()
      disk.restart()
      now = await open()
      await clock.pass(0)
    },
    async close() {
      await now.room.stop()
      await now.store.stop()
    },
  }) as unknown as HealStage
}
