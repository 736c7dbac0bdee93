import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '#contract'
import { TroupeError } from '#core'
import { systemChance, systemClock } from '#core/node'
import { engineMark, markText, reapOrphans } from '../../extensions/engine/run/tree/reap.ts'
import { type Bench, closeBenches, command, dense, lives, openBench, program, textOf, until } from '../engine/run/bench.ts'

afterEach(closeBenches)

const THREAD = new URL('../fixtures/programs/run-thread-with-test-body.ts', import.meta.url)
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
const logOf = (bench: Bench, id: string): string => join(bench.folder, 'runs', id.slice(4, 6), `${id}.jsonl`)

/** Waits until the log of a run holds a text. */
const logged = (bench: Bench, id: string, text: string): Promise<string> =>
  until(async () => {
    const log = await readFile(logOf(bench, id), 'utf8').catch(() => '')
    return log.includes(text) ? log : undefined
  })

/** All events up to this state. */
async function eventsTo(bench: Bench, id: string, state: string): Promise<RunEvent[]> {
  const all: RunEvent[] = []
  for await (const { events } of bench.runs.follow(id, 1)) {
    all.push(...events)
    if (all.some((event) => event.kind === 'state' && event.state === state)) break
  }
  return all
}

describe('after a crash of the engine', () => {
  it('[RUN90] [RUN104] runs go on from their journals, a program is put to the person, logs go on; queued ones wait again and run', async () => {
    const first = await openBench({ settings: { maxRuns: 2, maxQueued: 9, runThreads: 1 }, threadUrl: THREAD, models: [MODEL] })
    const sleeper = first.persona(command('sleep.mjs', ['60000']))
    const talker = first.persona({ name: 'model', body: { kind: 'model', models: [{ provider: 'test', model: 'body' }] } })
    const program = await first.start(sleeper, { input: 'program' })
    const model = await first.start(talker, { input: 'talk 30 20' })
    const waiting = await first.start(first.persona(command('say.mjs', ['at last'])), { input: 'was kept' })
    expect(waiting.state).toBe('queued')
    await logged(first, program.id, 'sleeping')
    await logged(first, model.id, 'word 3')
    // What a crash leaves behind is what lies on the disk at that moment.
    const second = await openBench({ copyOf: first.folder, threadUrl: THREAD, models: [MODEL] })
    const put = await second.runs.get(program.id)
    expect(put.run).toMatchObject({ state: 'parked', reason: { code: 'unknown-outcome' }, costUsd: 0, costKnown: true })
    expect(put.steps).toMatchObject([{ state: 'unknown', key: 'command', safety: 'unsafe' }])
    expect((await second.runs.get(model.id)).run).toMatchObject({ state: 'queued', attempt: 2 })
    await second.runs.warm()
    const spoken = await second.events(model.id)
    expect(dense(spoken)).toBe(true)
    expect(await second.ended(model.id)).toMatchObject({ state: 'succeeded', attempt: 2, costUsd: null, costKnown: false })
    const { steps } = await second.runs.get(model.id)
    expect(steps.map(({ state, attempt, key }) => [key, attempt, state])).toEqual([
      ['model:1', 1, 'unknown'],
      ['model:1', 2, 'done'],
    ])
    const events = await second.events(waiting.id)
    expect(events[0]).toMatchObject({ seq: 1, at: waiting.queuedAt })
    expect(textOf(events)).toBe('at last\n')
    expect(await second.ended(waiting.id)).toMatchObject({ state: 'succeeded', inputPreview: 'was kept' })
    await second.runs.answer({ id: program.id, step: 1, answer: 'happened', result: 'I saw it sleep.' })
    expect(await second.ended(program.id)).toMatchObject({ state: 'succeeded', resultPreview: 'I saw it sleep.' })
    const whole = await second.events(program.id)
    expect(dense(whole)).toBe(true)
    expect(whole.flatMap((event) => (event.kind === 'state' ? [event.state] : []))).toEqual([
      'queued',
      'running',
      'parked',
      'queued',
      'running',
      'succeeded',
    ])
  })

  it('[RUN91] a torn last line of a log is cut, and the numbers go on', async () => {
    const first = await openBench()
    const row = await first.start(first.persona(command('sleep.mjs', ['60000'])))
    const log = await logged(first, row.id, 'sleeping')
    const last = JSON.parse(log.trimEnd().split('\n').at(-1) as string) as RunEvent
    const second = await openBench({
      copyOf: first.folder,
      ports: (ports) => {
        // Before the room opens: as a crash in the middle of a write would leave it.
        writeFileSync(join(ports.folders.runs, row.id.slice(4, 6), `${row.id}.jsonl`), `${log}{"seq":${last.seq + 1},"at":1,"ki`)
        return ports
      },
    })
    const events = await eventsTo(second, row.id, 'parked')
    expect(dense(events)).toBe(true)
    expect(events.slice(0, last.seq)).toEqual(
      log
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as RunEvent),
    )
    expect(events.at(-1)).toMatchObject({ state: 'parked', reason: { code: 'unknown-outcome' } })
  })

  it('[RUN92] children of the crashed engine are found and ended; those of this one, of others, and of nobody are left alone', async () => {
    const crashed = engineMark('/data/runs', systemChance)
    const mine = engineMark('/data/runs', systemChance)
    const other = engineMark('/other/runs', systemChance)
    const begin = async (mark: string) => {
      const child = spawn(process.execPath, [program('sleep.mjs'), '60000'], {
        detached: true,
        env: { TROUPE_ENGINE: mark },
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      await once(child.stdout, 'data')
      return child
    }
    const [orphan, own, stranger, plain] = [
      await begin(markText(crashed)),
      await begin(markText(mine)),
      await begin(markText(other)),
      await begin(''),
    ]
    try {
      expect(await reapOrphans(mine, { clock: systemClock, graceMs: 2_000 })).toBe(1)
      await until(async () => !(await lives(orphan.pid as number)) || undefined)
      for (const child of [own, stranger, plain]) expect(await lives(child.pid as number)).toBe(true)
    } finally {
      for (const child of [orphan, own, stranger, plain]) child.kill('SIGKILL')
    }
  })
})

describe('an orderly stop', () => {
  it('[RUN93] running runs become incomplete/engine-stopped with their trees ended, queued ones stay queued, new ones are refused', async () => {
    const bench = await openBench({ settings: { maxRuns: 1, maxQueued: 9, runThreads: 1 } })
    const id = bench.persona(command('stubborn-family.mjs'))
    const running = await bench.start(id)
    const queued = await bench.start(id)
    const log = await until(async () => {
      const text = await readFile(logOf(bench, running.id), 'utf8').catch(() => '')
      return [...text.matchAll(/pid (\d+)/g)].length === 5 ? text : undefined
    })
    const pids = [...log.matchAll(/pid (\d+)/g)].map((match) => Number(match[1]))
    const followingQueued = bench.events(queued.id)
    followingQueued.catch(() => undefined)
    const followingRunning = bench.events(running.id)
    const stopping = bench.runs.stop()
    await expect(bench.start(id)).rejects.toMatchObject({ code: 'STOPPING' })
    await stopping
    expect(await Promise.all(pids.map(lives))).toEqual(Array(5).fill(false))
    expect((await followingRunning).at(-1)).toMatchObject({ kind: 'state', state: 'incomplete', reason: { code: 'engine-stopped' } })
    await expect(followingQueued).rejects.toMatchObject({ code: 'STOPPING' })
    expect((await bench.runs.get(running.id)).run).toMatchObject({ state: 'incomplete', reason: { code: 'engine-stopped' } })
    expect((await bench.runs.get(queued.id)).run).toMatchObject({ state: 'queued', reason: null })
    expect(bench.runs.counts().threads).toBe(0)
  })

  it('[RUN94] a body that will not end does not hold up the stop', async () => {
    const bench = await openBench({
      threadUrl: THREAD,
      models: [MODEL],
      timings: { stopGraceMs: 500, hearGraceMs: 600_000, cancelGraceMs: 600_000 },
    })
    const id = bench.persona({ name: 'model', body: { kind: 'model', models: [{ provider: 'test', model: 'body' }] } })
    const rows = [await bench.start(id, { input: 'deaf' }), await bench.start(id, { input: 'loop' })]
    for (const row of rows) await logged(bench, row.id, row.id === rows[0]?.id ? 'deaf' : 'looping')
    await bench.runs.stop()
    // They go on at the next start.
    for (const row of rows) expect((await bench.runs.get(row.id)).run).toMatchObject({ state: 'queued', attempt: 1 })
  })
})

describe('a disk that refuses', () => {
  it('[RUN95] a log that cannot be written for a while loses nothing: the run waits for the disk', async () => {
    const blocked: string[] = []
    const bench = await openBench({
      ports: (ports) => ({
        ...ports,
        announce: (_topic, id, what) => {
          if (what !== 'started') return
          // A folder in the log's place: each try to open it fails.
          const path = join(ports.folders.runs, id.slice(4, 6), `${id}.jsonl`)
          mkdirSync(path)
          blocked.push(path)
        },
      }),
    })
    const row = await bench.start(bench.persona(command('flood.mjs', ['2000000'])))
    const following = bench.events(row.id)
    await until(() => bench.logged.some((line) => line.includes('could not be written')) || undefined)
    expect((await bench.runs.get(row.id)).run.state).toBe('running')
    rmdirSync(blocked[0] as string)
    const events = await following
    expect(dense(events)).toBe(true)
    expect(textOf(events)).toHaveLength(Math.ceil(2_000_000 / 65_500) * 65_500 + 14)
    await bench.ended(row.id)
    expect(await bench.events(row.id)).toEqual(events)
  })

  it('[RUN76] a store that refuses the end of a run is asked again until it takes it', async () => {
    let refusals = 0
    const bench = await openBench({
      ports: (ports) => ({
        ...ports,
        store: {
          read: ports.store.read,
          write: async (statements) => {
            if (statements.some(({ sql }) => sql.startsWith('UPDATE run SET')) && refusals++ < 2)
              throw new TroupeError('DISK', 'The disk is full.')
            return await ports.store.write(statements)
          },
        },
      }),
    })
    const row = await bench.start(bench.persona(command('say.mjs', ['x'])))
    expect(await bench.ended(row.id)).toMatchObject({ state: 'succeeded' })
    expect(refusals).toBe(3)
    expect(bench.logged.filter((line) => line.includes('tried again'))).toHaveLength(2)
  })
})
