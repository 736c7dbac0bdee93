import { describe, expect, it } from 'vitest'
import type { ChangeBatch } from '#contract'
import { link, onceToken, openDoors } from './doors.ts'

/** Takes batches until this many changes came. */
async function take(stream: AsyncIterator<ChangeBatch, unknown>, count: number) {
  const changes: ChangeBatch['changes'] = []
  let epoch = ''
  let batches = 0
  while (changes.length < count) {
    const { value, done } = await stream.next()
    if (done) break
    const batch = value as ChangeBatch
    epoch = batch.epoch
    batches += 1
    changes.push(...batch.changes)
  }
  return { epoch, changes, batches }
}

async function nextOf(stream: AsyncIterator<ChangeBatch, unknown>): Promise<ChangeBatch['changes']> {
  return ((await stream.next()).value as ChangeBatch).changes
}

describe('[SV10] changes', () => {
  it('begin with the epoch, at once, and go on with what happens', async () => {
    const doors = await openDoors()
    doors.serve.announce('persona', 'before', 'saved')
    const { client } = await link(doors, onceToken(doors))
    const stream = await client.engine.changes({})
    const first = await stream.next()
    expect(first.value).toMatchObject({ epoch: doors.serve.changes.epoch, changes: [] })
    await client.settings.set({ theme: 'dark' })
    doors.serve.announce('run', 'run_1', 'started')
    const { changes } = await take(stream, 2)
    expect(changes).toEqual([
      { seq: 2, topic: 'settings', id: '', what: 'set' },
      { seq: 3, topic: 'run', id: 'run_1', what: 'started' },
    ])
  })
  it('resume where a lost connection left off: none missing, none twice', async () => {
    const doors = await openDoors()
    const a = await link(doors, onceToken(doors))
    const stream = await a.client.engine.changes({})
    await stream.next()
    for (let n = 1; n <= 700; n += 1) doors.serve.announce('run', `run_${n}`, 'ended')
    const early = await take(stream, 100)
    const seen = early.changes.at(-1)?.seq ?? 0
    a.socket.terminate()
    for (let n = 701; n <= 900; n += 1) doors.serve.announce('run', `run_${n}`, 'ended')
    const b = await link(doors, onceToken(doors))
    const rest = await take(await b.client.engine.changes({ epoch: early.epoch, fromSeq: seen + 1 }), 900 - seen)
    const all = [...early.changes, ...rest.changes]
    expect(all.map(({ seq }) => seq)).toEqual(Array.from({ length: 900 }, (_, n) => n + 1))
    expect(all.map(({ id }) => id)).toEqual(Array.from({ length: 900 }, (_, n) => `run_${n + 1}`))
  })
  it('come in batches', async () => {
    const doors = await openDoors()
    const { client } = await link(doors, onceToken(doors))
    const stream = await client.engine.changes({})
    await stream.next()
    for (let n = 0; n < 2000; n += 1) doors.serve.announce('run', 'x', 'y')
    const { batches, changes } = await take(stream, 2000)
    expect(changes).toHaveLength(2000)
    expect(batches).toBeLessThan(20)
  })
  it('say `reset` when too much happened, when the engine is another, and when the number is from the future', async () => {
    const doors = await openDoors()
    const { client } = await link(doors, onceToken(doors))
    for (let n = 0; n < 10_100; n += 1) doors.serve.announce('run', `${n}`, 'ended')
    const { epoch } = doors.serve.changes
    const reset = [{ seq: 10_100, topic: 'reset', id: '', what: 'read everything again' }]
    for (const from of [{ epoch, fromSeq: 100 }, { epoch: 'another' }, { epoch: 'another', fromSeq: 5 }, { epoch, fromSeq: 99_999 }])
      expect(await nextOf(await client.engine.changes(from)), JSON.stringify(from)).toEqual(reset)
    const oldest = await take(await client.engine.changes({ epoch, fromSeq: 101 }), 10_000)
    expect(oldest.changes[0]).toMatchObject({ seq: 101, topic: 'run' })
    const next = await client.engine.changes({ epoch, fromSeq: 10_101 })
    expect(await nextOf(next)).toEqual([])
  })
  it('a reader that falls off the ring while it reads is told so, and goes on', async () => {
    const doors = await openDoors()
    const controller = new AbortController()
    const stream = doors.serve.changes.since({}, controller.signal)
    await stream.next()
    for (let n = 0; n < 20_000; n += 1) doors.serve.announce('run', `${n}`, 'ended')
    expect(await nextOf(stream)).toEqual([{ seq: 20_000, topic: 'reset', id: '', what: 'read everything again' }])
    doors.serve.announce('persona', 'p', 'saved')
    expect(await nextOf(stream)).toEqual([{ seq: 20_001, topic: 'persona', id: 'p', what: 'saved' }])
    const waiting = stream.next()
    controller.abort()
    expect((await waiting).done).toBe(true)
  })
})
