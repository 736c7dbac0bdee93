import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunRow } from '#contract'
import { goingOf, runRetention } from '../../../extensions/engine/run/retention.ts'
import { runFiles } from '../../../extensions/engine/run/stream/places.ts'
import { type Bench, closeBenches, command, openBench, until } from './bench.ts'

afterEach(closeBenches)

const DAY = 24 * 3_600_000
const never = new AbortController().signal
const filesOf = (bench: Bench, id: string) => runFiles(bench.ports.folders.runs, id)
const prune = (bench: Bench, keeping: { days: number; mb: number }, now = Date.now() + 2 * DAY, signal = never) =>
  runRetention(bench.ports).prune(keeping, now, () => undefined, signal)

async function endedRuns(bench: Bench, count: number): Promise<RunRow[]> {
  const persona = bench.persona(command('say.mjs', ['hello']))
  const runs: RunRow[] = []
  for (let n = 0; n < count; n++) runs.push(await bench.ended((await bench.start(persona)).id))
  return runs
}

describe('retention', () => {
  it('[RUN70] removes what ended before, with its steps, log and files; the plan says the same and changes nothing', async () => {
    const bench = await openBench()
    const [first] = (await endedRuns(bench, 2)) as [RunRow, RunRow]
    const plan = await runRetention(bench.ports).plan({ days: 1, mb: 0 }, Date.now() + 2 * DAY, never)
    expect(plan).toMatchObject({ runs: 2, kept: 0, because: 'kept for 1 day' })
    expect(plan.fileBytes).toBeGreaterThan(0)
    expect((await bench.runs.list({ filter: {}, offset: 0, limit: 10 })).total).toBe(2)
    expect(await prune(bench, { days: 1, mb: 0 })).toEqual(plan)
    expect((await bench.runs.list({ filter: {}, offset: 0, limit: 10 })).total).toBe(0)
    await expect(bench.runs.get(first.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await bench.store.read('SELECT * FROM run_step')).toEqual([])
    const files = filesOf(bench, first.id)
    expect([files.log, files.asked].filter((path) => existsSync(path))).toEqual([])
    expect(bench.announced).toContain('run  pruned')
  })

  it('[RUN71] a run that has not ended is never touched, whatever its age', async () => {
    const bench = await openBench()
    const sleeper = await bench.start(bench.persona(command('sleep.mjs', ['60000'])))
    await endedRuns(bench, 1)
    await until(async () => (await bench.runs.get(sleeper.id)).run.state === 'running' || undefined)
    expect(await prune(bench, { days: 1, mb: 0 }, Date.now() + 1000 * DAY)).toMatchObject({ runs: 1, kept: 0 })
    expect((await bench.runs.get(sleeper.id)).run.state).toBe('running')
    expect(existsSync(filesOf(bench, sleeper.id).asked)).toBe(true)
    await bench.runs.cancel(sleeper.id)
  })

  it('[RUN72] 0 keeps everything; by size the oldest go until the rest fits', () => {
    const runs = [1, 2, 3, 4].map((n) => ({ endedAt: n * DAY, bytes: 400_000 }))
    expect(goingOf(runs, { days: 0, mb: 0 }, 100 * DAY)).toBe(0)
    expect(goingOf(runs, { days: 98, mb: 0 }, 100 * DAY)).toBe(1)
    expect(goingOf(runs, { days: 0, mb: 1 }, 100 * DAY)).toBe(2)
    expect(goingOf(runs, { days: 97, mb: 1 }, 100 * DAY)).toBe(2)
    expect(goingOf(runs, { days: 1, mb: 1 }, 100 * DAY)).toBe(4)
    expect(goingOf([], { days: 1, mb: 1 }, 100 * DAY)).toBe(0)
  })

  it('[RUN73] files that belong to no run go a day later, and nothing that is not a run’s file', async () => {
    const bench = await openBench()
    const stray = filesOf(bench, 'run_aaaaaaaaaaaaaaaa')
    const fresh = filesOf(bench, 'run_aabbbbbbbbbbbbbb')
    mkdirSync(stray.folder, { recursive: true })
    for (const path of [stray.asked, stray.log, fresh.asked, `${stray.folder}/mine.txt`]) writeFileSync(path, 'x')
    for (const path of [stray.asked, stray.log, `${stray.folder}/mine.txt`]) utimesSync(path, 0, 0)
    await prune(bench, { days: 1, mb: 0 })
    expect([stray.asked, stray.log, fresh.asked, `${stray.folder}/mine.txt`].map((path) => existsSync(path))).toEqual([
      false,
      false,
      true,
      true,
    ])
  })

  it('[RUN74] a cancel leaves what is not gone yet whole', async () => {
    const bench = await openBench()
    const [run] = (await endedRuns(bench, 1)) as [RunRow]
    const asked = new AbortController()
    asked.abort()
    await expect(prune(bench, { days: 1, mb: 0 }, Date.now() + 2 * DAY, asked.signal)).rejects.toBeDefined()
    expect((await bench.runs.get(run.id)).run.id).toBe(run.id)
  })
})
