import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { personaDoc, type RunEvent } from '#contract'
import { command, dense, lives, program, textOf, until } from '../engine/run/bench.ts'
import { startTestEngine, type TestEngine } from '../helpers/engine.ts'

const doc = (name: string, args: readonly string[] = []) => {
  const { body, ...rest } = command(name, args)
  return personaDoc.parse({ ...rest, body: { ...body, args: [program(name), ...args] } })
}

async function events(engine: TestEngine, id: string, enough: (all: readonly RunEvent[]) => boolean): Promise<RunEvent[]> {
  const all: RunEvent[] = []
  for await (const batch of await engine.client.run.follow({ id, fromSeq: 1 })) {
    all.push(...batch.events)
    if (enough(all)) break
  }
  return all
}

it('[RUN90] [RUN92] an engine that is killed: its next start ends what it left running, asks what came of its program, and begins those that waited', async () => {
  const data = await mkdtemp(join(tmpdir(), 'troupe-killed-'))
  let pids: number[] = []
  let engine = await startTestEngine({ data, from: 'source' })
  try {
    await engine.client.settings.set({ maxRuns: 1 })
    const family = await engine.client.persona.create({ doc: doc('stubborn-family.mjs'), message: '' })
    const sayer = await engine.client.persona.create({ doc: doc('say.mjs', ['here I am']), message: '' })
    const running = await engine.client.run.start({ personaId: family.id })
    const waiting = await engine.client.run.start({ personaId: sayer.id })
    expect(waiting.state).toBe('queued')
    const before = await events(engine, running.id, (all) => [...textOf(all).matchAll(/pid (\d+)/g)].length === 5)
    pids = [...textOf(before).matchAll(/pid (\d+)/g)].map((match) => Number(match[1]))
    const ended = once(engine.child, 'exit')
    engine.child.kill('SIGKILL')
    await ended
    expect(await Promise.all(pids.map(lives))).toEqual(Array(5).fill(true))

    engine = await startTestEngine({ data, from: 'source' })
    const after = await events(engine, running.id, (all) => all.some((event) => event.kind === 'state' && event.state === 'parked'))
    expect(dense(after)).toBe(true)
    expect(after.slice(0, before.length)).toEqual(before)
    expect(after.at(-1)).toMatchObject({ kind: 'state', state: 'parked', reason: { code: 'unknown-outcome' } })
    const late = await events(engine, waiting.id, () => false)
    expect(textOf(late)).toBe('here I am\n')
    expect(late.at(-1)).toMatchObject({ state: 'succeeded' })
    await until(async () => (await Promise.all(pids.map(lives))).every((alive) => !alive) || undefined)
  } finally {
    await engine.stop({ keep: true })
    for (const pid of pids) if (await lives(pid)) process.kill(pid, 'SIGKILL')
    await rm(data, { recursive: true, force: true, maxRetries: 3 })
  }
})
