/** The bus and the schedules: events stored and delivered durably beside a plain node:sqlite loop of the same writes; 100,000 schedules. */
import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeLogger, Redactor } from '#core'
import { systemChance, systemClock } from '#core/node'
import { busMigrations, openBus } from '../../extensions/engine/bus/mod.ts'
import { nextDue, TimeHeap } from '../../extensions/engine/schedule/mod.ts'
import { openStore } from '../../extensions/engine/store/mod.ts'
import { type Figure, percentile } from './figures.ts'

const EVENTS = 2_000
const CLIENTS = 32
const SCHEDULES = 100_000

export async function triggerFigures(): Promise<Figure[]> {
  return [...(await busFigures()), ...scheduleFigures()]
}

async function busFigures(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'troupe-bus-bench-'))
  try {
    const peer = plainLoop(join(folder, 'peer.db'))
    const { perSecond, p99 } = await ours(join(folder, 'store'))
    return [
      {
        name: 'events stored and delivered a second, 32 senders',
        value: perSecond,
        unit: '1/s',
        peer: { name: 'node:sqlite, one loop of the same writes', value: peer },
      },
      { name: 'of one event, from emit to durable, p99', value: p99, unit: 'ms' },
    ]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function ours(folder: string): Promise<{ perSecond: number; p99: number }> {
  const log = makeLogger('bench', () => undefined)
  const store = await openStore({ folder, migrations: [...busMigrations], clock: systemClock, log })
  const delivery = { state: 'delivered', fireId: null, runId: null } as const
  const bus = await openBus({
    store,
    clock: systemClock,
    chance: systemChance,
    log,
    announce: () => undefined,
    redactor: new Redactor(),
    deliver: async () => delivery,
    causeOf: async () => undefined,
  })
  await store.write([
    bus.subscribe({
      id: 'sub',
      name: 'all',
      personaId: null,
      types: ['**'],
      filter: [],
      orderBy: 'data.client',
      source: '',
      enabled: true,
    }),
  ])
  const took: number[] = []
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let n = 0; n < EVENTS / CLIENTS; n += 1) {
        const at = performance.now()
        await bus.emit({ type: 'bench', subject: '', key: '', data: { client, n } })
        took.push(performance.now() - at)
      }
    }),
  )
  while (bus.pending > 0) await new Promise((resolve) => setImmediate(resolve))
  const perSecond = EVENTS / ((performance.now() - begun) / 1000)
  await bus.stop()
  await store.stop()
  return { perSecond, p99: percentile(took, 0.99) }
}

/** The same three writes for each event (event, delivery, outcome), two durable commits each, one after the other. */
function plainLoop(path: string): number {
  const { DatabaseSync } = createRequire(import.meta.url)('node:sqlite') as typeof import('node:sqlite')
  const db = new DatabaseSync(path)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  db.exec(busMigrations[0]?.sql ?? '')
  const event = db.prepare("INSERT INTO bus_event VALUES (?, ?, '/s', 'bench', '', 0, 0, '', ?, '', NULL, ?, 0, '', NULL)")
  const delivery = db.prepare("INSERT INTO bus_delivery VALUES (?, 'sub', 1, ?, '', 'pending', '', 0, NULL, NULL, NULL, 0, '')")
  const outcome = db.prepare("UPDATE bus_delivery SET state = 'delivered', seq = ? WHERE event_seq = ? AND subscription_id = 'sub'")
  const begun = performance.now()
  const count = EVENTS / 4
  for (let n = 1; n <= count; n += 1) {
    db.exec('BEGIN')
    event.run(n * 3, String(n), JSON.stringify({ client: 1, n }), String(n))
    delivery.run(n * 3, n * 3 + 1)
    db.exec('COMMIT')
    outcome.run(n * 3 + 2, n * 3)
  }
  const perSecond = count / ((performance.now() - begun) / 1000)
  db.close()
  return perSecond
}

function scheduleFigures(): Figure[] {
  globalThis.gc?.()
  const before = process.memoryUsage().heapUsed
  const heap = new TimeHeap()
  const start = Date.UTC(2026, 2, 2)
  const rules = Array.from({ length: 500 }, (_, n) => ({ how: 'cron' as const, expression: `${n % 60} ${n % 24} * * *` }))
  const entries = new Map<string, { readonly rule: (typeof rules)[number]; nextAt: number }>()
  for (let n = 0; n < SCHEDULES; n += 1) {
    const rule = rules[n % rules.length] as (typeof rules)[number]
    const nextAt = nextDue(rule, 'Europe/Vienna', start)?.at ?? 0
    const id = `trg_${n}`
    entries.set(id, { rule, nextAt })
    heap.set(id, nextAt)
  }
  const memoryMb = (process.memoryUsage().heapUsed - before) / 1024 / 1024
  const cpu = process.cpuUsage()
  const ticks: number[] = []
  for (let now = start; now <= start + 86_400_000; now += 30_000) {
    const begun = performance.now()
    const due = heap.takeDue(now)
    for (const id of due) {
      const entry = entries.get(id)
      if (!entry) continue
      entry.nextAt = nextDue(entry.rule, 'Europe/Vienna', now)?.at ?? 0
      heap.set(id, entry.nextAt)
    }
    if (due.length === 0) ticks.push(performance.now() - begun)
  }
  const used = process.cpuUsage(cpu)
  return [
    { name: '100,000 schedules, memory', value: memoryMb, unit: 'MB' },
    { name: '100,000 daily schedules, processor of a simulated day', value: (used.user + used.system) / 1000, unit: 'ms' },
    { name: 'a look of the clock when nothing is due, p99', value: percentile(ticks, 0.99) * 1000, unit: 'µs' },
  ]
}
