// @vitest-environment node
import { createORPCClient } from '@orpc/client'
import { afterEach, expect, test, vi } from 'vitest'
import { CLOSE } from '../../extensions/engine/contract/plain.ts'
import { LinkRefused } from '../../src/link/errors.ts'
import { EngineLink, failureOf, followStream, type LinkOptions, type LinkState } from '../../src/link/mod.ts'
import { type LinkServer, startLinkServer } from './fixtures/start-link-server.ts'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

async function server(options?: Parameters<typeof startLinkServer>[0]): Promise<LinkServer> {
  const made = await startLinkServer(options)
  stops.push(() => made.stop())
  return made
}

interface Client {
  echo(input: { text: string }): Promise<string>
  never(): Promise<string>
  count(input: { fromSeq: number }, options: { signal: AbortSignal }): Promise<AsyncIterable<{ seq: number }>>
}

function linkTo(at: { url: string } | (() => string), extra: Partial<LinkOptions> = {}) {
  const kept: string[] = []
  const link = new EngineLink({
    build: 'test',
    helloMs: 5000,
    makeSocket: (url, protocols) => new WebSocket(url, protocols),
    where: async () => ({ url: typeof at === 'function' ? at() : at.url, token: kept.at(-1) ?? 'once-token' }),
    keep: (session) => kept.push(session),
    pauseMs: () => 10,
    ...extra,
  })
  stops.push(() => link.close())
  const seen: LinkState['kind'][] = [link.state.kind]
  link.watch((state) => seen.push(state.kind))
  const client = createORPCClient({ call: (path, input, options) => link.call(path, input, options) }) as unknown as Client
  return { link, client, kept, seen }
}

/** An address at which nobody listens any more. */
async function nobody(): Promise<{ url: string }> {
  const gone = await startLinkServer()
  await gone.stop()
  return { url: gone.url }
}

function until(link: EngineLink, kind: LinkState['kind']): Promise<LinkState> {
  return new Promise((resolve) => {
    const look = (state: LinkState) => {
      if (state.kind !== kind) return
      stop()
      resolve(state)
    }
    const stop = link.watch(look)
    look(link.state)
  })
}

test('[WIN10] a call made before it is open waits, and is answered', async () => {
  const { client, seen } = linkTo(await server())
  expect(await client.echo({ text: 'hi' })).toBe('hi')
  expect(seen).toEqual(['connecting', 'open'])
})

test('[WIN11] the session of the hello takes the place of the one-time token', async () => {
  const there = await server()
  const { link, client, kept } = linkTo(there)
  await client.echo({ text: '1' })
  expect(kept).toEqual(['session-1'])
  const lost = until(link, 'lost')
  there.drop()
  await lost
  await link.whenOpen()
  await vi.waitFor(() => expect(there.tokens).toEqual(['once-token', 'session-1']), 20_000)
})

test('[WIN12] a link that ends fails every call that waits, with the reason', async () => {
  const there = await server()
  const { client } = linkTo(there)
  await client.echo({ text: '1' })
  const waiting = [client.never(), client.never()].map((call) => call.catch(failureOf))
  await client.echo({ text: '2' })
  there.drop(CLOSE.stopping, 'stopping')
  for (const failure of await Promise.all(waiting)) {
    expect(failure).toMatchObject({ code: 'UNREACHABLE', message: 'The engine was stopped.', canRetry: true })
  }
})

test('[WIN13] while it is lost, a call fails at once', async () => {
  const { link, client } = linkTo(await nobody(), { pauseMs: () => 60_000 })
  await until(link, 'lost')
  expect(await client.echo({ text: 'hi' }).catch(failureOf)).toMatchObject({ code: 'UNREACHABLE' })
})

test('[WIN14] it connects again by itself, also to an engine that was away', async () => {
  const first = await startLinkServer()
  const { link, client } = linkTo(first)
  await client.echo({ text: '1' })
  await first.stop()
  await until(link, 'lost')
  await server({ port: first.port })
  await link.whenOpen()
  expect(await client.echo({ text: 'again' })).toBe('again')
})

test.each([
  ['another protocol', { troupe: { protocol: [99, 0], build: 'x' } }, /speaks protocol 1, the engine 99/],
  ['a refusal', { troupe: { refused: 'too old' } }, /refused this window: too old/],
  ['no hello at all', 'good morning', /not a Troupe engine/],
])('[WIN15] %s is refused, with the reason, and not tried again', async (_what, hello, reason) => {
  const pauses: number[] = []
  const { link, client, seen } = linkTo(await server({ hello }), { pauseMs: (attempt) => pauses.push(attempt) })
  expect(await until(link, 'refused')).toMatchObject({ reason: expect.stringMatching(reason) })
  await expect(client.echo({ text: 'hi' })).rejects.toThrow(reason)
  expect(pauses).toEqual([])
  expect(seen).toEqual(['connecting', 'refused'])
})

test('[WIN15] a revoked window is refused; asked again by hand, it tries again', async () => {
  const there = await server()
  const { link, client } = linkTo(there)
  await client.echo({ text: '1' })
  there.drop(CLOSE.revoked, 'revoked')
  expect(await until(link, 'refused')).toMatchObject({ reason: expect.stringContaining('revoked') })
  link.retry()
  await link.whenOpen()
  await vi.waitFor(() => expect(there.tokens).toHaveLength(2), 20_000)
})

test('[WIN16] an engine that accepts and says nothing is given up on', async () => {
  const { link } = linkTo(await server({ hello: 'silence' }), { helloMs: 50, pauseMs: () => 60_000 })
  expect(await until(link, 'lost')).toMatchObject({ reason: expect.stringContaining('did not say hello') })
})

test('[WIN17] a failure before the hello is diagnosed: no way in is a refusal, not an endless wait', async () => {
  const { link } = linkTo(await nobody(), { diagnose: async () => new LinkRefused('the link was used', 'open another') })
  expect(await until(link, 'refused')).toMatchObject({ reason: 'the link was used', hint: 'open another' })
})

test('a call that is aborted while it connects ends', async () => {
  const { link } = linkTo(await server({ hello: 'silence' }))
  const abort = new AbortController()
  const call = link.call(['echo'], { text: 'hi' }, { context: {}, signal: abort.signal })
  abort.abort()
  await expect(call).rejects.toThrow('There is no connection')
})

async function collect(there: LinkServer, isEnd?: (batch: { seq: number }) => boolean, signal = new AbortController().signal) {
  const { link, client } = linkTo(there)
  const numbers: number[] = []
  const stream = followStream<{ seq: number }>({
    open: (fromSeq, abort) => client.count({ fromSeq }, { signal: abort }),
    lastSeq: (batch) => batch.seq,
    ...(isEnd && { isEnd }),
    signal,
    whenOpen: (abort) => link.whenOpen(abort),
  })
  for await (const batch of stream) numbers.push(batch.seq)
  return numbers
}
const oneTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)

test('[WIN18] a stream goes on at the next number after the connection was cut; nothing is missed, nothing comes twice', async () => {
  const there = await server({ length: 20, dropAfter: 7 })
  expect(await collect(there, (batch) => batch.seq === 20)).toEqual(oneTo(20))
  await vi.waitFor(() => expect(there.opened).toHaveLength(2), 20_000)
  expect(there.opened[0]).toBe(1)
  expect(there.opened[1]).toBeGreaterThan(1)
})

test('[WIN18] a stream that the engine ends before it is complete is asked for again', async () => {
  const there = await server({ length: 6, endAfter: 3 })
  expect(await collect(there, (batch) => batch.seq === 6)).toEqual(oneTo(6))
  await vi.waitFor(() => expect(there.opened).toEqual([1, 4]), 20_000)
})

test('[WIN18] without a sign of completeness, the end is the end', async () => {
  const there = await server({ length: 6, endAfter: 3 })
  expect(await collect(there)).toEqual([1, 2, 3])
})

test('[WIN19] what the engine answers is thrown, not waited out', async () => {
  const there = await server()
  const { link } = linkTo(there)
  const stream = followStream<{ seq: number }>({
    open: (_from, signal) => link.call(['nothing', 'here'], {}, { context: {}, signal }) as Promise<AsyncIterable<{ seq: number }>>,
    lastSeq: (batch) => batch.seq,
    signal: new AbortController().signal,
    whenOpen: (signal) => link.whenOpen(signal),
  })
  await expect(stream.next()).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

test('a stream that nobody wants any more ends quietly', async () => {
  const there = await server({ length: 1_000_000 })
  const abort = new AbortController()
  const stopAtFive = (batch: { seq: number }) => {
    if (batch.seq === 5) abort.abort()
    return false
  }
  const numbers = await collect(there, stopAtFive, abort.signal)
  expect(numbers).toEqual(oneTo(5))
})
