/** Triggers, the bus and the schedules on a real store, with a clock that is moved by hand and runs that end when the test says so. */
import { onTestFinished } from 'vitest'
import { type FireRow, type TriggerDocInput, triggerDoc } from '#contract'
import type { RunState } from '#contract/plain'
import { type Chance, type Clock, makeLogger, Redactor, TroupeError } from '#core'
import { type BusPorts, busMigrations, openBus } from '../../../extensions/engine/bus/mod.ts'
import * as schedule from '../../../extensions/engine/schedule/mod.ts'
import { openStoreHere, type Store } from '../../../extensions/engine/store/mod.ts'
import { makeTriggers, type TriggerPorts, type Triggers, triggerMigrations } from '../../../extensions/engine/trigger/mod.ts'
import { SimulatedDisk, seeded } from '../../faults/store-disk.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR
export const START = Date.parse('2026-03-02T06:00:00Z')

export class HandClock implements Clock {
  #now: number
  #timers: { readonly id: number; readonly at: number; readonly task: () => void }[] = []
  #ids = 0
  constructor(now = START) {
    this.#now = now
  }
  now(): number {
    return this.#now
  }
  after(delayMs: number, task: () => void): () => void {
    this.#ids += 1
    const timer = { id: this.#ids, at: this.#now + delayMs, task }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter(({ id }) => id !== timer.id)
    }
  }
  get next(): number {
    return Math.min(...this.#timers.map(({ at }) => at))
  }
  /** Lets time pass as it does on a machine that is awake: every timer at its moment. */
  async run(ms: number, settle: () => Promise<unknown>): Promise<void> {
    const end = this.#now + ms
    for (;;) {
      await settle()
      const [first] = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at || a.id - b.id)
      if (!first) break
      this.#now = Math.max(this.#now, first.at)
      this.#timers = this.#timers.filter(({ id }) => id !== first.id)
      first.task()
    }
    this.#now = end
    await settle()
  }
  /** The machine was suspended, or somebody set its clock: timers stand where they stood. */
  jump(ms: number): void {
    this.#now += ms
    // What was to come in so long still comes in so long of waking time.
    this.#timers = this.#timers.map((timer) => ({ ...timer, at: timer.at + ms }))
  }
}

export function countedChance(seed = 1): Chance {
  const random = seeded(seed)
  return { bytes: (count) => Uint8Array.from({ length: count }, () => random(256)) }
}

export interface StartedRun {
  readonly id: string
  readonly personaId: string
  readonly input: string
  readonly params: Readonly<Record<string, string>>
  readonly priority: string
  readonly at: number
  state: RunState
}

export interface Stage {
  readonly clock: HandClock
  readonly store: Store
  readonly triggers: Triggers
  readonly bus: Awaited<ReturnType<typeof openBus>>
  readonly runs: StartedRun[]
  readonly told: string[]
  /** What run.start answers next; undefined: it starts. */
  refuse: TroupeError | undefined
  readonly zone: { now: string }
  add(doc: Partial<TriggerDocInput> & Pick<TriggerDocInput, 'when'>): Promise<string>
  pass(ms: number): Promise<void>
  settle(): Promise<void>
  end(run: StartedRun | undefined, state?: RunState, result?: string): Promise<void>
  fires(triggerId?: string): Promise<FireRow[]>
  /** Ends this engine without a word (its memory is lost), and opens another on the same store. */
  crash(): Promise<Stage>
}

export interface StageOptions {
  readonly clock?: HandClock
  readonly store?: Store
  readonly runs?: StartedRun[]
  readonly seed?: number
  readonly zone?: { now: string }
  readonly watchers?: TriggerPorts['watchers']
  readonly faultPoint?: TriggerPorts['faultPoint']
  readonly busFault?: BusPorts['faultPoint']
  readonly redactor?: BusPorts['redactor']
  /** Runs end by themselves as soon as they are started. */
  readonly instant?: boolean
}

export async function openTheStore(): Promise<Store> {
  return openStoreHere({
    path: '/simulated',
    disk: new SimulatedDisk(seeded(1)),
    migrations: [...triggerMigrations, ...busMigrations],
    clock: new HandClock(),
    log: makeLogger('store', () => undefined),
  })
}

export async function openStage(options: StageOptions = {}): Promise<Stage> {
  const clock = options.clock ?? new HandClock()
  const whole = options.store ?? (await openTheStore())
  let dead = false
  const alive = <Answer>(work: () => Promise<Answer>): Promise<Answer> =>
    dead ? Promise.reject(new TroupeError('STOPPING', 'This engine is dead.')) : work()
  // What a dead engine still has in hand never reaches the store.
  const store: Store = {
    ...whole,
    read: (...ask) => alive(() => whole.read(...ask)),
    write: (...ask) => alive(() => whole.write(...ask)),
    batch: (...ask) => alive(() => whole.batch(...ask)),
  }
  const log = makeLogger('test', ({ level, message, ...facts }) => {
    if (level === 'error' && !dead) console.error(message, facts)
  })
  const runs = options.runs ?? []
  const told: string[] = []
  const zone = options.zone ?? { now: 'Europe/Vienna' }
  const ground = { store, clock, chance: countedChance(options.seed ?? 7), log, announce: () => undefined }
  const bus: Stage['bus'] = await openBus({
    ...ground,
    redactor: options.redactor ?? new Redactor(),
    deliver: (id, delivered) => triggers.deliver(id, delivered),
    causeOf: (id) => triggers.causeOf(id),
    ...(options.busFault && { faultPoint: options.busFault }),
  })
  const ends: Promise<unknown>[] = []
  const triggers: Triggers = await makeTriggers({
    ...ground,
    schedule,
    bus,
    runs: {
      async start(ask) {
        if (stage.refuse) throw stage.refuse
        if (runs.some(({ id }) => id === ask.id)) throw new TroupeError('CONFLICT', 'The run is there already.')
        const run: StartedRun = { ...ask, at: clock.now(), state: 'running' }
        runs.push(run)
        if (options.instant) ends.push(Promise.resolve().then(() => stage.end(run)))
      },
      stateOf: async (id) => {
        const run = runs.find((one) => one.id === id)
        return run && { state: run.state, costUsd: 0, endedAt: null }
      },
      cancel: async (id) => {
        const run = runs.find((one) => one.id === id)
        if (run) await stage.end(run, 'cancelled')
      },
      endedSince: async () => [],
      history: async () => ({ durationMs: 10 * MINUTE, costUsd: 0.5, concurrency: 2 }),
    },
    personaName: async (id) => (id === 'gone' ? undefined : `Persona ${id}`),
    machineZone: () => zone.now,
    watchers: options.watchers ?? {},
    tell: ({ title }) => void told.push(title),
    webhookPort: () => null,
    webhooks: { made: () => [], gone: () => [] },
    ...(options.faultPoint && { faultPoint: options.faultPoint }),
  })
  const stage: Stage = {
    clock,
    store,
    triggers,
    bus,
    runs,
    told,
    refuse: undefined,
    zone,
    async add(doc) {
      const whole = triggerDoc.parse({ name: 'A trigger', personaId: 'per_a', stopAfterFailures: 0, ...doc })
      return (await triggers.create(whole)).id
    },
    async settle() {
      for (let quiet = 0; quiet < 3; ) {
        const before = runs.length + bus.pending
        await new Promise((resolve) => setImmediate(resolve))
        await triggers.settled()
        while (ends.length > 0) await ends.shift()
        quiet = before === runs.length + bus.pending ? quiet + 1 : 0
      }
    },
    pass: (ms) => clock.run(ms, stage.settle),
    async end(run, state = 'succeeded', result = '') {
      if (!run) throw new Error('no such run was started')
      run.state = state
      await triggers.runEnded({
        id: run.id,
        personaId: run.personaId,
        personaName: run.personaId,
        state,
        reason: '',
        result,
        durationMs: 1,
        costUsd: 0,
      })
    },
    fires: async (triggerId) => (await triggers.fires({ triggerId, limit: 500 })).reverse(),
    async crash() {
      dead = true
      return openStage({ ...options, clock: new HandClock(clock.now()), store: whole, runs, zone, seed: (options.seed ?? 7) + 1 })
    },
  }
  onTestFinished(async () => {
    if (!dead) await triggers.stop().catch(() => undefined)
  })
  await triggers.open()
  await bus.start()
  return stage
}

export const cron = (expression: string) => ({ kind: 'schedule' as const, rule: { how: 'cron' as const, expression } })
export const every = (everyMs: number) => ({ kind: 'schedule' as const, rule: { how: 'interval' as const, everyMs } })
