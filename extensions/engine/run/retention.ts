/**
 * Which ended runs go, and their going: by age (days since they ended) and by the size of their files (the oldest go until the rest
 * fits). A run that has not ended is never touched. The row goes first and durably, then its files: a crash between the two leaves files
 * that belong to nobody, which the next pruning removes.
 */
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { PrunePlan } from '#contract'
import { TERMINAL_STATES } from '#contract/plain'
import { type Announce, type Clock, integer, type Logger, messageOf, readRows, text } from '#core'
import type { RunFolders, RunStore, Statement } from './ports.ts'
import { runFiles } from './stream/places.ts'

export interface RetentionParts {
  readonly store: RunStore
  readonly folders: RunFolders
  readonly clock: Clock
  readonly log: Logger
  readonly announce: Announce
}

/** 0: no limit. */
export interface KeepingRuns {
  readonly days: number
  readonly mb: number
}

interface Ended {
  readonly id: string
  readonly endedAt: number
  readonly bytes: number
}

const DAY_MS = 24 * 3_600_000
const ENDED = { num: integer, id: text, ended_at: integer }
const PAGE = 5000
/** Runs whose rows go in one transaction. */
const BATCH = 200
const STATES = TERMINAL_STATES.map((state) => `'${state}'`).join(', ')
/** Files without a row that are younger may belong to a run that is being started. */
const STRAY_MS = DAY_MS
const FILE = /^(run_[0-9a-z]{16})\.(?:jsonl|json|result\.txt|steps)$/

/** The retention of runs, for whoever decides when. */
export function runRetention(parts: RetentionParts) {
  return {
    /** What a pruning would remove; changes nothing. */
    plan: async (keeping: KeepingRuns, now: number, signal: AbortSignal): Promise<PrunePlan> =>
      (await choose(parts, keeping, now, signal)).plan,
    /** Removes ended runs with their steps and files; answers what went. Aborted: what went until then is gone. */
    async prune(keeping: KeepingRuns, now: number, tell: (step: string) => void, signal: AbortSignal): Promise<PrunePlan> {
      const gone = await pruneRuns(parts, keeping, now, tell, signal)
      if (gone.runs > 0) parts.announce('run', '', 'pruned')
      return gone
    },
  }
}

async function pruneRuns(
  parts: RetentionParts,
  keeping: KeepingRuns,
  now: number,
  tell: (step: string) => void,
  signal: AbortSignal,
): Promise<PrunePlan> {
  tell('Measuring what is kept')
  const { plan, going, sizes } = await choose(parts, keeping, now, signal)
  let gone = 0
  let fileBytes = 0
  for (let at = 0; at < going.length && !signal.aborted; at += BATCH) {
    const batch = going.slice(at, at + BATCH)
    await parts.store.write(batch.flatMap(({ id }) => removal(id)))
    for (const { id, bytes } of batch) {
      sizes.delete(id)
      await removeFiles(parts, id)
      gone += 1
      fileBytes += bytes
    }
    tell(`Removed ${gone} of ${going.length} runs`)
  }
  if (!signal.aborted) await removeStrays(parts, sizes)
  return { ...plan, runs: gone, fileBytes, kept: plan.kept + going.length - gone }
}

/** Whatever the caller believes: a run that has not ended by now stays, and so do its steps. */
function removal(id: string): readonly Statement[] {
  return [
    { sql: `DELETE FROM run WHERE id = ? AND ended_at IS NOT NULL AND state IN (${STATES})`, params: [id], expectChanges: 1 },
    { sql: 'DELETE FROM run_step WHERE run_id = ?', params: [id] },
    { sql: 'DELETE FROM run_message WHERE run_id = ?', params: [id] },
  ]
}

async function removeFiles({ folders, log }: RetentionParts, id: string): Promise<void> {
  const files = runFiles(folders.runs, id)
  for (const path of [files.log, files.result, files.steps, files.asked]) {
    await rm(path, { force: true, recursive: true }).catch((thrown: unknown) =>
      log.warn('A file of a removed run could not be removed; the next pruning tries again.', { path, reason: messageOf(thrown) }),
    )
  }
}

interface Choice {
  readonly plan: PrunePlan
  readonly going: readonly Ended[]
  /** What every run's files take, strays included. */
  readonly sizes: Map<string, number>
}

async function choose(parts: RetentionParts, keeping: KeepingRuns, now: number, signal: AbortSignal): Promise<Choice> {
  const sizes = await measure(parts.folders.runs, signal)
  const ended: Ended[] = []
  for (let from = 0; ; ) {
    signal.throwIfAborted()
    const page = await readRows(
      parts.store,
      ENDED,
      `SELECT num, id, ended_at FROM run WHERE num > ? AND ended_at IS NOT NULL AND state IN (${STATES}) ORDER BY num LIMIT ${PAGE}`,
      [from],
    )
    for (const { id, ended_at: endedAt } of page) ended.push({ id, endedAt, bytes: sizes.get(id) ?? 0 })
    const last = page.at(-1)
    if (!last || page.length < PAGE) break
    from = last.num
  }
  ended.sort((a, b) => a.endedAt - b.endedAt)
  const count = goingOf(ended, keeping, now)
  const going = ended.slice(0, count)
  const staying = ended.slice(count)
  const plan = {
    runs: going.length,
    oldestAt: going[0]?.endedAt ?? null,
    newestAt: going.at(-1)?.endedAt ?? null,
    fileBytes: sum(going),
    kept: staying.length,
    keptBytes: sum(staying),
    because: words(keeping),
  }
  return { plan, going, sizes }
}

/** How many of the oldest go. */
export function goingOf(oldestFirst: readonly Pick<Ended, 'endedAt' | 'bytes'>[], { days, mb }: KeepingRuns, now: number): number {
  const byAge = days === 0 ? 0 : oldestFirst.findIndex(({ endedAt }) => endedAt >= now - days * DAY_MS)
  let count = byAge === -1 ? oldestFirst.length : byAge
  if (mb === 0) return count
  let left = oldestFirst.slice(count).reduce((total, { bytes }) => total + bytes, 0)
  for (; left > mb * 1_000_000 && count < oldestFirst.length; count++) left -= oldestFirst[count]?.bytes ?? 0
  return count
}

const sum = (runs: readonly Ended[]): number => runs.reduce((total, { bytes }) => total + bytes, 0)

function words({ days, mb }: KeepingRuns): string {
  if (days === 0 && mb === 0) return 'everything is kept'
  const age = days > 0 ? [`kept for ${days} ${days === 1 ? 'day' : 'days'}`] : []
  return [...age, ...(mb > 0 ? [`at most ${mb} MB of files`] : [])].join(', ')
}

async function measure(runsFolder: string, signal: AbortSignal): Promise<Map<string, number>> {
  const sizes = new Map<string, number>()
  for (const folder of await readdir(runsFolder)) {
    signal.throwIfAborted()
    const names = (await readdir(join(runsFolder, folder)).catch(() => [])).filter((name) => FILE.test(name))
    await Promise.all(
      names.map(async (name) => {
        const id = FILE.exec(name)?.[1] as string
        const bytes = await bytesOf(join(runsFolder, folder, name))
        sizes.set(id, (sizes.get(id) ?? 0) + bytes)
      }),
    )
  }
  return sizes
}

/** Of a file, or of all files in a folder. */
async function bytesOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  if (!found?.isDirectory()) return found?.size ?? 0
  const within = await Promise.all((await readdir(path).catch(() => [])).map((name) => bytesOf(join(path, name))))
  return within.reduce((total, size) => total + size, 0)
}

/** Files of runs that no row speaks of: a start that failed, or a pruning that a crash cut short. */
async function removeStrays(parts: RetentionParts, sizes: ReadonlyMap<string, number>): Promise<void> {
  const ids = [...sizes.keys()]
  for (let at = 0; at < ids.length; at += PAGE) {
    const some = ids.slice(at, at + PAGE)
    const rows = await readRows(parts.store, { id: text }, `SELECT id FROM run WHERE id IN (SELECT value FROM json_each(?))`, [
      JSON.stringify(some),
    ])
    const known = new Set(rows.map(({ id }) => id))
    for (const id of some) {
      if (known.has(id)) continue
      const { asked } = runFiles(parts.folders.runs, id)
      const age = await stat(asked).then(
        ({ mtimeMs }) => parts.clock.now() - mtimeMs,
        () => Number.POSITIVE_INFINITY,
      )
      if (age > STRAY_MS) await removeFiles(parts, id)
    }
  }
}
