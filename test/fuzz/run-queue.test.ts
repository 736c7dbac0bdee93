import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type QueueEntry, type QueueLimits, RunQueue } from '../../extensions/engine/run/mod.ts'

const PERSONAS = ['a', 'b', 'c', 'd'] as const
type Act =
  | { readonly kind: 'start'; readonly persona: string; readonly priority: QueueEntry['priority']; readonly concurrency: number }
  | { readonly kind: 'end' | 'remove' | 'ready'; readonly which: number }
  | { readonly kind: 'limits'; readonly limits: QueueLimits }
  | { readonly kind: 'time'; readonly ms: number }

const limits = fc.record({ maxRuns: fc.integer({ min: 1, max: 6 }), maxQueued: fc.integer({ min: 1, max: 12 }) })
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('start' as const),
      persona: fc.constantFrom(...PERSONAS),
      priority: fc.constantFrom('high' as const, 'normal' as const, 'low' as const),
      concurrency: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('end' as const, 'remove' as const, 'ready' as const), which: fc.nat(50) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('limits' as const), limits }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('time' as const), ms: fc.integer({ min: -5_000, max: 100_000 }) }) },
)

/** A slow clear twin of what the queue must know. */
class World {
  readonly queue = new RunQueue()
  readonly entries = new Map<string, QueueEntry>()
  readonly running: string[] = []
  readonly waiting: string[] = []
  readonly ready = new Set<string>()
  limits: QueueLimits
  now = 1_000_000
  count = 0

  constructor(first: QueueLimits) {
    this.limits = first
  }

  runningOf(persona: string): number {
    return this.running.filter((id) => this.entries.get(id)?.personaId === persona).length
  }

  begin(entry: QueueEntry): void {
    // Never exceeds a limit, at the moment of each beginning.
    expect(this.running.length).toBeLessThan(this.limits.maxRuns)
    expect(this.runningOf(entry.personaId)).toBeLessThan(entry.concurrency)
    // First in, first out within a persona and priority.
    const before = this.waiting.slice(0, this.waiting.indexOf(entry.id) < 0 ? this.waiting.length : this.waiting.indexOf(entry.id))
    const overtaken = before.filter((id) => {
      const other = this.entries.get(id) as QueueEntry
      return other.personaId === entry.personaId && other.priority === entry.priority
    })
    expect(overtaken).toEqual([])
    this.running.push(entry.id)
  }

  dispatch(): void {
    for (let entry = this.queue.next(this.limits); entry; entry = this.queue.next(this.limits)) {
      expect(this.ready.has(entry.id)).toBe(true)
      this.begin(entry)
      this.waiting.splice(this.waiting.indexOf(entry.id), 1)
    }
  }

  do(step: Act): void {
    if (step.kind === 'start') this.start(step)
    else if (step.kind === 'limits') this.limits = step.limits
    else if (step.kind === 'time') this.now += step.ms
    else if (step.kind === 'end' && this.running.length > 0) {
      const [id] = this.running.splice(step.which % this.running.length, 1)
      this.queue.release(id as string)
    } else if (step.kind === 'remove' && this.waiting.length > 0) {
      const [id] = this.waiting.splice(step.which % this.waiting.length, 1)
      expect(this.queue.remove(id as string)).toBe(true)
    } else if (step.kind === 'ready' && this.waiting.length > 0) {
      const id = this.waiting[step.which % this.waiting.length] as string
      this.ready.add(id)
      this.queue.ready(id)
    }
    this.dispatch()
    expect(this.queue.running).toBe(this.running.length)
    expect(this.queue.waiting).toBe(this.waiting.length)
  }

  start(step: Extract<Act, { kind: 'start' }>): void {
    const entry: QueueEntry = {
      id: `run-${++this.count}`,
      personaId: step.persona,
      priority: step.priority,
      queuedAt: this.now,
      concurrency: step.concurrency,
    }
    this.entries.set(entry.id, entry)
    const answer = this.queue.admit(entry, this.limits)
    if (answer === 'slot') this.begin(entry)
    if (answer === 'place') {
      expect(this.waiting.length).toBeLessThan(this.limits.maxQueued)
      this.waiting.push(entry.id)
    }
    if (answer === 'full') expect(this.waiting.length).toBeGreaterThanOrEqual(this.limits.maxQueued)
  }
}

/** Found: a run with a larger limit of its own overtook one of its persona that waited. */
const OVERTAKING: [QueueLimits, Act[]] = [
  { maxRuns: 2, maxQueued: 1 },
  [
    { kind: 'start', persona: 'd', priority: 'high', concurrency: 1 },
    { kind: 'start', persona: 'd', priority: 'normal', concurrency: 1 },
    { kind: 'start', persona: 'd', priority: 'normal', concurrency: 2 },
  ],
]

describe('the queue', () => {
  it('[RUN5] never exceeds a limit, keeps first in first out, refuses only when full, whatever happens', () => {
    fc.assert(
      fc.property(limits, fc.array(act, { maxLength: 200 }), (first, acts) => {
        const world = new World(first)
        for (const one of acts) world.do(one)
      }),
      { numRuns: 1000, examples: [OVERTAKING] },
    )
  })

  it('[RUN6] starves nobody: while runs end, each waiting run begins, however many of higher priority keep coming', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(
          fc.record({
            persona: fc.constantFrom(...PERSONAS),
            priority: fc.constantFrom('high' as const, 'normal' as const, 'low' as const),
          }),
          {
            minLength: 1,
            maxLength: 20,
          },
        ),
        fc.integer({ min: 50, max: 5_000 }),
        (maxRuns, waiting, everyMs) => {
          const queue = new RunQueue()
          const settings = { maxRuns, maxQueued: 1_000_000 }
          const running: string[] = []
          let now = 0
          let n = 0
          const arrive = (persona: string, priority: QueueEntry['priority']): string => {
            const id = `run-${n++}`
            const place = queue.admit({ id, personaId: persona, priority, queuedAt: now, concurrency: 4 }, settings)
            if (place === 'slot') running.push(id)
            else queue.ready(id)
            return id
          }
          for (let slot = 0; slot < maxRuns; slot++) arrive('other', 'high')
          const mine = new Set(waiting.map(({ persona, priority }) => arrive(persona, priority)))
          for (const id of running) mine.delete(id)
          // One run ends and two of high priority arrive at each tick: without ageing the queue only grows, and low never begins.
          const bound = waiting.length + 3 * Math.ceil(240_000 / everyMs) + 10
          let ticks = 0
          for (; mine.size > 0 && ticks < bound; ticks++) {
            now += everyMs
            arrive('other', 'high')
            if (ticks % 2 === 0) arrive('another', 'high')
            queue.release(running.shift() as string)
            for (let entry = queue.next(settings); entry; entry = queue.next(settings)) {
              running.push(entry.id)
              mine.delete(entry.id)
            }
          }
          expect([...mine]).toEqual([])
        },
      ),
      { numRuns: 100 },
    )
  })

  it('[RUN7] restored entries wait again, though there are more than a new one could join', () => {
    const queue = new RunQueue()
    for (let n = 0; n < 5; n++) queue.restore({ id: `r${n}`, personaId: 'a', priority: 'normal', queuedAt: n, concurrency: 9 })
    const settings = { maxRuns: 2, maxQueued: 3 }
    expect(queue.admit({ id: 'new', personaId: 'b', priority: 'high', queuedAt: 9, concurrency: 1 }, settings)).toBe('full')
    expect([queue.next(settings)?.id, queue.next(settings)?.id, queue.next(settings)?.id]).toEqual(['r0', 'r1', undefined])
  })
})
