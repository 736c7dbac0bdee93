/**
 * What a journaled step costs: asked for in a run thread, let through by the gate, durable before it begins and again when it has ended (two commits),
 * with nothing done in between. Beside it, in turns, one plain transaction of node:sqlite with synchronous=FULL, on the same disk. And what 10,000 runs
 * that wait cost a start of the engine.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { RunRow } from '#contract'
import { insertRun } from '../../extensions/engine/run/rows.ts'
import { type Bench, openBench } from '../engine/run/bench.ts'
import { startTestEngine } from '../helpers/engine.ts'
import { type Figure, median, percentile } from './figures.ts'

const THREAD = new URL('../fixtures/programs/run-thread-with-test-body.ts', import.meta.url)
const ROUNDS = 5
const STEPS = 200
const AT_ONCE = 16
const PARKED = 10_000
const MODEL = {
  provider: 'test',
  kind: 'openai',
  api: null,
  baseUrl: null,
  apiKey: null,
  model: 'body',
  contextTokens: null,
  price: null,
} as const

export async function runJournalFigures(): Promise<Figure[]> {
  const settings = { maxRuns: AT_ONCE, maxQueued: 100, runThreads: 2 }
  const bench = await openBench({ threadUrl: THREAD, models: [MODEL], settings })
  try {
    const persona = bench.persona({
      name: 'bench',
      body: { kind: 'model', models: [{ provider: 'test', model: 'body' }] },
      limits: { concurrency: 64 },
    })
    await steps(bench, persona, STEPS)
    const ours: number[] = []
    const peer: number[] = []
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      peer.push(...plain(bench.folder, STEPS))
      ours.push(...(await steps(bench, persona, STEPS)))
      const begun = performance.now()
      await Promise.all(Array.from({ length: AT_ONCE }, () => steps(bench, persona, STEPS)))
      rates.push((AT_ONCE * STEPS) / ((performance.now() - begun) / 1000))
    }
    const sqlite = 'node:sqlite, one transaction, FULL'
    return [
      { name: 'one journaled step, p50', value: median(ours), unit: 'µs', peer: { name: sqlite, value: median(peer) } },
      { name: 'one journaled step, p95', value: percentile(ours, 0.95), unit: 'µs', peer: { name: sqlite, value: percentile(peer, 0.95) } },
      { name: 'one journaled step (two commits) to one plain transaction', value: median(ours) / median(peer), unit: '×' },
      { name: `journaled steps a second, ${AT_ONCE} runs at once`, value: median(rates), unit: '/s' },
    ]
  } finally {
    await bench.close()
  }
}

async function steps(bench: Bench, persona: string, count: number): Promise<number[]> {
  const { id } = await bench.start(persona, { input: `journal ${count}` })
  await bench.ended(id)
  return (await bench.runs.get(id)).result.split(' ').map(Number)
}

/** Microseconds of one row's transaction each. */
function plain(folder: string, count: number): number[] {
  const database = new DatabaseSync(join(folder, 'plain.db'))
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE IF NOT EXISTS step (n INTEGER PRIMARY KEY, text TEXT)',
    )
    const insert = database.prepare('INSERT INTO step (text) VALUES (?)')
    const text = 'x'.repeat(400)
    return Array.from({ length: count }, () => {
      const begun = performance.now()
      insert.run(text)
      return Math.round((performance.now() - begun) * 1000)
    })
  } finally {
    database.close()
  }
}

/** Starts of the engine with nothing, and with 10,000 runs that wait; in turns. */
export async function parkedFigures(): Promise<Figure[]> {
  const empty = await mkdtemp(join(tmpdir(), 'troupe-bench-empty-'))
  const full = await mkdtemp(join(tmpdir(), 'troupe-bench-parked-'))
  const none: number[] = []
  const many: number[] = []
  const mb = { none: [] as number[], many: [] as number[] }
  try {
    for (const data of [empty, full]) await (await startTestEngine({ data })).stop({ keep: true })
    await fill(full)
    for (let round = 0; round < 3; round++) {
      for (const [data, took, memory] of [
        [empty, none, mb.none],
        [full, many, mb.many],
      ] as const) {
        const engine = await startTestEngine({ data })
        took.push(engine.listeningMs)
        // At rest: what a start has used is given back by then.
        await new Promise((resolve) => setTimeout(resolve, 15_000))
        memory.push(privateDirtyMb(engine.child.pid ?? 0))
        await engine.stop({ keep: true })
      }
    }
    return [
      {
        name: '10,000 parked runs, engine start to listening',
        value: median(many),
        unit: 'ms',
        peer: { name: 'an empty engine', value: median(none) },
      },
      { name: '10,000 parked runs, private memory more than an empty engine', value: median(mb.many) - median(mb.none), unit: 'MB' },
    ]
  } finally {
    for (const data of [empty, full]) await rm(data, { recursive: true, force: true, maxRetries: 3 })
  }
}

function privateDirtyMb(pid: number): number {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Private_Dirty:\s+(\d+)/m.exec(text)?.[1] ?? 0) / 1024
}

/** Through the store itself, on the engine's own folder. */
async function fill(data: string): Promise<void> {
  const [{ openStore }, { makeLogger }, { systemClock, findPlaces }, { everyMigration }] = await Promise.all([
    import('../../extensions/engine/store/mod.ts'),
    import('#core'),
    import('#core/node'),
    import('../../extensions/engine/doors.ts'),
  ])
  const store = await openStore({
    folder: findPlaces({ data, env: process.env }).storeDir,
    migrations: everyMigration(),
    clock: systemClock,
    log: makeLogger('bench', () => undefined),
  })
  for (let at = 0; at < PARKED; at += 500) {
    await store.write(Array.from({ length: 500 }, (_, n) => insertRun(parked(at + n), 4)))
  }
  await store.stop()
}

function parked(n: number): RunRow {
  return {
    id: `run_${String(n).padStart(16, '0')}`,
    personaId: 'persona_bench',
    personaName: 'Bench',
    personaIcon: 'bot',
    personaColour: 'slate',
    bodyKind: 'model',
    revision: 1,
    state: 'parked',
    reason: { code: 'approval', message: 'http_request wants to send a message to a customer; it waits for your yes.' },
    priority: 'normal',
    againOf: null,
    origin: 'start',
    originStep: null,
    attempt: 1,
    wakeAt: null,
    queuedAt: 1_000_000 + n,
    startedAt: 1_000_000 + n,
    endedAt: null,
    exitCode: null,
    model: null,
    usage: null,
    costUsd: 0.01,
    costKnown: true,
    inputPreview: `Write to customer ${n}, who has not paid since spring.`,
    resultPreview: '',
    lastSeq: 12,
    cutBytes: 0,
  }
}
