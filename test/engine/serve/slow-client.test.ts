import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { LIMITS, type RunEventBatch } from '#contract'
import { closeOf, dial, firstFrame, link, onceToken, openDoors, sayHello, until } from './doors.ts'

const LINE = 'x'.repeat(60_000)

/** As many events as anybody takes, counted. */
function endless(counter: { made: number; ended: boolean }) {
  return async function* (): AsyncGenerator<RunEventBatch, void> {
    try {
      for (;;) {
        counter.made += 1
        yield { events: [{ kind: 'output', stream: 'stdout', text: LINE, seq: counter.made, at: 0 }] }
      }
    } finally {
      counter.ended = true
    }
  }
}

const FOLLOW = JSON.stringify({ i: '1', p: { u: '/run/follow', b: { json: { id: 'run_1', fromSeq: 1 } } } })

describe('[SV11] a client that does not read', () => {
  it('holds its stream back, so that memory stays bounded, and is closed after its time', async () => {
    const counter = { made: 0, ended: false }
    const doors = await openDoors({ follow: () => endless(counter)(), slowMs: 1500 })
    const socket = dial(doors, onceToken(doors))
    await firstFrame(socket)
    socket.send(sayHello())
    // Nothing is read from here on: the system's buffers fill, then ours.
    socket.pause()
    socket.send(FOLLOW)
    await until(() => counter.made * LINE.length > LIMITS.clientBacklogBytes)
    let before = -1
    await until(() => {
      const still = counter.made === before
      before = counter.made
      return still
    })
    // Our backlog, one event over it, and what the system's own buffers on both sides take.
    expect(counter.made * LINE.length).toBeLessThan(LIMITS.clientBacklogBytes + 16 * 1024 * 1024)
    await until(() => doors.serve.connected === 0)
    await until(() => counter.ended)
    const code = closeOf(socket)
    socket.resume()
    expect([4003, 1006]).toContain(await code)
  })
  it('gets everything, in order, when it reads again in time', async () => {
    const total = 400
    async function* some(): AsyncGenerator<RunEventBatch, void> {
      for (let seq = 1; seq <= total; seq += 1) yield { events: [{ kind: 'output', stream: 'stdout', text: LINE, seq, at: 0 }] }
    }
    const doors = await openDoors({ follow: some, slowMs: 60_000 })
    const { client, socket } = await link(doors, onceToken(doors))
    const stream = await client.run.follow({ id: 'run_1' })
    socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 200))
    socket.resume()
    const seqs: number[] = []
    for await (const batch of stream) seqs.push(...batch.events.map(({ seq }) => seq))
    expect(seqs).toEqual(Array.from({ length: total }, (_, n) => n + 1))
  })
  it('cannot fill our memory with answers either: no more calls are read from it', async () => {
    let answers = 0
    const text = () => {
      answers += 1
      return 'v'.repeat(1024 * 1024)
    }
    const doors = await openDoors({ slowMs: 60_000, text })
    const { socket, client } = await link(doors, onceToken(doors))
    socket.pause()
    const all = Array.from({ length: 200 }, () => client.run.export({ id: 'run_1' }))
    // More than our backlog and the system's own buffers hold, and far fewer than were asked for.
    await until(() => answers > 8)
    let before = -1
    await until(async () => {
      const still = answers === before
      before = answers
      await new Promise((resolve) => setTimeout(resolve, 100))
      return still
    })
    expect(answers).toBeLessThan(80)
    socket.resume()
    expect(new Set((await Promise.all(all)).map((answer) => answer.text.length))).toEqual(new Set([1024 * 1024]))
    expect(answers).toBe(200)
  })
})

describe('[SV12] life of a connection', () => {
  it('one that answers no ping is cut', async () => {
    const doors = await openDoors({ pingMs: 50 })
    const { socket } = await link(doors, onceToken(doors))
    await until(() => doors.serve.connected === 1)
    socket.pause()
    await until(() => doors.serve.connected === 0)
  })
  it('one that answers is left alone', async () => {
    const doors = await openDoors({ pingMs: 20 })
    const { socket, client } = await link(doors, onceToken(doors))
    let pings = 0
    socket.on('ping', () => (pings += 1))
    await until(() => pings > 5)
    expect(await client.settings.get({})).toMatchObject({ theme: 'system' })
  })
  it('a stream ends when its client goes, though it had nothing to say', async () => {
    let ended = false
    // It has nothing to say, and does not look at its signal either.
    const silent = {
      next: () => new Promise<never>(() => undefined),
      return: async () => {
        ended = true
        return { done: true as const, value: undefined }
      },
      [Symbol.asyncIterator]: () => silent,
    }
    const doors = await openDoors({ follow: () => silent as unknown as AsyncGenerator<RunEventBatch, void> })
    const { client, socket } = await link(doors, onceToken(doors))
    const stream = await client.run.follow({ id: 'run_1' })
    stream.next().catch(() => undefined)
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.terminate()
    await until(() => ended)
  })
  it('a peer that is let in and then says nothing at all holds nothing up', async () => {
    const doors = await openDoors()
    const silent = connect(doors.serve.port, '127.0.0.1')
    await new Promise((resolve) => silent.once('connect', resolve))
    const { client } = await link(doors, onceToken(doors))
    expect(await client.settings.get({})).toMatchObject({ theme: 'system' })
    silent.destroy()
  })
  it('a stop tells every connection', async () => {
    const doors = await openDoors()
    const { closed } = await link(doors, onceToken(doors))
    await doors.serve.stop()
    expect(await closed).toBe(4002)
  })
})
