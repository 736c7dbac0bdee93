// @vitest-environment node
import { describe, expect, it } from 'vitest'
import type { DeliveryRow, DeliveryState, EventBatch, EventRow } from '#contract'
import { createLaneClock } from '../../../src/screens/events/clock.ts'
import { KEPT_MOVES, KEPT_MS, LaneModel } from '../../../src/screens/events/model.ts'
import { LANES, lanesOf, layoutOf, nearest, PARTICLE_CAP, particlesAt } from '../../../src/screens/events/particles.ts'

const START = 1_800_000_000_000
const event = (seq: number, at: number, source = `/s${seq % 7}`): EventRow => ({
  ...{ seq, id: `e${seq}`, type: `order.t${seq % 5}`, source, subject: '', time: at, storedAt: at, key: '', data: '{}', dataCut: false },
  ...{ runId: null, rootId: `e${seq}`, depth: 0 },
})
const delivery = (eventSeq: number, subscriptionId: string, state: DeliveryState, changedAt: number): DeliveryRow => ({
  ...{
    eventSeq,
    subscriptionId,
    seq: eventSeq + 1,
    state,
    reason: '',
    tries: 1,
    nextAt: null,
    fireId: null,
    runId: null,
    changedAt,
    group: '',
  },
})
const batch = (events: EventRow[], deliveries: DeliveryRow[] = []): EventBatch => ({ events, deliveries, upTo: 0, missedTo: 0 })
const ENDS: readonly DeliveryState[] = ['delivered', 'delivered', 'skipped', 'dead', 'pending']

/** `perSecond` for `seconds`, in batches of a tenth of a second; numbers leave room for those of deliveries. */
function fed(perSecond: number, seconds: number): LaneModel {
  const model = new LaneModel()
  for (let from = 0; from < perSecond * seconds; from += perSecond / 10) {
    const numbers = Array.from({ length: perSecond / 10 }, (_, n) => from + n)
    const at = (n: number) => START + Math.floor((n * 1000) / perSecond)
    const waiting = numbers.flatMap((n) => ['a', 'b'].map((id) => delivery(n * 4 + 1, id, 'pending', at(n))))
    const ended = numbers.flatMap((n) => ['a', 'b'].map((id) => delivery(n * 4 + 1, id, ENDS[n % ENDS.length] ?? 'dead', at(n) + 2)))
    model.take(
      batch(
        numbers.map((n) => event(n * 4 + 1, at(n))),
        waiting,
      ),
    )
    model.take(batch([], ended))
  }
  return model
}

const total = (model: LaneModel) => [...model.sources.values()].reduce((sum, n) => sum + n, 0)

describe('the counts of the lanes', () => {
  it.each([
    [1_000, 20],
    [10_000, 20],
  ])('at %i events a second, what came in is what went out, for each lane', (perSecond, seconds) => {
    const model = fed(perSecond, seconds)
    const all = perSecond * seconds
    expect(model.events).toBe(all)
    expect(total(model)).toBe(all)
    for (const id of ['a', 'b']) {
      const tally = model.subscribers.get(id)
      const fifth = all / 5
      expect(tally).toEqual({ in: all, delivered: fifth * 2, skipped: fifth, dead: fifth, pending: fifth, discarded: 0 })
    }
    expect(model.moves.length).toBeLessThanOrEqual(KEPT_MOVES)
  })

  it('an event that comes again after a reconnect is not counted again, nor a delivery in the same state', () => {
    const model = new LaneModel()
    const one = batch([event(1, START)], [delivery(1, 'a', 'delivered', START)])
    model.take(one)
    model.take(one)
    expect(model.events).toBe(1)
    expect(model.subscribers.get('a')).toMatchObject({ in: 1, delivered: 1 })
    expect(model.moves).toHaveLength(2)
  })

  it('a dead letter that is redriven is counted once, where it is', () => {
    const model = new LaneModel()
    model.take(batch([event(1, START)], [delivery(1, 'a', 'dead', START)]))
    model.take(batch([], [delivery(1, 'a', 'pending', START + 5)]))
    expect(model.subscribers.get('a')).toMatchObject({ in: 1, dead: 0, pending: 1 })
    model.take(batch([], [delivery(1, 'a', 'delivered', START + 9)]))
    expect(model.subscribers.get('a')).toMatchObject({ in: 1, dead: 0, pending: 0, delivered: 1 })
  })

  it('what is older than an hour goes from the picture and stays in the counts', () => {
    const model = new LaneModel()
    model.take(batch(Array.from({ length: 3_000 }, (_, n) => event(n + 1, START + n))))
    model.take(batch([event(9_000, START + KEPT_MS + 10_000)]))
    expect(model.moves).toHaveLength(1)
    expect(model.eventOf(1)).toBeUndefined()
    expect(model.events).toBe(3_001)
    expect(total(model)).toBe(3_001)
  })
})

describe('the particles', () => {
  const any = () => true

  it('at most as many are drawn as the cap says, and how many that is, is told', () => {
    const model = fed(10_000, 4)
    const seen = particlesAt(model.moves, START + 3_000, layoutOf(model, 1_200, 320), any)
    expect(seen.under).toBeGreaterThan(PARTICLE_CAP)
    expect(seen.oneIn).toBe(Math.ceil(seen.under / PARTICLE_CAP))
    expect(seen.drawn.length).toBeLessThanOrEqual(PARTICLE_CAP)
    expect(seen.drawn.length).toBeGreaterThan(PARTICLE_CAP / 4)
  })

  it('the same moment gives the same picture, so that freezing and scrubbing show what was', () => {
    const model = fed(1_000, 4)
    const layout = layoutOf(model, 1_200, 320)
    const before = particlesAt(model.moves, START + 1_500, layout, any)
    model.take(batch([event(900_001, START + 60_000)]))
    expect(particlesAt(model.moves, START + 1_500, layout, any)).toEqual(before)
  })

  it('goes from its source to the bus and on to its subscriber, and falls where it was skipped or died', () => {
    const model = new LaneModel()
    const ends = ['delivered', 'skipped', 'dead'] as const
    model.take(
      batch(
        [event(1, START, '/one')],
        ends.map((state) => delivery(1, state, state, START + 1_000)),
      ),
    )
    const layout = layoutOf(model, 1_000, 300)
    const at = (ms: number) => particlesAt(model.moves, START + ms, layout, any).drawn
    expect(at(0)[0]).toMatchObject({ x: 150, y: 150 })
    expect(at(900)[0]?.x).toBe(500)
    const late = at(1_000 + 1_100)
    expect(late.map(({ move }) => move.what)).toEqual(['skipped', 'dead'])
    const earlier = at(1_000 + 850)
    for (const one of late) {
      const was = earlier.find(({ move }) => move === one.move)
      expect(one.x).toBeCloseTo(one.move.what === 'skipped' ? 675 : 802, 0)
      expect(one.y).toBeGreaterThan(was?.y ?? 1_000)
      expect(one.alpha).toBeLessThan(1)
    }
    expect(nearest(late, (late[0]?.x ?? 0) + 3, late[0]?.y ?? 0)).toBe(late[0])
    expect(at(3_000)).toEqual([])
  })

  it('only what fits the filter is drawn', () => {
    const model = fed(1_000, 2)
    const seen = particlesAt(model.moves, START + 1_000, layoutOf(model, 1_000, 300), ({ type }) => type === 'order.t1')
    expect(new Set(seen.drawn.map(({ move }) => move.type))).toEqual(new Set(['order.t1']))
  })

  it('gives the busiest their own lane, and the others the last', () => {
    const lanes = lanesOf(Array.from({ length: 30 }, (_, n) => [`s${n}`, n] as const))
    expect(lanes.get('s0')).toBe(LANES - 1)
    expect(new Set([...lanes].filter(([, lane]) => lane < LANES - 1).map(([name]) => name)).size).toBe(LANES - 1)
    expect(lanes.get('s29')).toBeLessThan(LANES - 1)
  })
})

describe('the moment that is shown', () => {
  it('stands when frozen, plays on from where it was put, and comes back to now', () => {
    let now = START
    const clock = createLaneClock(() => now)
    const live = clock.at()
    clock.freeze()
    now += 5_000
    expect(clock.at()).toBe(live)
    clock.scrub(START - 60_000)
    clock.play()
    now += 1_000
    expect(clock.at()).toBe(START - 59_000)
    clock.live()
    expect(clock.at()).toBe(live + 6_000)
  })
})
