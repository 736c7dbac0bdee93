import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { RunRow } from '#contract'
import { personaDoc } from '#contract'
import { type Bench, closeBenches, command, openBench, until } from './bench.ts'

afterEach(closeBenches)

const WRITES = `const { mkdirSync, writeFileSync } = require('node:fs')
mkdirSync('deep'); writeFileSync('deep/one.txt', 'x'); writeFileSync('two.txt', 'y'); console.log(process.cwd())`
const writes = () =>
  personaDoc.parse({
    name: 'Nobody',
    body: { kind: 'command', program: '{{troupe.node}}', args: ['-e', WRITES] },
    limits: { concurrency: 1 },
  })
const waits = (gate: string) => personaDoc.parse(command('gate.mjs', [gate], { limits: { concurrency: 1 } }))
const tried = (bench: Bench, draft: ReturnType<typeof writes>): Promise<RunRow> =>
  bench.runs.start({ draft, input: '', params: {}, priority: 'normal' })

describe('a draft that belongs to no persona', () => {
  it('[RUN2] needs a document: a start that names neither a persona nor a draft leaves no trace', async () => {
    const bench = await openBench()
    await expect(bench.runs.start({ input: '', params: {}, priority: 'normal' })).rejects.toMatchObject({ code: 'INVALID' })
    expect((await bench.runs.list({ filter: {}, offset: 0, limit: 10 })).total).toBe(0)
  })

  it('[RUN46] runs in a workspace of its own, which is gone when its end is told', async () => {
    const bench = await openBench()
    const row = await tried(bench, writes())
    expect(row).toMatchObject({ personaId: null, revision: null, personaName: 'Nobody' })
    const folder = join(bench.folder, 'drafts', row.id)
    const events = await bench.events(row.id)
    expect(existsSync(folder)).toBe(false)
    expect(events.filter((event) => event.kind === 'output').map((event) => event.text.trim())).toEqual([folder])
    expect(events.filter((event) => event.kind === 'notice')).toMatchObject([
      { code: 'draft-folder', message: expect.stringContaining('left 2 files') },
    ])
    expect(readdirSync(join(bench.folder, 'workspaces'))).toEqual([])
    expect((await bench.ended(row.id)).state).toBe('succeeded')
  })

  it('[RUN46] what a crashed engine left is removed at the next start, and what lives is not', async () => {
    const bench = await openBench()
    const gate = join(bench.folder, 'gate')
    const stale = join(bench.folder, 'drafts', 'run_0000000000000000')
    mkdirSync(stale, { recursive: true })
    writeFileSync(join(stale, 'left.txt'), 'x')
    const row = await tried(bench, waits(gate))
    const living = join(bench.folder, 'drafts', row.id)
    await until(() => existsSync(living) || undefined)
    await bench.runs.warm()
    expect([existsSync(stale), existsSync(living)]).toEqual([false, true])
    writeFileSync(gate, '')
    await bench.ended(row.id)
    expect(existsSync(living)).toBe(false)
  })

  it('[RUN47] is held up by no other draft, is found by its filter, and is counted for no persona', async () => {
    const bench = await openBench()
    const gate = join(bench.folder, 'gate')
    const saved = await bench.start(bench.persona(command('say.mjs', ['saved'])))
    const both = [await tried(bench, waits(gate)), await tried(bench, waits(gate))]
    expect(both.map(({ state }) => state)).toEqual(['running', 'running'])
    writeFileSync(gate, '')
    for (const { id } of [saved, ...both]) await bench.ended(id)
    const found = await bench.runs.list({ filter: { personaId: null }, offset: 0, limit: 10 })
    expect(found.rows.map(({ id }) => id).sort()).toEqual(both.map(({ id }) => id).sort())
    expect((await bench.runs.list({ filter: {}, offset: 0, limit: 10 })).total).toBe(3)
    expect((await bench.runs.strips()).map(({ personaId, runs }) => [personaId, runs])).toEqual([[saved.personaId, 1]])
  })
})
