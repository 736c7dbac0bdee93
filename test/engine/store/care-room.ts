/** A store on a real folder with its care, a clock that the test moves, and a small table to lose rows of. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PrunePlan } from '#contract'
import { type AfterRestore, type Clock, type Migration, makeLogger } from '#core'
import {
  type Care,
  type CarePorts,
  openCare,
  openStore,
  type Store,
  storeAfterRestore,
  storeMigrations,
} from '../../../extensions/engine/store/mod.ts'

export const things: Migration = {
  room: 'things',
  number: 1,
  name: 'things',
  sql: 'CREATE TABLE thing (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT',
}
export const MIGRATIONS = [...storeMigrations, things]

export class HandClock implements Clock {
  #now = Date.UTC(2026, 0, 1)
  #timers = new Set<{ at: number; task: () => void }>()
  now(): number {
    return this.#now
  }
  after(delayMs: number, task: () => void): () => void {
    const timer = { at: this.#now + delayMs, task }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }
  /** Time passes, and what is due happens. */
  pass(ms: number): void {
    this.#now += ms
    for (const timer of [...this.#timers].sort((a, b) => a.at - b.at)) {
      if (timer.at > this.#now) continue
      this.#timers.delete(timer)
      timer.task()
    }
  }
  /** Somebody sets the clock: no timer runs for that. */
  set(to: number): void {
    for (const timer of this.#timers) timer.at += to - this.#now
    this.#now = to
  }
}

export interface CareBench {
  readonly folder: string
  readonly storeDir: string
  readonly clock: HandClock
  readonly store: Store
  readonly care: Care
  readonly restarts: string[]
  readonly logged: string[]
  readonly pruned: number[]
  readonly settings: { backupHours: number; backupsKept: number; runsKeptDays: number; runsKeptMb: number }
  put(id: number, text: string): Promise<void>
  all(): Promise<readonly { id: number; text: string }[]>
  close(): Promise<void>
}

const benches = new Set<CareBench>()
export async function closeCareBenches(): Promise<void> {
  for (const bench of [...benches]) await bench.close()
}

const NOTHING: PrunePlan = { runs: 0, oldestAt: null, newestAt: null, fileBytes: 0, kept: 0, keptBytes: 0, because: 'everything is kept' }

export async function openCareBench(
  options: {
    readonly folder?: string
    readonly ports?: Partial<CarePorts>
    readonly after?: readonly AfterRestore[]
    readonly migrations?: readonly Migration[]
  } = {},
): Promise<CareBench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'troupe-care-'))
  const clock = new HandClock()
  const logged: string[] = []
  const log = makeLogger('store', ({ level, message, facts }) => void logged.push(`${level}: ${message} ${JSON.stringify(facts ?? {})}`))
  const migrations = options.migrations ?? MIGRATIONS
  const storeDir = join(folder, 'store')
  const store = await openStore({
    folder: storeDir,
    migrations,
    clock: { now: Date.now, after: (ms, task) => stopOf(setTimeout(task, ms)) },
    log,
  })
  const settings = { backupHours: 24, backupsKept: 3, runsKeptDays: 0, runsKeptMb: 0 }
  const restarts: string[] = []
  const pruned: number[] = []
  const care = openCare({
    store,
    folder: storeDir,
    exportsDir: join(folder, 'exports'),
    clock,
    log,
    announce: () => undefined,
    settings: () => settings,
    migrations,
    afterRestore: [...storeAfterRestore, ...(options.after ?? [])],
    prunable: {
      plan: async () => NOTHING,
      prune: async (_keeping, now) => {
        pruned.push(now)
        return { ...NOTHING, runs: 2, fileBytes: 3_000_000, because: 'kept for 1 day' }
      },
    },
    restart: (why) => void restarts.push(why),
    ...options.ports,
  })
  const bench: CareBench = {
    folder,
    storeDir,
    clock,
    store,
    care,
    restarts,
    logged,
    pruned,
    settings,
    put: async (id, text) => {
      const sql = 'INSERT INTO thing (id, text) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET text = excluded.text'
      await store.write([{ sql, params: [id, text] }])
    },
    all: () => store.read<{ id: number; text: string }>('SELECT id, text FROM thing ORDER BY id'),
    close: async () => {
      benches.delete(bench)
      await care.stop()
      await store.stop()
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
  benches.add(bench)
  return bench
}

function stopOf(timer: NodeJS.Timeout): () => void {
  return () => clearTimeout(timer)
}

/** Time passes, six minutes at a time, until it holds: the rounds may be at work between two looks. */
export function passing({ clock }: CareBench, holds: () => Promise<boolean> | boolean): Promise<void> {
  return until(async () => {
    if (await holds()) return true
    clock.pass(6 * 60_000)
    return false
  })
}

/** Asks until it holds; the bound is generous, since the machine may be busy. */
export async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const late = Date.now() + 30_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > late) throw new Error(`Not within 30 s: ${holds}`)
}
