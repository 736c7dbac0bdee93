/** Lists over all runs. Bounded pages, counted totals; the order and each filter but the text one are served by an index. */
import type { RunFilter, RunRow, RunStrip } from '#contract'
import { LIMITS } from '#contract/plain'
import type { RunStore, SqlValue } from './ports.ts'
import { NO_PERSONA, RUN_COLUMNS, type RunRecord, runOf } from './rows.ts'

/** Rows that a text is looked for in at once: less than 100 ms of the store's thread. */
const SLICE_ROWS = 20_000

export interface ListAsk {
  readonly filter: RunFilter
  /** Milliseconds since 1970. */
  readonly asOf: number
  readonly offset: number
  readonly limit: number
}

interface Condition {
  readonly sql: string
  readonly params: readonly SqlValue[]
}

interface Page {
  readonly rows: readonly RunRow[]
  readonly total: number
}

export function listRuns(store: RunStore, ask: ListAsk): Promise<Page> {
  return ask.filter.text?.trim() ? searchRuns(store, ask) : pageOf(store, conditionOf(ask), ask.offset, ask.limit)
}

async function pageOf(store: RunStore, where: Condition, offset: number, limit: number): Promise<Page> {
  const [rows, total] = await Promise.all([rowsOf(store, where, offset, limit), countOf(store, where)])
  return { rows, total }
}

/**
 * Text can only be found by looking at every row (about 4 µs each): done in slices from the newest on, so that between two of them
 * the store's thread serves the others. Rows are in the order of their numbers, which is the order of their times.
 */
async function searchRuns(store: RunStore, ask: ListAsk): Promise<Page> {
  const where = conditionOf(ask)
  const [newest] = await store.read<{ num: number | null }>('SELECT max(num) AS num FROM run')
  const rows: RunRow[] = []
  let total = 0
  for (let high = newest?.num ?? 0; high > 0; high -= SLICE_ROWS) {
    const slice = { sql: `num > ? AND num <= ? AND ${where.sql}`, params: [high - SLICE_ROWS, high, ...where.params] }
    const count = await countOf(store, slice)
    const skip = ask.offset + rows.length - total
    if (count > skip && rows.length < ask.limit) rows.push(...(await rowsOf(store, slice, Math.max(0, skip), ask.limit - rows.length)))
    total += count
  }
  return { rows, total }
}

async function rowsOf(store: RunStore, where: Condition, offset: number, limit: number): Promise<RunRow[]> {
  // The inner select walks an index only (but for texts and costs); the rows themselves are read for one page.
  const sql = `SELECT ${RUN_COLUMNS} FROM run WHERE num IN
    (SELECT num FROM run WHERE ${where.sql} ORDER BY queued_at DESC, num DESC LIMIT ? OFFSET ?) ORDER BY queued_at DESC, num DESC`
  return (await store.read<RunRecord>(sql, [...where.params, Math.min(limit, LIMITS.pageRows), offset])).map(runOf)
}

async function countOf(store: RunStore, where: Condition): Promise<number> {
  return (await store.read<{ total: number }>(`SELECT count(*) AS total FROM run WHERE ${where.sql}`, where.params))[0]?.total ?? 0
}

/** When the newest run of all was queued; 0 when there is none. */
export async function lastQueuedAt(store: RunStore): Promise<number> {
  return (await store.read<{ at: number | null }>('SELECT max(queued_at) AS at FROM run'))[0]?.at ?? 0
}

export async function findRun(store: RunStore, id: string): Promise<RunRecord | undefined> {
  return (await store.read<RunRecord>(`SELECT ${RUN_COLUMNS} FROM run WHERE id = ?`, [id]))[0]
}

const STRIP_RUNS = 20
const SPEND_MS = 30 * 24 * 3_600_000
/** Personas and twenty runs of each: far above what a list can show, and a bound all the same. */
const STRIP_ROWS = 200_000

interface StripRun {
  readonly persona_id: string
  readonly id: string
  readonly state: RunRow['state']
  readonly queued_at: number
  readonly started_at: number | null
  readonly ended_at: number | null
}

interface StripSum {
  readonly persona_id: string
  readonly runs: number
  readonly spent: number | null
  readonly unknown: number
}

/** For each persona: its newest runs, how many there are, and what the last 30 days cost. */
export async function runStrips(store: RunStore, now: number): Promise<readonly RunStrip[]> {
  const since = now - SPEND_MS
  const [newest, sums] = await Promise.all([
    // Steps from persona to persona along the index (a loose scan), and takes twenty entries of each: no row but those is read.
    store.read<StripRun>(
      `WITH RECURSIVE persona(id) AS (
         SELECT min(persona_id) FROM run WHERE persona_id > ?
         UNION ALL
         SELECT (SELECT min(persona_id) FROM run WHERE persona_id > persona.id) FROM persona WHERE persona.id IS NOT NULL
       )
       SELECT run.persona_id, run.id, run.state, run.queued_at, run.started_at, run.ended_at
       FROM persona JOIN run ON run.num IN
         (SELECT num FROM run WHERE persona_id = persona.id ORDER BY queued_at DESC, ended_at DESC LIMIT ${STRIP_RUNS})
       WHERE persona.id IS NOT NULL
       ORDER BY run.persona_id, run.queued_at DESC, run.num DESC`,
      [NO_PERSONA],
      { maxRows: STRIP_ROWS },
    ),
    store.read<StripSum>(
      `SELECT persona_id, count(*) AS runs,
         sum(CASE WHEN queued_at >= ? AND cost_known = 1 THEN cost_usd END) AS spent,
         sum(CASE WHEN queued_at >= ? AND cost_known = 0 AND ended_at IS NOT NULL THEN 1 ELSE 0 END) AS unknown
       FROM run WHERE persona_id > ? GROUP BY persona_id`,
      [since, since, NO_PERSONA],
      { maxRows: STRIP_ROWS },
    ),
  ])
  const last = Map.groupBy(newest, (run) => run.persona_id)
  return sums.map((sum) => ({
    personaId: sum.persona_id,
    last: (last.get(sum.persona_id) ?? []).map((run) => ({
      id: run.id,
      state: run.state,
      queuedAt: run.queued_at,
      durationMs: run.started_at === null || run.ended_at === null ? null : run.ended_at - run.started_at,
    })),
    runs: sum.runs,
    spentUsd: sum.spent ?? 0,
    unknownCosts: sum.unknown,
  }))
}

export interface PersonaActivity {
  readonly runs: number
  readonly running: number
  readonly queued: number
}

export async function personaActivity(store: RunStore, personaId: string): Promise<PersonaActivity> {
  const [row] = await store.read<{ runs: number; open: number; queued: number }>(
    `SELECT count(*) AS runs, sum(ended_at IS NULL AND state <> 'queued') AS open, sum(state = 'queued') AS queued
     FROM run WHERE persona_id = ?`,
    [personaId],
  )
  return { runs: row?.runs ?? 0, running: row?.open ?? 0, queued: row?.queued ?? 0 }
}

function conditionOf({ filter, asOf }: ListAsk): Condition {
  const parts: string[] = ['queued_at <= ?']
  const params: SqlValue[] = [filter.to === undefined ? asOf : Math.min(asOf, filter.to - 1)]
  const add = (sql: string, ...values: readonly SqlValue[]): void => {
    parts.push(sql)
    params.push(...values)
  }
  if (filter.from !== undefined) add('queued_at >= ?', filter.from)
  if (filter.personaId !== undefined) add('persona_id = ?', filter.personaId ?? NO_PERSONA)
  if (filter.states && filter.states.length > 0) add(`state IN (${filter.states.map(() => '?').join(', ')})`, ...filter.states)
  if (filter.minCostUsd !== undefined) add('cost_known = 1 AND cost_usd >= ?', filter.minCostUsd)
  const text = filter.text?.trim()
  if (text) {
    const like = `%${text.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
    const columns = ['persona_name', 'input_preview', 'result_preview', 'reason_message', 'id']
    add(`(${columns.map((column) => `${column} LIKE ? ESCAPE '\\'`).join(' OR ')})`, ...columns.map(() => like))
  }
  return { sql: parts.join(' AND '), params }
}
