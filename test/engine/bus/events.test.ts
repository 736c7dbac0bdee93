import { describe, expect, it } from 'vitest'
import { SecretBook, TroupeError } from '#core'
import { MINUTE, openStage } from '../trigger/stage.ts'

const order = (total: number, more: object = {}) => ({ type: 'order.created', subject: '', key: '', data: { total }, ...more })
const orders = { kind: 'event' as const, types: ['order.*'], filter: [{ path: 'data.total', is: 'above' as const, value: '100' }] }

describe('the bus', () => {
  it('[BU1] [BU7] stores an event, and delivers it to whom it fits', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: orders, input: 'Order of {{data.total}} from {{event.source}}' })
    expect(await stage.bus.emit(order(150))).toMatchObject({ event: { seq: 1 }, deliveries: 1, duplicate: false })
    expect(await stage.bus.emit(order(50))).toMatchObject({ deliveries: 0 })
    await stage.settle()
    expect(stage.runs).toMatchObject([{ input: 'Order of 150 from /troupe/person' }])
    const { deliveries } = await stage.bus.get(1)
    expect(deliveries).toMatchObject([{ state: 'delivered', subscriptionId: id, runId: stage.runs[0]?.id, tries: 1 }])
    expect(await stage.bus.subscriptions()).toMatchObject([{ id, delivered: 1, dead: 0, pending: 0 }])
  })

  it('[BU13] what is lent just now is stored and delivered behind its mask, wherever it stands', async () => {
    const book = new SecretBook()
    book.hold([{ mask: '{{credential.hub.token}}', value: 'value-of-the-hub-0123456789' }])
    const stage = await openStage({ redactor: book.redactor })
    await stage.add({ when: { kind: 'event', types: ['said'] }, input: '{{data.note}} of {{event.subject}}' })
    const secret = 'value-of-the-hub-0123456789'
    await stage.bus.emit({ type: 'said', subject: secret, key: secret, data: { note: `it is ${secret}`, deep: [{ [secret]: 1 }] } })
    await stage.settle()
    expect(JSON.stringify(await stage.bus.get(1))).not.toContain(secret)
    expect(stage.runs).toMatchObject([{ input: 'it is {{credential.hub.token}} of {{credential.hub.token}}' }])
  })

  it('[BU2] the same source and id again is stored once', async () => {
    const stage = await openStage()
    await stage.add({ when: orders })
    const first = await stage.bus.emit(order(150, { source: '/shop', id: 'a' }))
    const again = await stage.bus.emit(order(150, { source: '/shop', id: 'a' }))
    expect(again).toMatchObject({ duplicate: true, event: { seq: first.event.seq } })
    await stage.settle()
    expect(stage.runs).toHaveLength(1)
  })

  it('[BU6] a refusal that may pass is tried again; one that does not is a dead letter, which can be sent again', async () => {
    const stage = await openStage()
    const id = await stage.add({ when: orders, overlap: 'all' })
    stage.refuse = new TroupeError('INVALID', 'The parameter "who" is missing.')
    for (const total of [101, 102, 103]) await stage.bus.emit(order(total))
    await stage.settle()
    expect(await stage.bus.deadGroups()).toMatchObject([{ count: 3, subscriptionIds: [id], reason: 'The parameter "who" is missing.' }])
    stage.refuse = undefined
    const [first] = await stage.bus.deadLetters({}, 10)
    expect(await stage.bus.redrive({ one: { eventSeq: first!.event.seq, subscriptionId: id } })).toBe(1)
    await stage.settle()
    expect(stage.runs).toHaveLength(1)
    expect(await stage.bus.discard({})).toBe(2)
    expect(await stage.bus.deadGroups()).toEqual([])
  })

  it('[BU5] events of one key keep their order, also when the first is tried again', async () => {
    const stage = await openStage()
    await stage.add({ when: { kind: 'event', types: ['**'], orderBy: 'data.who' }, input: '{{data.who}}{{data.n}}', overlap: 'all' })
    const say = (who: string, n: number) => stage.bus.emit({ type: 'said', subject: '', key: '', data: { who, n } })
    stage.refuse = new TroupeError('DISK', 'The disk refuses.')
    await say('a', 1)
    await stage.settle()
    stage.refuse = undefined
    await say('a', 2)
    await say('b', 1)
    await stage.settle()
    expect(stage.runs.map(({ input }) => input)).toEqual(['b1'])
    await stage.pass(MINUTE)
    expect(stage.runs.map(({ input }) => input)).toEqual(['b1', 'a1', 'a2'])
  })

  it('[BU3] who follows from a number misses nothing and sees each state once', async () => {
    const stage = await openStage()
    await stage.add({ when: orders })
    await stage.bus.emit(order(150))
    await stage.settle()
    const ended = new AbortController()
    const seen: number[] = []
    for await (const batch of stage.bus.tail({ fromSeq: 1 }, ended.signal)) {
      seen.push(...batch.events.map(({ seq }) => seq), ...batch.deliveries.map(({ seq }) => seq))
      expect(batch.deliveries).toMatchObject([{ state: 'delivered' }])
      ended.abort()
    }
    expect(seen).toEqual([1, 3])
  })

  it('[BU8] a loop is found, told with its path, and not gone round', async () => {
    const stage = await openStage()
    const a = await stage.add({ name: 'A', when: { kind: 'chain', outcome: 'succeeded' }, overlap: 'all' })
    const first = await stage.add({ name: 'By hand', when: { kind: 'manual' } })
    await stage.triggers.fire(first, undefined, 0)
    await stage.settle()
    await stage.end(stage.runs[0])
    await stage.settle()
    expect(stage.runs).toHaveLength(2)
    await stage.end(stage.runs[1])
    await stage.settle()
    expect(stage.runs).toHaveLength(2)
    const [event] = await stage.bus.list({ filter: { types: [] }, limit: 1 })
    const { deliveries } = await stage.bus.get(event!.seq)
    expect(deliveries).toMatchObject([{ subscriptionId: a, state: 'skipped', reason: 'loop: A → A' }])
  })

  it('[BU9] CloudEvents come in and go out as they were', async () => {
    const stage = await openStage()
    const cloud = {
      specversion: '1.0' as const,
      id: 'x1',
      source: 'https://shop.example/orders',
      type: 'com.example.order',
      time: '2026-03-01T10:00:00.000Z',
      traceparent: '00-ab',
      data: { a: [1] },
    }
    const { event } = await stage.bus.take(cloud)
    expect((await stage.bus.get(event.seq)).cloud).toEqual(cloud)
    await expect(stage.bus.take({ ...cloud, 'Not-Allowed': 1 })).rejects.toMatchObject({ code: 'INVALID' })
  })

  it('[BU10] retention removes what is old or too much, and nothing that is still to be delivered', async () => {
    const stage = await openStage()
    await stage.add({ when: orders, overlap: 'all' })
    stage.refuse = new TroupeError('INVALID', 'no')
    await stage.bus.emit(order(500))
    await stage.settle()
    stage.refuse = undefined
    for (let at = 0; at < 5; at += 1) await stage.bus.emit(order(at))
    stage.clock.jump(40 * 24 * 60 * MINUTE)
    await stage.bus.emit(order(6))
    const keeping = { days: 30, mb: 100 }
    expect(await stage.bus.planPrune(keeping)).toMatchObject({ events: 5 })
    expect(await stage.bus.prune(keeping)).toMatchObject({ events: 5 })
    expect((await stage.bus.list({ filter: { types: [] }, limit: 10 })).map(({ data }) => data)).toEqual(['{"total":6}', '{"total":500}'])
  })

  it('[BU11] a replay delivers again, and says before how much', async () => {
    const stage = await openStage()
    await stage.add({ when: orders, overlap: 'all' })
    await stage.bus.emit(order(150))
    await stage.settle()
    const ask = { fromSeq: 1, toSeq: 10 }
    expect(await stage.bus.replay({ ...ask, plan: true })).toEqual({ events: 1, deliveries: 1 })
    expect(stage.runs).toHaveLength(1)
    await stage.bus.replay({ ...ask, plan: false })
    await stage.settle()
    expect(stage.runs).toHaveLength(2)
  })

  it('[BU12] data that is too large is refused, not cut', async () => {
    const stage = await openStage()
    await expect(stage.bus.emit({ type: 'big', subject: '', key: '', data: 'x'.repeat(1024 * 1024) })).rejects.toMatchObject({
      code: 'TOO_LARGE',
    })
  })

  it('[TR31] a composite of all fires once for each set, [TR14] a debounce keeps the last one, [TR12] a key fires once', async () => {
    const stage = await openStage()
    const say = (type: string, data: unknown) => stage.bus.emit({ type, subject: '', key: '', data })
    const a = await stage.add({ name: 'a', when: { kind: 'event', types: ['a'] }, overlap: 'all', personaId: 'per_a' })
    const b = await stage.add({ name: 'b', when: { kind: 'event', types: ['b'] }, overlap: 'all', personaId: 'per_b' })
    await stage.add({ when: { kind: 'composite', mode: 'all', of: [a, b] }, personaId: 'per_both', overlap: 'all' })
    const both = () => stage.runs.filter(({ personaId }) => personaId === 'per_both').length
    await say('a', 1)
    await stage.pass(MINUTE)
    expect(both()).toBe(0)
    await say('b', 1)
    await stage.pass(MINUTE)
    expect(both()).toBe(1)
    await say('b', 2)
    await stage.pass(MINUTE)
    expect(both()).toBe(1)

    await stage.add({ when: { kind: 'event', types: ['typed'] }, debounceMs: 5_000, input: '{{data}}', personaId: 'per_last' })
    for (const word of ['h', 'he', 'hey']) await say('typed', word)
    await stage.pass(10_000)
    expect(stage.runs.filter(({ personaId }) => personaId === 'per_last').map(({ input }) => input)).toEqual(['hey'])

    await stage.add({ when: { kind: 'event', types: ['build'] }, dedupeKey: '{{data.commit}}', overlap: 'all', personaId: 'per_once' })
    for (const commit of ['1', '1', '2']) await say('build', { commit })
    await stage.settle()
    expect(stage.runs.filter(({ personaId }) => personaId === 'per_once')).toHaveLength(2)
  })
})
