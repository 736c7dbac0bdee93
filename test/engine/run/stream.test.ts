import { writeFileSync } from 'node:fs'
import { appendFile, readFile, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunEvent } from '#contract'
import { LIMITS } from '#contract/plain'
import { closeBenches, command, dense, openBench, textOf, until } from './bench.ts'

afterEach(closeBenches)

const logOf = (folder: string, id: string): string => join(folder, 'runs', id.slice(4, 6), `${id}.jsonl`)

describe('the live stream', () => {
  it('[RUN10] a client that goes away and comes back again and again misses no line and sees none twice', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('count.mjs', ['400', '2'])))
    const all: RunEvent[] = []
    let left = 0
    while (all.at(-1)?.kind !== 'state' || all.length < 3) {
      const gone = new AbortController()
      let batches = 0
      for await (const { events } of bench.runs.follow(row.id, (all.at(-1)?.seq ?? 0) + 1, gone.signal)) {
        expect(events.length).toBeLessThanOrEqual(LIMITS.batchEvents)
        all.push(...events)
        if (++batches === 3) gone.abort()
      }
      left++
    }
    expect(left).toBeGreaterThan(3)
    expect(dense(all)).toBe(true)
    expect(textOf(all)).toBe(Array.from({ length: 400 }, (_, n) => `line ${n + 1}\n`).join(''))
    // The file says the same, line by line.
    const lines = (await readFile(logOf(bench.folder, row.id), 'utf8')).trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line) as RunEvent)).toEqual(all)
  })

  it('[RUN11] a slow follower holds back nobody, and still gets everything', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('flood.mjs', ['4000000'])))
    const slow = bench.runs.follow(row.id, 1)
    const first = await slow.next()
    // It does not ask again before the run has ended.
    const ended = await bench.ended(row.id)
    expect(ended.state).toBe('succeeded')
    const events = [...(first.value?.events ?? [])]
    for await (const batch of slow) events.push(...batch.events)
    expect(dense(events)).toBe(true)
    expect(textOf(events)).toHaveLength(Math.ceil(4_000_000 / 65_500) * 65_500 + 14)
  })

  it('[RUN12] an ended run is followed from any number on, and past its end there is nothing', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('count.mjs', ['50', '1'])))
    const all = await bench.events(row.id)
    const last = all.at(-1)?.seq as number
    for (const from of [1, 2, Math.floor(last / 2), last]) expect(await bench.events(row.id, from)).toEqual(all.slice(from - 1))
    expect(await bench.events(row.id, last + 1)).toEqual([])
    await expect(bench.events('run_0123456789abcdef')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('[RUN13] a large log is entered in its middle', async () => {
    const bench = await openBench()
    const row = await bench.start(bench.persona(command('flood.mjs', ['6000000'])))
    const all = await bench.events(row.id)
    for (const from of [Math.floor(all.length / 3), all.length - 2]) expect((await bench.events(row.id, from + 1))[0]).toEqual(all[from])
  })

  it('[RUN14] a queued run can be followed before it begins; its first number stays the same', async () => {
    const bench = await openBench({ settings: { maxRuns: 1, maxQueued: 5, runThreads: 1 } })
    const gate = join(bench.folder, 'gate')
    const id = bench.persona(command('gate.mjs', [gate]))
    const first = await bench.start(id)
    const second = await bench.start(id)
    const following = bench.events(second.id)
    const head = await bench.runs.follow(second.id, 1).next()
    expect(head.value?.events).toMatchObject([{ seq: 1, kind: 'state', state: 'queued', at: second.queuedAt }])
    writeFileSync(gate, '')
    await bench.ended(first.id)
    const events = await following
    expect(dense(events)).toBe(true)
    expect(events[0]).toEqual(head.value?.events[0])
    expect(events.at(-1)).toMatchObject({ state: 'succeeded' })
  })

  it('[RUN15] a log that lost its end (torn line, missing events, missing file) is given one that says so', async () => {
    const bench = await openBench()
    const id = bench.persona(command('count.mjs', ['20', '1']))
    const damage: readonly ((path: string, text: string) => Promise<void>)[] = [
      (path, text) => truncate(path, Buffer.byteLength(text) - 7),
      (path, text) => truncate(path, text.lastIndexOf('\n', text.length - 2) + 1),
      async (path, text) => {
        await truncate(path, text.indexOf('\n') + 1)
        await appendFile(path, '{"seq":2,"at":17')
      },
      (path) => rm(path),
    ]
    for (const [which, harm] of damage.entries()) {
      const row = await bench.start(id)
      const before = await bench.events(row.id)
      await bench.ended(row.id)
      const path = logOf(bench.folder, row.id)
      await until(async () => (await readFile(path, 'utf8')).trimEnd().endsWith(JSON.stringify(before.at(-1))) || undefined)
      await harm(path, await readFile(path, 'utf8'))
      const [after, twice] = await Promise.all([bench.events(row.id), bench.events(row.id)])
      expect(after).toEqual(twice)
      expect(dense(after)).toBe(true)
      expect(after.at(-1)).toMatchObject({ kind: 'state', state: 'succeeded' })
      if (which < 2) expect(after).toEqual(before)
      else expect(after.at(-2)).toMatchObject({ kind: 'notice', code: 'log-lost' })
    }
  })
})
