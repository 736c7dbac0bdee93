import { afterEach, describe, expect, it } from 'vitest'
import type { RunRow } from '#contract'
import { insertRun } from '../../../extensions/engine/run/rows.ts'
import { type Bench, closeBenches, command, openBench } from './bench.ts'

afterEach(closeBenches)

const DAY = 24 * 3_600_000

function row(n: number, more: Partial<RunRow> = {}): RunRow {
  return {
    id: `run_${String(n).padStart(16, '0')}`,
    personaId: `p${n % 3}`,
    personaName: `Persona ${n % 3}`,
    personaIcon: 'bot',
    personaColour: 'slate',
    bodyKind: 'model',
    revision: 1,
    state: 'succeeded',
    reason: { code: 'done', message: 'Done.' },
    priority: 'normal',
    againOf: null,
    origin: 'start',
    originStep: null,
    attempt: 1,
    wakeAt: null,
    queuedAt: 1_000_000 + n,
    startedAt: 1_000_000 + n,
    endedAt: 1_000_000 + n + 5,
    exitCode: null,
    model: null,
    usage: null,
    costUsd: 0.25,
    costKnown: true,
    inputPreview: `input ${n}`,
    resultPreview: '',
    lastSeq: 3,
    cutBytes: 0,
    ...more,
  }
}
const fill = (bench: Bench, rows: readonly RunRow[]) => bench.store.write(rows.map((one) => insertRun(one, 4)))
const ids = (rows: readonly RunRow[]): number[] => rows.map(({ id }) => Number(id.slice(4)))

describe('lists', () => {
  it('[RUN60] pages do not shift while runs are added; totals are counted; newest first', async () => {
    const bench = await openBench()
    await fill(
      bench,
      Array.from({ length: 25 }, (_, n) => row(n)),
    )
    const first = await bench.runs.list({ filter: {}, offset: 0, limit: 10 })
    expect(ids(first.rows)).toEqual([24, 23, 22, 21, 20, 19, 18, 17, 16, 15])
    await bench.start(bench.persona(command('say.mjs')))
    // The clock of the bench is now: later than all of these, and than asOf or equal; the row is left out by its time.
    const second = await bench.runs.list({ filter: {}, asOf: 1_000_000 + 24, offset: 10, limit: 10 })
    expect(ids(second.rows)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6, 5])
    expect([first.total, second.total]).toEqual([25, 25])
  })

  it('[RUN60] filters: persona, states, time, cost, text with its signs taken as they are', async () => {
    const bench = await openBench()
    await fill(bench, [
      row(0, { inputPreview: '100% sure' }),
      row(1, { inputPreview: '1000 sure', state: 'failed', reason: { code: 'exit-code', message: 'It broke_off.' } }),
      row(2, { resultPreview: 'a \\ slash', costUsd: 2 }),
      row(3, { costUsd: null, costKnown: false, inputPreview: 'ÜBER' }),
    ])
    const found = async (filter: Parameters<Bench['runs']['list']>[0]['filter']) => {
      const { rows, total } = await bench.runs.list({ filter, offset: 0, limit: 10 })
      expect(total).toBe(rows.length)
      return ids(rows)
    }
    expect(await found({ text: '100%' })).toEqual([0])
    expect(await found({ text: '%' })).toEqual([0])
    expect(await found({ text: 'broke_o' })).toEqual([1])
    expect(await found({ text: 'broke o' })).toEqual([1])
    expect(await found({ text: 'broke.o' })).toEqual([])
    expect(await found({ text: 'roke' })).toEqual([])
    expect(await found({ text: 'uber' })).toEqual([3])
    expect(await found({ text: 'sure 100%' })).toEqual([0])
    expect(await found({ text: '\\' })).toEqual([2])
    // Both words, each where it will: the first run says 100.
    expect(await found({ text: 'PERSONA 1' })).toEqual([1, 0])
    expect(await found({ text: 'persona 1000' })).toEqual([1])
    expect(await found({ text: row(2).id })).toEqual([2])
    expect(await found({ text: `${row(2).id.slice(0, 12)}` })).toEqual([3, 2, 1, 0])
    expect(await found({ personaId: 'p0' })).toEqual([3, 0])
    expect(await found({ states: ['failed', 'cancelled'] })).toEqual([1])
    expect(await found({ minCostUsd: 1 })).toEqual([2])
    expect(await found({ minCostUsd: 0 })).toEqual([2, 1, 0])
    expect(await found({ from: 1_000_001, to: 1_000_003 })).toEqual([2, 1])
    expect(await found({ personaId: 'p0', states: ['succeeded'], text: 'sure' })).toEqual([0])
  })

  it.each(['Needle', '→', '針'])('[RUN60] a text (%s) is found page by page, without a gap or a double', async (text) => {
    const bench = await openBench()
    const rows = Array.from({ length: 45_000 }, (_, n) => row(n, n % 9000 === 0 ? { inputPreview: 'a needle → 長い針' } : {}))
    for (let at = 0; at < rows.length; at += 1000) await fill(bench, rows.slice(at, at + 1000))
    const found: number[] = []
    for (const offset of [0, 2, 4, 6]) {
      const page = await bench.runs.list({ filter: { text }, offset, limit: 2 })
      expect(page.total).toBe(5)
      found.push(...ids(page.rows))
    }
    expect(found).toEqual([36_000, 27_000, 18_000, 9_000, 0])
  })

  it('[RUN65] the words follow the row: what it said before is not found, nor what was removed', async () => {
    const bench = await openBench()
    await fill(bench, [row(0, { resultPreview: 'before' }), row(1, { resultPreview: 'before' })])
    const found = async (text: string) => ids((await bench.runs.list({ filter: { text }, offset: 0, limit: 10 })).rows)
    await bench.store.write([{ sql: `UPDATE run SET result_preview = 'afterwards' WHERE id = ?`, params: [row(0).id] }])
    expect([await found('before'), await found('after')]).toEqual([[1], [0]])
    await bench.store.write([{ sql: 'DELETE FROM run WHERE id = ?', params: [row(1).id] }])
    expect(await found('before')).toEqual([])
    await bench.store.write([{ sql: `INSERT INTO run_text (run_text) VALUES ('integrity-check')` }])
  })

  it('[RUN63] strips: the newest twenty of each persona, all counted, 30 days of cost, unknown ones apart', async () => {
    const now = Date.now()
    const bench = await openBench()
    await fill(bench, [
      ...Array.from({ length: 30 }, (_, n) => row(n, { personaId: 'a', queuedAt: now - 1000 + n, startedAt: now, endedAt: now + n })),
      row(30, { personaId: 'b', queuedAt: now - 31 * DAY, costUsd: 9 }),
      row(31, { personaId: 'b', queuedAt: now - DAY, costUsd: null, costKnown: false }),
      row(32, { personaId: 'b', queuedAt: now - DAY, costUsd: 1.5 }),
      row(33, { personaId: 'b', queuedAt: now, costUsd: null, costKnown: false, state: 'running', reason: null, endedAt: null }),
    ])
    const strips = await bench.runs.strips()
    const [a, b] = ['a', 'b'].map((id) => strips.find((strip) => strip.personaId === id))
    expect(a).toMatchObject({ runs: 30, spentUsd: 7.5, unknownCosts: 0 })
    expect(a?.last.map(({ id }) => Number(id.slice(4)))).toEqual(Array.from({ length: 20 }, (_, n) => 29 - n))
    expect(a?.last[0]?.durationMs).toBe(29)
    expect(b).toMatchObject({ runs: 4, spentUsd: 1.5, unknownCosts: 1 })
    expect(b?.last[0]).toMatchObject({ state: 'running', durationMs: null })
  })

  it('[RUN60] the order and the first twenty are read from an index, never by sorting all rows', async () => {
    const bench = await openBench()
    const plan = async (sql: string) =>
      (await bench.store.read<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`)).map(({ detail }) => detail).join('\n')
    const page = await plan('SELECT num FROM run WHERE queued_at <= 5 ORDER BY queued_at DESC, num DESC LIMIT 10 OFFSET 5')
    expect(page).toContain('USING COVERING INDEX run_by_time')
    expect(page).not.toContain('TEMP B-TREE')
    const words = await plan(`SELECT num FROM run WHERE num IN (SELECT docid FROM run_text WHERE run_text MATCH 'x*')`)
    expect(words).toContain('SCAN run_text VIRTUAL TABLE INDEX')
    expect(words).toContain('SEARCH run USING INTEGER PRIMARY KEY')
    const byId = await plan(`SELECT num FROM run WHERE queued_at <= 5 AND id >= 'run_a' AND id < 'run_a~'`)
    expect(byId).toContain('SEARCH run USING INDEX sqlite_autoindex_run_1')
    const strip = await plan(`SELECT num FROM run WHERE persona_id = 'a' ORDER BY queued_at DESC, ended_at DESC LIMIT 20`)
    expect(strip).toContain('COVERING INDEX run_by_persona')
    expect(strip).not.toContain('TEMP B-TREE')
  })
})
