/** kill -9 at each named fault point between "event stored" and "delivered": nothing acknowledged is lost, and no event has two runs. */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'

const CHILD = fileURLToPath(new URL('../fixtures/triggers/bus-child.ts', import.meta.url))
const POINTS = ['event-stored', 'delivery-begun', 'fire-stored', 'run-asked', 'run-started', 'delivery-done', 'delivery-stored']

const child = (folder: string, fault: string, events: number) =>
  new Promise<{ readonly out: string; readonly signal: string | null }>((resolve) => {
    const run = execFile(process.execPath, [CHILD, folder, fault, String(events)], (_error, out) =>
      resolve({ out, signal: run.signalCode }),
    )
  })

describe('[BU1] [BU4] [TR10] [TR11] killed between stored and delivered', () => {
  it.each(POINTS)('at %s', { timeout: 120_000 }, async (fault) => {
    const folder = await mkdtemp(join(tmpdir(), 'troupe-kill-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    const first = await child(folder, fault, 8)
    expect(first.signal).toBe('SIGKILL')
    const acknowledged = first.out.split('\n').filter((line) => /^\d+$/.test(line))
    // The sender did not hear of the last one, and says all of it again.
    const second = await child(folder, 'none', 8)
    expect(second.out).toMatch(/done/)
    const third = await child(folder, 'none', 0)
    expect(third.out).toMatch(/done/)
    const runs = (await readFile(join(folder, 'runs'), 'utf8')).split('\n').filter(Boolean)
    const inputs = runs.map((line) => line.split(' ')[1])
    expect(new Set(runs.map((line) => line.split(' ')[0])).size).toBe(runs.length)
    expect(inputs.sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7'])
    for (const id of acknowledged) expect(inputs).toContain(id)
  })
})
