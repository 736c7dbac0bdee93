/** Lists over all runs. Bounded pages, counted totals; the order and each filter are served by an index (but see search.ts). */
import { type RunFilter, type RunRow, type RunStrip, runRow } from '#contract'
import { LIMITS, type RunReasonCode } from '#contract/plain'
import { integer, oneOf, orNull, readRow, readRows, real, text } from '#core'
import type { RunStore, SqlValue } from './ports.ts'
import { NO_PERSONA, RUN, RUN_COLUMNS, type RunRecord, runOf } from './rows.ts'
import { type Condition, textCondition } from './search.ts'

/** Rows that a text is looked for in at once: less than 100 ms of the store's thread. */
const SLICE_ROWS = 20_000

/** More than any queue holds. */
const PARKED_ROWS = 200_000

export interface ListAsk {
  readonly filter: RunFilter
  /** Milliseconds since 1970. */
  readonly asOf: number
  readonly offset: number
  readonly limit: number
}

interface Page {
  readonly rows: readonly RunRow[]
  readonly total: number
}

export function listRuns(store: RunStore, ask: ListAsk): Promise<Page> {
  const wanted = ask.filter.text?.trim()
  const found = wanted ? textCondition(wanted) : undefined
  const where = conditionOf(ask, found)
  return found?.indexed === false ? searchRuns(store, ask, where) : pageOf(store, where, ask.offset, ask.limit)
}

async function pageOf(store: RunStore, where: Condition, offset: number, limit: number): Promise<Page> {
  const [rows, total] = await Promise.all([rowsOf(store, where, offset, limit), countOf(store, where)])
  return { rows, total }
}

/**
 * What no index answers is found by looking at every row (about 4 µs each): done in slices from the newest on, so that between two of
 * them the store's thread serves the others. Rows are in the order of their numbers, which is the order of their times.
 */
async function searchRuns(store: RunStore, ask: ListAsk, where: Condition): Promise<Page> {
  const newest = await readRow(store, { num: orNull(integer) }, 'SELECT max(num) AS num FROM run')
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
  return (await readRows(store, RUN, sql, [...where.params, Math.min(limit, LIMITS.pageRows), offset])).map(runOf)
}

async function countOf(store: RunStore, where: Condition): Promise<number> {
  return (await readRow(store, { total: integer }, `SELECT count(*) AS total FROM run WHERE ${where.sql}`, where.params))?.total ?? 0
}

/** When the newest run of all was queued; 0 when there is none. */
export async function lastQueuedAt(store: RunStore): Promise<number> {
  return (await readRow(store, { at: orNull(integer) }, 'SELECT max(queued_at) AS at FROM run'))?.at ?? 0
}

export async function findRun(store: RunStore, id: string): Promise<RunRecord | undefined> {
  return readRow(store, RUN, `SELECT ${RUN_COLUMNS} FROM run WHERE id = ?`, [id])
}

const STRIP_RUNS = 20
const SPEND_MS = 30 * 24 * 3_600_000
/** Personas and twenty runs of each: far above what a list can show, and a bound all the same. */
const STRIP_ROWS = 200_000

const STRIP_RUN = {
  persona_id: text,
  id: text,
  state: oneOf(runRow.shape.state.options),
  queued_at: integer,
  started_at: orNull(integer),
  ended_at: orNull(integer),
}
const STRIP_SUM = { persona_id: text, runs: integer, spent: orNull(real), unknown: integer }

/** For each persona: its newest runs, how many there are, and what the last 30 days cost. */
export async function runStrips(store: RunStore, now: number): Promise<readonly RunStrip[]> {
  const since = now - SPEND_MS
  const [newest, sums] = await Promise.all([
    // Steps from persona to persona along the index (a loose scan), and takes twenty entries of each: no row but those is read.
    readRows(
      store,
      STRIP_RUN,
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
    readRows(
      store,
      STRIP_SUM,
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

/** Runs that wait for this, oldest first. */
export async function parkedFor(store: RunStore, reason: RunReasonCode): Promise<readonly string[]> {
  const sql = `SELECT id FROM run WHERE state = 'parked' AND reason_code = ? ORDER BY num`
  return (await readRows(store, { id: text }, sql, [reason], { maxRows: PARKED_ROWS })).map(({ id }) => id)
}

/** Drafts of no persona that have not ended. */
export async function draftsAlive(store: RunStore): Promise<ReadonlySet<string>> {
  const sql = 'SELECT id FROM run WHERE persona_id = ? AND ended_at IS NULL'
  return new Set((await readRows(store, { id: text }, sql, [NO_PERSONA], { maxRows: PARKED_ROWS })).map(({ id }) => id))
}

export interface PersonaActivity {
  readonly runs: number
  readonly running: number
  readonly queued: number
}

export async function personaActivity(store: RunStore, personaId: string): Promise<PersonaActivity> {
  const row = await readRow(
    store,
    { runs: integer, open: orNull(integer), queued: orNull(integer) },
    `SELECT count(*) AS runs, sum(ended_at IS NULL AND state <> 'queued') AS open, sum(state = 'queued') AS queued
     FROM run WHERE persona_id = ?`,
    [personaId],
  )
  return { runs: row?.runs ?? 0, running: row?.open ?? 0, queued: row?.queued ?? 0 }
}

function conditionOf({ filter, asOf }: ListAsk, found: Condition | undefined): Condition {
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
  if (found) add(found.sql, ...found.params)
  return { sql: parts.join(' AND '), params }
}
